/** The history of a trial, told event by event, as a diagram. */

import type {
  Attempt,
  History,
  ProtocolEvent,
  ReplicaId,
  StoryEvent,
  TrialResult,
  Verdict,
  Write,
} from '../../src/contract/index.ts';
import { eventSentence } from '../event-sentence.ts';
import { duration, plural, whole, writeText } from '../wording.ts';
import type { Bar, DrawnMessage, DrawnWrite, Mark, TrialDiagram } from './trial-diagram.ts';

/** More than these cannot be told apart, and would make the page heavy. */
const maxMessages = 2_500;
const maxMarks = 800;

/** `verdict` null: the trial is void. */
export function drawTrial(history: History, verdict: Verdict | null, result: TrialResult): TrialDiagram {
  const { story } = history;
  const lanes = lanesOf(history);
  const laneOf = (machine: string): number => lanes.indexOf(machine);
  const writes = (verdict?.fates ?? []).map((fate): DrawnWrite & { readonly write: Write } => ({
    write: fate.write,
    text: writeText(fate.write),
    told: fate.told,
    fate: fate.fate,
    torn: fate.torn,
    reason: fate.reason,
  }));
  const end = tenths(story.at(-1)?.at ?? 0);
  const marks = story.flatMap((event) => marksOf(event, laneOf, writes));
  const messages = story.flatMap((event): DrawnMessage[] =>
    event.kind === 'receive'
      ? [[laneOf(event.from), tenths(event.sentAt), laneOf(event.machine), tenths(event.at)]]
      : [],
  );
  return {
    lanes,
    end,
    bars: [...turnBars(history, laneOf), ...faultBars(story, laneOf, end), ...grantBars(story, laneOf, end)],
    marks: marks.slice(0, maxMarks),
    messages: messages.slice(0, maxMessages),
    messagesLeftOut: Math.max(0, messages.length - maxMessages),
    marksLeftOut: Math.max(0, marks.length - maxMarks),
    writes: writes.map(({ write: _write, ...drawn }) => drawn),
    ending: ending(verdict, result),
  };
}

type LaneOf = (machine: string) => number;

function tenths(micros: number): number {
  return Math.round(micros / 100);
}

/** The hub first: all others talk to it. */
function lanesOf({ agents, finals, story }: History): readonly string[] {
  const machines = new Set<string>([...finals.map(({ replica }) => replica), ...story.map(({ machine }) => machine)]);
  const ours = new Set<string>(agents);
  return [...[...machines].filter((machine) => !ours.has(machine)), ...agents];
}

function marksOf(event: StoryEvent, laneOf: LaneOf, writes: readonly { readonly write: Write }[]): readonly Mark[] {
  const lane = laneOf(event.machine);
  const mark = (kind: Mark['kind'], label: string, write: number | null = null, text = sentence(event)): Mark => ({
    kind,
    lane,
    at: tenths(event.at),
    label,
    text,
    write,
  });
  switch (event.kind) {
    case 'view':
      return [mark('view', `sees ${event.view.fields.map(({ field }) => field).join(', ') || 'nothing'}`)];
    case 'write':
      return event.writes.map((write) => {
        const found = writes.findIndex(({ write: { id, attempt } }) => id === write.id && attempt === write.attempt);
        return mark('write', writeText(write), found === -1 ? null : found, `writes ${writeText(write)}`);
      });
    case 'settle':
      return [toldMark(event, mark)];
    case 'give-up':
      return [mark('refused', 'gives up')];
    case 'fault':
      return [mark('trouble', event.fault.kind)];
    case 'back':
      return [mark('note', event.from === 'busy' ? 'goes on' : 'is back')];
    case 'notice':
      return [mark('note', event.taken.repaired > 0 ? 'repairs' : 'takes notice')];
    case 'judge':
      return [mark('judge', `model: ${event.call.judgement.kind}`)];
    case 'protocol':
      return protocolMarks(event.event, mark);
    case 'begin':
    case 'read':
    case 'think':
    case 'commit':
    case 'notify':
    case 'receive':
    case 'durable':
      return [];
  }
}

type MakeMark = (kind: Mark['kind'], label: string) => Mark;

function toldMark({ outcome }: Extract<StoryEvent, { kind: 'settle' }>, mark: MakeMark): Mark {
  switch (outcome.kind) {
    case 'committed':
      return mark('told', '✓ committed');
    case 'escalated':
      return mark('told', '⚑ escalated');
    case 'conflict':
      return mark('refused', `↺ ${outcome.cause}`);
    case 'rejected':
      return mark('refused', `✕ ${outcome.cause}`);
  }
}

/** Grants are bars; the rest of a protocol's talk is for the story in the terminal. */
function protocolMarks(event: ProtocolEvent, mark: MakeMark): readonly Mark[] {
  switch (event.kind) {
    case 'reclaim':
      return [mark('trouble', `reclaims from ${event.holder}`)];
    case 'doubt':
      return [mark('trouble', 'in doubt')];
    case 'settled':
      return [mark('note', 'knows again')];
    case 'replay':
      return [mark('note', 'replays')];
    case 'grant':
    case 'release':
    case 'heartbeat':
    case 'slot':
    case 'accept':
    case 'transition':
    case 'recovered':
    case 'rank':
    case 'epoch':
    case 'checkpoint':
      return [];
  }
}

function sentence(event: StoryEvent): string {
  return eventSentence(event, 'simulated');
}

/** Turns with what their agents do in them: think, and wait for answers. */
function turnBars({ attempts, story }: History, laneOf: LaneOf): readonly Bar[] {
  const turns = attempts.map(({ tx, beganAt, endedAt }): Bar => {
    const text = `turn ${tx.id}${tx.attempt === 1 ? '' : `, attempt ${String(tx.attempt)}`}`;
    return { kind: 'turn', lane: laneOf(tx.agent), from: tenths(beganAt), to: tenths(endedAt), text };
  });
  return [...turns, ...attempts.flatMap((attempt) => stretches(attempt, story, laneOf))];
}

/** A machine that stops cuts its agent short. */
function stretches({ tx, endedAt }: Attempt, story: readonly StoryEvent[], laneOf: LaneOf): readonly Bar[] {
  const bars: Bar[] = [];
  const lane = laneOf(tx.agent);
  let asked: { readonly at: number; readonly what: string } | null = null;
  for (const event of story) {
    if (!('tx' in event) || event.tx.id !== tx.id || event.tx.attempt !== tx.attempt) continue;
    if (asked !== null) bars.push(barOf('waiting', lane, asked.at, event.at, `waits for ${asked.what}`));
    asked = null;
    if (event.kind === 'read') asked = { at: event.at, what: 'what it reads' };
    if (event.kind === 'commit') asked = { at: event.at, what: 'the answer to its commit' };
    if (event.kind === 'think') {
      const until = Math.min(event.at + event.thinkMicros, endedAt);
      bars.push(barOf('thinking', lane, event.at, until, `thinks for ${duration((until - event.at) / 1_000)}`));
    }
  }
  if (asked !== null) bars.push(barOf('waiting', lane, asked.at, endedAt, `waits for ${asked.what}, in vain`));
  return bars;
}

function barOf(kind: Bar['kind'], lane: number, from: number, to: number, text: string): Bar {
  return { kind, lane, from: tenths(from), to: tenths(to), text };
}

function faultBars(story: readonly StoryEvent[], laneOf: LaneOf, end: number): readonly Bar[] {
  const bars: Bar[] = [];
  const struck = new Map<ReplicaId, Extract<StoryEvent, { kind: 'fault' }>>();
  const finish = (machine: ReplicaId, to: number): void => {
    const event = struck.get(machine);
    struck.delete(machine);
    if (event === undefined) return;
    bars.push({ kind: event.fault.kind, lane: laneOf(machine), from: tenths(event.at), to, text: sentence(event) });
  };
  for (const event of story) {
    if (event.kind === 'fault') {
      finish(event.machine, tenths(event.at));
      struck.set(event.machine, event);
    }
    if (event.kind === 'back') finish(event.machine, tenths(event.at));
  }
  for (const machine of [...struck.keys()]) finish(machine, end);
  return bars;
}

/** From the grant to its release or reclaim; what several machines report is one grant. */
function grantBars(story: readonly StoryEvent[], laneOf: LaneOf, end: number): readonly Bar[] {
  const bars: Bar[] = [];
  const held = new Map<string, { readonly lane: number; readonly from: number; readonly text: string }>();
  for (const told of story) {
    if (told.kind !== 'protocol') continue;
    const { event } = told;
    if (event.kind !== 'grant' && event.kind !== 'release' && event.kind !== 'reclaim') continue;
    const key = JSON.stringify([event.field, event.holder, event.token]);
    const known = held.get(key);
    if (event.kind === 'grant') {
      const text = `${event.holder} holds ${event.field}, token ${String(event.token)}`;
      if (known === undefined) held.set(key, { lane: laneOf(event.holder), from: tenths(told.at), text });
      continue;
    }
    if (known === undefined) continue;
    held.delete(key);
    bars.push({ kind: 'grant', ...known, to: tenths(told.at), text: `${known.text}, until ${event.kind}` });
  }
  for (const known of held.values()) bars.push({ kind: 'grant', ...known, to: end });
  return bars;
}

function ending(verdict: Verdict | null, result: TrialResult): readonly string[] {
  const { failure, committed, settled, brokenPromises, protocolViolations } = result;
  if (verdict === null) return [`The trial is void. ${failure ?? ''}`.trim()];
  const { escalations, counts, converged, duplicates } = verdict;
  return [
    `${whole(counts.lost)} of ${plural(committed, 'committed write')} lost`,
    settled
      ? converged
        ? 'all replicas hold the same state'
        : 'the replicas hold different states'
      : 'it did not come to rest',
    ...(escalations.raised === 0
      ? []
      : [`${plural(escalations.raised, 'escalation')}, ${whole(escalations.false)} of them false`]),
    ...(escalations.missed === 0 ? [] : [plural(escalations.missed, 'missed conflict')]),
    ...(duplicates === 0 ? [] : [plural(duplicates, 'duplicate')]),
    ...verdict.brokenInvariants.map(({ name, violation }) => `law "${name}": ${violation}`),
    ...brokenPromises.map(({ promise, evidence }) => `promise ${promise} broken: ${evidence}`),
    ...protocolViolations.map(({ invariant, violation }) => `invariant ${invariant} violated: ${violation}`),
  ];
}
