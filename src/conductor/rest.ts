/** The end of a live trial: rounds of anti-entropy until nothing changes any more and all replicas show the same. */

import type { DocumentState, Micros, ReplicaId } from '../contract/index.ts';
import { canonicalState } from '../document/canonical-state.ts';
import { bounds } from '../simulator/environment.ts';
import type { LiveMachine } from './live-machine.ts';
import type { Command, Report, ReportOf } from './messages.ts';
import type { TrialSurroundings } from './trial-surroundings.ts';

export interface FinalState {
  readonly replica: ReplicaId;
  readonly state: DocumentState;
}

export interface Rest {
  /** Null: it did not come to rest. */
  readonly restAt: Micros | null;
  readonly states: readonly FinalState[];
}

export interface RestParts {
  readonly machines: readonly LiveMachine[];
  readonly agents: readonly { readonly isDone: boolean }[];
  readonly around: TrialSurroundings;
  readonly hasFailed: () => boolean;
  readonly remainingMs: () => number;
}

/** However short a round is on the scale of the trial: messages and syncs take real time. */
const shortestRoundMs = 30;
/** A replica that is asked what it holds may take so long, also when the time of the trial is over. */
const showPatienceMs = 3_000;

export async function comeToRest(parts: RestParts): Promise<Rest> {
  const { machines, around } = parts;
  const { recorder, changes } = around;
  const areUp = (): boolean => parts.hasFailed() || machines.every(({ isUp }) => isUp);
  if (!(await changes.until(areUp, parts.remainingMs() + showPatienceMs))) {
    const missing = machines.flatMap(({ id, isUp }) => (isUp ? [] : [id]));
    throw new Error(`the processes of ${missing.join(', ')} did not come back in time`);
  }
  let quietRounds = 0;
  for (let round = 0; round < bounds.restRounds && parts.remainingMs() > 0 && !parts.hasFailed(); round += 1) {
    quietRounds = (await isQuietRound(parts)) ? quietRounds + 1 : 0;
    if (quietRounds < bounds.quietRounds) continue;
    const states = await shownBy(parts);
    if (!areEqual(states) && quietRounds < bounds.divergedRounds) continue;
    // Agents that repair what others rest on for ever have not come to rest, although they were stopped.
    const isLivelocked = [...recorder.turns.values()].includes('livelocked');
    return { restAt: isLivelocked ? null : recorder.lastActivityAt, states };
  }
  return { restAt: null, states: parts.hasFailed() ? [] : await shownBy(parts) };
}

/** Nothing happened in it but talk. When a replica says that it has synced, it has received what was sent a round before. */
async function isQuietRound(parts: RestParts): Promise<boolean> {
  const { agents, around } = parts;
  const before = around.recorder.activity;
  const synced = await asked(parts, { kind: 'sync' }, 'synced');
  const roundMs = Math.max(shortestRoundMs, around.clock.realMs(around.environment.gossipMicros));
  await around.changes.until(() => parts.hasFailed(), Math.min(roundMs, parts.remainingMs()));
  const isDurable = synced.every(({ report }) => report.unsynced === 0);
  return isDurable && around.recorder.activity === before && agents.every(({ isDone }) => isDone);
}

async function shownBy(parts: RestParts): Promise<readonly FinalState[]> {
  const shown = await asked(parts, { kind: 'show' }, 'shown');
  return shown.flatMap(({ replica, report }) => (report.state === null ? [] : [{ replica, state: report.state }]));
}

/** What all replicas answer; fewer answers if the trial has failed. */
async function asked<Kind extends Report['kind']>(
  { machines, around, hasFailed, remainingMs }: RestParts,
  command: Command,
  kind: Kind,
): Promise<readonly { readonly replica: ReplicaId; readonly report: ReportOf<Kind> }[]> {
  const answers = new Map<ReplicaId, ReportOf<Kind>>();
  for (const machine of machines) {
    void machine.next(kind).then((report) => {
      if (report !== null) answers.set(machine.id, report);
      around.changes.announce();
    });
    machine.tell(command);
  }
  const haveAnswered = (): boolean => hasFailed() || answers.size === machines.length;
  if (!(await around.changes.until(haveAnswered, Math.max(0, remainingMs()) + showPatienceMs))) {
    const silent = machines.flatMap(({ id }) => (answers.has(id) ? [] : [id]));
    throw new Error(`${silent.join(', ')} did not answer any more when told to ${command.kind}`);
  }
  return machines.flatMap(({ id }) => {
    const report = answers.get(id);
    return report === undefined ? [] : [{ replica: id, report }];
  });
}

function areEqual(states: readonly FinalState[]): boolean {
  const [first, ...others] = states.map(({ state }) => canonicalState(state));
  return others.every((other) => other === first);
}
