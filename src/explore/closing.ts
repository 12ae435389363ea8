/**
 * How a walk ends: from where nothing is under way any more, what is left goes on in one order, as it does at the end of a
 * trial. Machines come back, agents finish, and anti-entropy goes on until nothing changes; then the oracle judges.
 */

import type { History, Micros, ReplicaId } from '../contract/index.ts';
import { canonicalState } from '../document/canonical-state.ts';
import { judge } from '../oracle/index.ts';
import { bounds, environment } from '../simulator/environment.ts';
import type { Happening, Station } from './station.ts';
import type { Scenario } from './scenarios.ts';
import type { Sightings } from './automaton.ts';
import type { Breach } from './watch.ts';
import type { MergeStrategy } from '../contract/index.ts';

/** What was seen while the world came to rest, and what is wrong with the rest. */
export interface Closing {
  readonly seen: readonly { readonly observation: number; readonly clock: Micros }[];
  readonly violations: readonly Breach[];
}

export interface Ending {
  readonly strategy: MergeStrategy;
  readonly scenario: Scenario;
  readonly faults: string;
  readonly sightings: Sightings;
}

export interface Letter {
  readonly from: ReplicaId;
  readonly to: ReplicaId;
  readonly message: Uint8Array;
}

/** Rounds until the agents must be done: they wait for timers, and the clock goes from one to the next. */
const patienceRounds = 3_000;
/** Of small worlds; whoever needs more talks without end. */
const mostEvents = 100_000;

/** Brings the stations to rest and judges them. They are used up, and closed by the caller. */
export function close(
  stations: readonly Station[],
  inboxes: readonly Letter[],
  clock: Micros,
  ending: Ending,
): Closing {
  const cluster = new Cluster(stations, inboxes, clock, ending.sightings);
  cluster.heal();
  const restAt = cluster.finishTurns() ? cluster.comeToRest() : null;
  const { failure, seen } = cluster;
  if (failure !== null) return { seen, violations: [{ name: 'rules of the interface', violation: failure }] };
  return { seen, violations: verdictOn(stations, restAt, ending) };
}

function verdictOn(stations: readonly Station[], restAt: Micros | null, ending: Ending): readonly Breach[] {
  const { strategy, scenario, faults } = ending;
  const history: History = {
    schema: scenario.plan.schema,
    agents: scenario.plan.agents.map(({ agent }) => agent),
    attempts: stations.flatMap(({ recorder }) => recorder.attempts),
    turns: [],
    finals: stations.flatMap((station) => {
      const state = station.state();
      return state === null ? [] : [{ replica: station.machine.id, state }];
    }),
    faults: [],
    modelCalls: [],
    notices: [],
    callsFailed: 0,
    observations: [],
    messages: 0,
    bytes: 0,
    agentsDoneAt: 0 as Micros,
    restAt,
    failure: null,
    digest: '',
    story: [],
  };
  const verdict = judge({
    history,
    // Which ranks were reported on the way isn't kept.
    plan: null,
    workload: { invariants: [], exercised: () => true },
    promises: strategy.promises,
    faults: { name: faults, survivable: true },
  });
  return [
    ...(restAt === null
      ? [{ name: 'comes to rest', violation: 'the agents or the replicas did not come to rest' }]
      : []),
    ...verdict.brokenPromises.map(({ promise, evidence }) => ({ name: promise, violation: evidence })),
    ...verdict.brokenInvariants,
  ];
}

class Cluster {
  readonly seen: { readonly observation: number; readonly clock: Micros }[] = [];
  failure: string | null = null;
  readonly #stations: readonly Station[];
  readonly #sightings: Sightings;
  readonly #letters: Letter[];
  #clock: Micros;
  #events = 0;

  constructor(stations: readonly Station[], inboxes: readonly Letter[], clock: Micros, sightings: Sightings) {
    this.#stations = stations;
    this.#letters = [...inboxes];
    this.#clock = clock;
    this.#sightings = sightings;
  }

  heal(): void {
    for (const station of this.#stations) {
      if (station.standing().isUp) continue;
      this.#clock = (this.#clock + environment.gossipMicros) as Micros;
      this.#let(station, { kind: 'restart' });
    }
    this.#drain();
  }

  /** False if they are not done after all that time. */
  finishTurns(): boolean {
    for (let round = 0; round < patienceRounds && this.failure === null; round += 1) {
      if (this.#stations.every((station) => station.standing().isDone)) return true;
      const wasIdle = this.#round();
      const due = this.#earliestTimer()?.standing().timerDue ?? null;
      if (wasIdle && due !== null) this.#clock = Math.max(this.#clock, due) as Micros;
    }
    return false;
  }

  /** As at the end of a trial: null if the replicas go on changing. */
  comeToRest(): Micros | null {
    let quietRounds = 0;
    for (let round = 0; round < bounds.restRounds && this.failure === null; round += 1) {
      quietRounds = this.#round() ? quietRounds + 1 : 0;
      if (quietRounds < bounds.quietRounds) continue;
      if (this.#replicasAgree() || quietRounds >= bounds.divergedRounds) return this.#clock;
    }
    return null;
  }

  /** True when nothing happened in the round but talk. */
  #round(): boolean {
    const before = this.#activity();
    for (const station of this.#stations) this.#let(station, { kind: 'gossip' });
    this.#drain();
    const end = (this.#clock + environment.gossipMicros) as Micros;
    for (let next = this.#earliestTimer(); this.failure === null && next !== null; next = this.#earliestTimer()) {
      const due = next.standing().timerDue ?? Infinity;
      if (due > end) break;
      this.#clock = Math.max(this.#clock, due) as Micros;
      this.#let(next, { kind: 'timer' });
      this.#drain();
    }
    this.#clock = end;
    return this.#activity() === before;
  }

  #activity(): number {
    return this.#stations.reduce((sum, { recorder }) => sum + recorder.activity, 0);
  }

  #replicasAgree(): boolean {
    const states = this.#stations.map((station) => station.state());
    return new Set(states.map((state) => (state === null ? '' : canonicalState(state)))).size === 1;
  }

  #earliestTimer(): Station | null {
    let earliest: Station | null = null;
    for (const station of this.#stations) {
      const due = station.standing().timerDue;
      if (due !== null && due < (earliest?.standing().timerDue ?? Infinity)) earliest = station;
    }
    return earliest;
  }

  /** Messages and whatever waits on a machine, until there is nothing left but timers. */
  #drain(): void {
    while (this.failure === null) {
      if (!this.#deliver() && !this.#stations.some((station) => this.#goOn(station))) return;
    }
  }

  #deliver(): boolean {
    const letter = this.#letters.shift();
    const target = this.#stations.find(({ machine }) => machine.id === letter?.to);
    if (letter === undefined || target === undefined) return false;
    this.#let(target, { kind: 'receive', from: letter.from, message: letter.message });
    return true;
  }

  #goOn(station: Station): boolean {
    const { unsynced, judgementWaits, agentWaits } = station.standing();
    if (unsynced > 0) this.#let(station, { kind: 'synced' });
    else if (judgementWaits) this.#let(station, { kind: 'judged' });
    else if (agentWaits) this.#let(station, { kind: 'agent' });
    else return false;
    return true;
  }

  #let(station: Station, happening: Happening): void {
    const effects = station.perform(happening, this.#clock, null);
    this.#events += 1;
    if (this.#events > mostEvents) this.failure ??= `did not come to rest within ${String(mostEvents)} events`;
    this.failure ??= effects.failure;
    for (const { to, message } of effects.sent) this.#letters.push({ from: station.machine.id, to, message });
    for (const seen of effects.observations)
      this.seen.push({ observation: this.#sightings.observation(seen), clock: this.#clock });
  }
}
