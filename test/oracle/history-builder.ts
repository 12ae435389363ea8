/** Writes histories by hand, for the tests of the oracle: what agents did and were told, and what the replicas show at rest. */

import type {
  AgentId,
  Attempt,
  Authored,
  Change,
  DocumentState,
  Escalation,
  FieldDeclaration,
  FieldName,
  FieldState,
  History,
  Json,
  Outcome,
  Plan,
  Promises,
  ReplicaId,
  TransactionId,
  Resolution,
  Verdict,
  View,
  Workload,
  Write,
  WriteDraft,
  WriteId,
} from '../../src/contract/index.ts';
import { agentAt, field, hubId, micros, noUse, transactionId, writeId, writeNumber } from '../../src/contract/index.ts';
import { judge } from '../../src/oracle/index.ts';

export const committed: Outcome = { kind: 'committed' };
export const conflict: Outcome = { kind: 'conflict', cause: 'version-mismatch', fields: [] };
export const rejected: Outcome = { kind: 'rejected', cause: 'type-mismatch', reason: 'it does not fit' };
export const unanswered = null;

export function escalatedWrites(...writes: readonly string[]): Outcome {
  return { kind: 'escalated', writes: writes as readonly WriteId[] };
}

export function draft(name: string, change: Change): WriteDraft {
  return { field: field(name), ...change };
}

export const set = (name: string, value: Json): WriteDraft => draft(name, { kind: 'scalar', value });
export const add = (name: string, ...value: Json[]): WriteDraft => draft(name, { kind: 'grow_set', value });
export const append = (name: string, ...value: string[]): WriteDraft => draft(name, { kind: 'append_text', value });
export const increase = (name: string, value: number): WriteDraft => draft(name, { kind: 'counter', value });

interface AttemptFacts {
  /** As in `a2.3`: the third turn of agent 2. */
  readonly turn: string;
  readonly attempt?: number;
  /** Begin and end in milliseconds. */
  readonly span?: readonly [number, number];
  readonly saw?: readonly View[];
  readonly writes?: readonly WriteDraft[];
  readonly told: Outcome | null;
  readonly asked?: boolean;
  readonly waited?: boolean;
  readonly recorded?: boolean;
}

export function attempt(facts: AttemptFacts): Attempt {
  const [agentName = '', turnNumber = ''] = facts.turn.split('.');
  const agent = agentName as AgentId;
  const turn = Number(turnNumber) - 1;
  const id = transactionId(agent, turn);
  const number = facts.attempt ?? 1;
  const [begin, end] = facts.span ?? [0, 10];
  const writes = (facts.writes ?? []).map((write, index): Write => ({
    id: writeId(id, index),
    agent,
    number: writeNumber(turn, index),
    attempt: number,
    ...write,
  }));
  return {
    tx: { id, agent, turn, attempt: number, ...(facts.recorded === true ? { sees: {} } : {}) },
    beganAt: micros(begin * 1000),
    endedAt: micros(end * 1000),
    views: facts.saw ?? [],
    writes,
    replaced: [],
    committedAt: facts.asked === false ? null : micros(end * 1000),
    outcome: facts.told,
    thinkMicros: micros(0),
    uses: noUse,
    blockedMicros: micros(0),
    waited: facts.waited ?? false,
  };
}

export function view(...fields: readonly FieldState[]): View {
  return { fields, escalations: [] };
}

export function contestedView(...escalations: readonly Escalation[]): View {
  return { fields: [], escalations };
}

function authored<Value>([value, author]: readonly [Value, string | null]): Authored<Value> {
  return { value, author: author as WriteId | null };
}

export function scalarState(name: string, value: Json, author: string | null = null): FieldState {
  return { field: field(name), kind: 'scalar', ...authored([value, author]) };
}

export function setState(name: string, ...elements: readonly (readonly [Json, string | null])[]): FieldState {
  return { field: field(name), kind: 'grow_set', elements: elements.map(authored) };
}

export function linesState(name: string, ...lines: readonly (readonly [string, string | null])[]): FieldState {
  return { field: field(name), kind: 'append_text', lines: lines.map(authored) };
}

export function counterState(name: string, value: number): FieldState {
  return { field: field(name), kind: 'counter', value };
}

export function textState(name: string, content: string): FieldState {
  return { field: field(name), kind: 'text', content, version: {} };
}

/** One write of an attempt, as an escalation or a resolution would carry it. */
export function writeOf(source: Attempt, index = 0): Write {
  return source.writes[index]!;
}

export function escalation(...contenders: readonly Write[]): Escalation {
  return { field: contenders[0]!.field, contenders };
}

export function resolution(kept: Write | null, value: Json, ...discarded: readonly Write[]): Resolution {
  return { field: (kept ?? discarded[0]!).field, kept: kept?.id ?? null, value, discarded, by: 'model' };
}

interface StateFacts {
  readonly fields?: readonly FieldState[];
  readonly escalations?: readonly Escalation[];
  readonly resolutions?: readonly Resolution[];
}

export function state(facts: StateFacts): DocumentState {
  return { fields: facts.fields ?? [], escalations: facts.escalations ?? [], resolutions: facts.resolutions ?? [] };
}

interface HistoryFacts {
  readonly schema?: readonly FieldDeclaration[];
  readonly attempts: readonly Attempt[];
  /** One state for all replicas, or one per replica. */
  readonly finals: StateFacts | readonly StateFacts[];
  readonly rests?: boolean;
  /** One notice was taken, and whether it was misjudged. */
  readonly misjudged?: boolean;
  readonly turns?: History['turns'];
  /** The ranks that were reported, by turn. */
  readonly ranks?: Readonly<Record<string, number>>;
  readonly failure?: History['failure'];
  /** What was reported beside the ranks. */
  readonly observations?: History['observations'];
}

function history(facts: HistoryFacts): History {
  const agents = [...new Set(facts.attempts.map(({ tx }) => tx.agent))];
  const states = isList(facts.finals) ? facts.finals : [facts.finals, facts.finals];
  return {
    schema: { fields: facts.schema ?? [] },
    agents,
    attempts: facts.attempts,
    turns: facts.turns ?? [],
    finals: states.map((final, index) => ({ replica: `a${index + 1}` as ReplicaId, state: state(final) })),
    faults: [],
    modelCalls: [],
    notices: facts.misjudged === undefined ? [] : [notice(facts.misjudged)],
    callsFailed: 0,
    observations: [...reportedRanks(facts.ranks ?? {}), ...(facts.observations ?? [])],
    messages: 0,
    bytes: 0,
    agentsDoneAt: micros(0),
    restAt: facts.rests === false ? null : micros(0),
    failure: facts.failure ?? null,
    digest: '',
    story: [],
  };
}

function reportedRanks(ranks: Readonly<Record<string, number>>): History['observations'] {
  return Object.entries(ranks).map(([tx, rank]) => ({
    at: micros(0),
    replica: hubId,
    kind: 'reported',
    event: { kind: 'rank', tx: tx as TransactionId, rank },
  }));
}

function notice(misjudged: boolean): History['notices'][number] {
  const tx = { id: transactionId(agentAt(0), 0), agent: agentAt(0), turn: 0, attempt: 1 };
  const call = { judging: noUse, repairing: noUse };
  return { at: micros(0), tx, fields: [], matters: true, misjudged, repaired: 0, takesMicros: micros(0), ...call };
}

function isList(finals: HistoryFacts['finals']): finals is readonly StateFacts[] {
  return Array.isArray(finals);
}

const noPromises: Promises = {
  converges: false,
  keepsCommittedWrites: false,
  keepsRefusedOut: false,
  exactlyOnce: false,
  allOrNothing: false,
  escalatesTruly: false,
  serializable: false,
  serialInRankOrder: false,
  neverWaits: false,
};

type Hearing = HistoryFacts & {
  readonly plan?: Plan;
  readonly promises?: Partial<Promises>;
  readonly faults?: { readonly name: string; readonly survivable: boolean };
  readonly workload?: Pick<Workload, 'invariants' | 'exercised'>;
};

export function verdictOn(facts: Hearing): Verdict {
  return judge({
    history: history(facts),
    plan: facts.plan ?? null,
    workload: facts.workload ?? { invariants: [], exercised: () => true },
    promises: { ...noPromises, ...facts.promises },
    faults: facts.faults ?? { name: 'none', survivable: true },
  });
}

/** The fate of each write, by its id. */
export function fatesOn(facts: Hearing): Record<string, string> {
  return Object.fromEntries(
    verdictOn(facts).fates.map(({ write, fate, torn }) => [write.id, torn ? `${fate}, torn` : fate]),
  );
}

export function declare(name: string, kind: FieldDeclaration['kind']): FieldDeclaration {
  return { field: name as FieldName, meaning: '', kind };
}
