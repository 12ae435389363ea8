/**
 * What one machine does, remembered. A replica's memory can't be looked into, but it is deterministic: its state is the
 * history of what has happened to it. So a state is a history, and what happens in it is run once, on the machine that is
 * there already or on a new one to which the whole history happens again.
 *
 * Two histories that come to the same stay apart, which costs states and hides none. They are merged in two cases only: the
 * value of the clock is no part of what happened if nobody looked at it, and of a hub that has crashed only its disk and the
 * position in its random stream are left.
 */

import { canonicalState } from '../document/canonical-state.ts';
import type { Micros, Observation, ReplicaId, StoryEvent } from '../contract/index.ts';
import { eventOf, type EventCode } from './event.ts';
import { Station, type Effects, type Happening, type Standing, type StationPlan } from './station.ts';
import type { Cut } from './station-machine.ts';

/** Position of a state of one machine. */
export type LocalState = number;

/** What happens when an event meets a state. */
export interface LocalStep {
  readonly next: LocalState;
  /** Receivers and messages, by their positions. */
  readonly sent: readonly { readonly to: number; readonly message: number }[];
  /** Positions of the observations. */
  readonly seen: readonly number[];
  readonly cuts: Effects['cuts'];
  /** How the strategy broke the rules of the interface. */
  readonly failure: string | null;
}

/** All different things that were ever sent or observed, by position. */
export class Sightings {
  readonly messages: Uint8Array[] = [];
  readonly observations: Observation[] = [];
  readonly #messageAt = new Map<string, number>();
  readonly #observationAt = new Map<string, number>();

  message(bytes: Uint8Array): number {
    const at = positionOf(this.#messageAt, Buffer.from(bytes).toString('latin1'));
    if (at === this.messages.length) this.messages.push(bytes);
    return at;
  }

  /** Times are left out: they are added when it is known when it happened. */
  observation(seen: Observation): number {
    const at = positionOf(this.#observationAt, JSON.stringify(seen));
    if (at === this.observations.length) this.observations.push(seen);
    return at;
  }
}

/** What is new stands last. */
function positionOf(known: Map<string, number>, key: string): number {
  const at = known.get(key) ?? known.size;
  known.set(key, at);
  return at;
}

interface Origin {
  readonly from: LocalState;
  readonly event: EventCode;
  readonly clock: Micros;
}

interface Node {
  readonly origin: Origin | null;
  readonly standing: Standing;
  /** By event; by the clock as well where somebody looked at it. Null until something has happened: much never gets so far. */
  steps: Map<EventCode, LocalStep | Map<Micros, LocalStep>> | null;
  /** The machine to which just this history has happened, as long as it is kept. */
  station: Station | null;
  /** What it looks like from outside; null until somebody has asked. */
  appearance: number | null;
}

/** Machines that are kept running, the newest ones. More would save reruns, and cost more than that to keep. */
const stationsKept = 50;

export class Automaton {
  readonly id: ReplicaId;
  /** How often a machine was run through its history again. */
  reruns = 0;
  readonly #plan: StationPlan;
  readonly #machines: readonly ReplicaId[];
  readonly #sightings: Sightings;
  readonly #isHub: boolean;
  readonly #nodes: Node[] = [];
  readonly #remains = new Map<string, LocalState>();
  readonly #appearances = new Map<string, number>();
  #running: Node[] = [];

  constructor(plan: StationPlan, machines: readonly ReplicaId[], sightings: Sightings) {
    this.id = plan.id;
    this.#plan = plan;
    this.#machines = machines;
    this.#sightings = sightings;
    this.#isHub = !plan.plan.agents.some(({ agent }) => (agent as string) === plan.id);
    this.#add(null, new Station(plan, false));
  }

  get size(): number {
    return this.#nodes.length;
  }

  /** The machine before it was switched on has the position 0. */
  standing(state: LocalState): Standing {
    return this.#node(state).standing;
  }

  step(state: LocalState, event: EventCode, clock: Micros): LocalStep {
    const known = this.#node(state).steps?.get(event);
    if (known === undefined) return this.#run(state, event, clock);
    if (!(known instanceof Map)) return known;
    return known.get(clock) ?? this.#run(state, event, clock);
  }

  /** A machine to which the history of this state has just happened. It is the caller's, who closes it. */
  revive(state: LocalState): Station {
    const station = new Station(this.#plan, false);
    for (const { event, clock } of this.#historyOf(state)) this.#perform(station, event, clock);
    this.reruns += 1;
    return station;
  }

  /** Equal for states that look the same from outside: what is shown, what the disk holds, what the agent has been through. */
  appearance(state: LocalState): number {
    const node = this.#node(state);
    if (node.appearance === null) {
      const station = this.revive(state);
      const shown = station.state();
      const looks = [shown === null ? '' : canonicalState(shown), station.remains, ...station.recorder.attempts];
      node.appearance = positionOf(this.#appearances, JSON.stringify(looks));
      station.close();
    }
    return node.appearance;
  }

  /** A new machine that tells what happens on it. */
  narrator(): { perform(event: EventCode, clock: Micros): readonly StoryEvent[]; close(): void } {
    const station = new Station(this.#plan, true);
    return {
      perform: (event, clock) => {
        this.#perform(station, event, clock);
        return station.takeStory();
      },
      close: () => station.close(),
    };
  }

  close(): void {
    for (const node of this.#running.splice(0)) release(node);
  }

  #run(state: LocalState, event: EventCode, clock: Micros): LocalStep {
    const node = this.#node(state);
    const station = node.station ?? this.revive(state);
    node.station = null;
    const effects = this.#perform(station, event, clock);
    const { failure, cuts } = effects;
    const sent = effects.sent.map(({ to, message }) => ({
      to: this.#machines.indexOf(to),
      message: this.#sightings.message(message),
    }));
    const seen = effects.observations.map((observation) => this.#sightings.observation(observation));
    const next = this.#nodeAfter({ from: state, event, clock }, station);
    const step: LocalStep = { next, sent, seen, cuts, failure };
    this.#remember(node, event, clock, effects.sawClock ? 'timed' : 'untimed', step);
    return step;
  }

  #remember(node: Node, event: EventCode, clock: Micros, kind: 'timed' | 'untimed', step: LocalStep): void {
    node.steps ??= new Map();
    if (kind === 'untimed') {
      node.steps.set(event, step);
      return;
    }
    const known = node.steps.get(event);
    const byClock = known instanceof Map ? known : new Map<Micros, LocalStep>();
    byClock.set(clock, step);
    node.steps.set(event, byClock);
  }

  #nodeAfter(origin: Origin, station: Station): LocalState {
    if (!this.#isHub || station.standing().isUp) return this.#add(origin, station);
    const { remains } = station;
    const known = this.#remains.get(remains);
    if (known !== undefined) {
      station.close();
      return known;
    }
    this.#remains.set(remains, this.#nodes.length);
    return this.#add(origin, station);
  }

  #add(origin: Origin | null, station: Station): LocalState {
    const node: Node = { origin, standing: station.standing(), steps: null, station, appearance: null };
    this.#nodes.push(node);
    this.#running.push(node);
    if (this.#running.length > 2 * stationsKept) {
      for (const old of this.#running.slice(0, stationsKept)) release(old);
      this.#running = this.#running.slice(stationsKept);
    }
    return this.#nodes.length - 1;
  }

  #perform(station: Station, event: EventCode, clock: Micros): Effects {
    const { kind, kept, cutBefore, from, message } = eventOf(event);
    const cut: Cut | null = cutBefore === null ? null : { before: cutBefore, kept };
    return station.perform(this.#happening(kind, kept, from, message), clock, cut);
  }

  #happening(kind: Happening['kind'], kept: number, from: number, message: number): Happening {
    if (kind === 'crash') return { kind, kept };
    if (kind !== 'receive') return { kind };
    const sender = this.#machines[from];
    const bytes = this.#sightings.messages[message];
    if (sender === undefined || bytes === undefined) throw new Error('a message was received that nobody has sent');
    return { kind, from: sender, message: bytes };
  }

  #historyOf(state: LocalState): readonly Origin[] {
    const history: Origin[] = [];
    for (let { origin } = this.#node(state); origin !== null; { origin } = this.#node(origin.from))
      history.push(origin);
    return history.reverse();
  }

  #node(state: LocalState): Node {
    const node = this.#nodes[state];
    if (node === undefined) throw new Error(`${this.id} has no state ${String(state)}`);
    return node;
  }
}

function release(node: Node): void {
  node.station?.close();
  node.station = null;
}
