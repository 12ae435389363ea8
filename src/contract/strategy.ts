/** The one interface behind which every merge strategy lives, and the host that it asks for everything else. */

import type { DocumentState, Schema } from './document.ts';
import type { FieldName, Micros, ReplicaId } from './ids.ts';
import type { Knobs, KnobValues } from './knobs.ts';
import type { Conflict, Judgement } from './model.ts';
import type { ProtocolEvent } from './protocol.ts';
import type { Outcome, Transaction, View } from './transaction.ts';
import type { Write } from './write.ts';

/** Under every survivable fault profile, or under the named ones. */
export type FaultScope = 'survivable' | readonly string[];

/**
 * Where a promise holds: nowhere (`false`, shown as "not made") or under these faults; where agents judge notices, it may
 * be given only for trials in which none of them was misjudged.
 */
export type PromiseScope = false | FaultScope | ConditionalScope;

export interface ConditionalScope {
  readonly faults: FaultScope;
  readonly given: 'right-judgements';
}

/** Under which faults a promise holds, and on which condition; null if it isn't made. */
export function conditionsOf(
  scope: PromiseScope,
): { faults: FaultScope; given: ConditionalScope['given'] | null } | null {
  if (scope === false) return null;
  if (scope === 'survivable' || !('given' in scope)) return { faults: scope, given: null };
  return scope;
}

/** Whether a promise with this scope is made for trials of this fault profile. */
export function coversFaults(
  scope: PromiseScope,
  profile: { readonly name: string; readonly survivable: boolean },
): boolean {
  const faults = conditionsOf(scope)?.faults;
  if (faults === undefined) return false;
  return faults === 'survivable' ? profile.survivable : faults.includes(profile.name);
}

/** What a strategy claims. The oracle holds it to that; a broken promise fails the run. */
export interface Promises {
  /** After rest all replicas hold the same state. */
  readonly converges: PromiseScope;
  /** No write whose agent was told that it is safe is lost. */
  readonly keepsCommittedWrites: PromiseScope;
  /** What was refused stays out of the state: no phantoms. */
  readonly keepsRefusedOut: PromiseScope;
  /** A repeated turn lands once: no duplicate lines, elements or amounts. */
  readonly exactlyOnce: PromiseScope;
  /** All writes of a turn take effect, or none does, or all are set aside for a person. */
  readonly allOrNothing: PromiseScope;
  /** Escalations are raised for concurrent differing values and for nothing else, and none is missed. */
  readonly escalatesTruly: PromiseScope;
  /** The committed turns are equivalent to some serial order. */
  readonly serializable: PromiseScope;
  /** The state is the one that the turns would have made one after another, in the order of the ranks that were reported. */
  readonly serialInRankOrder: PromiseScope;
  /** A turn is answered by its own machine: it never waits for another one. */
  readonly neverWaits: PromiseScope;
}

export type PromiseName = keyof Promises;

/** In the order in which they are shown. */
export const promiseNames = Object.keys({
  converges: true,
  keepsCommittedWrites: true,
  keepsRefusedOut: true,
  exactlyOnce: true,
  allOrNothing: true,
  escalatesTruly: true,
  serializable: true,
  serialInRankOrder: true,
  neverWaits: true,
} satisfies Record<PromiseName, true>) as readonly PromiseName[];

/** How the concurrent writes of many agents become one document. */
export interface MergeStrategy {
  readonly name: string;
  /** One line, shown by `list` and in reports. */
  readonly summary: string;
  /** `peers`: a replica per agent. `hub`: one more, with the id `hub`. */
  readonly layout: 'peers' | 'hub';
  /** One replica may serve the turns of any number of agents, one turn after another, as long as it has no peers. */
  readonly servesManyAgents?: true;
  readonly promises: Promises;
  /** A strategy that loses writes by design, kept to show that the harness sees it: it must lose on contended workloads. */
  readonly canary?: boolean;
  /** It takes grants back from holders that seem dead: where machines crash and stall, that must be seen to happen. */
  readonly reclaims?: boolean;
  readonly knobs?: Knobs;
  /** The same strategy with other knob values (all knobs are given, checked against their declaration). */
  configure?(values: KnobValues): MergeStrategy;
  readonly needs?: OptionalPackage;
  /** A new replica, or one that comes back: `host.disk` holds what survived. */
  open(host: Host): Replica;
}

/** A package that a strategy stands for and that need not be installed: it is imported when the strategy is chosen. */
export interface OptionalPackage {
  readonly name: string;
  /** The strategy with what the package exports. Without it, `open` throws. */
  with(exported: unknown): MergeStrategy;
}

/**
 * One replica. It does no I/O of its own: it is told what happens and asks the host. A transaction has at most one request
 * open: `read` is answered by `host.view`, `write` by `host.written`, `commit` by `host.settle`, each at once or later;
 * `begin` is not answered. Two answers, an answer to no request, or a throw is the strategy's failure. `host.settle` may
 * come at any time between `begin` and the answer to `commit`; it ends the attempt, and an open request with it.
 */
export interface Replica {
  begin(tx: Transaction): void;
  read(tx: Transaction, fields: readonly FieldName[]): void;
  /** The writes of a step, or with `tx.repairs` all writes of the turn so far. */
  write(tx: Transaction, writes: readonly Write[]): void;
  commit(tx: Transaction): void;
  receive(from: ReplicaId, message: Uint8Array): void;
  /** One anti-entropy round; the host calls it periodically, and again and again after the faults until nothing changes. */
  sync(): void;
  /** What this replica holds now. A client of a hub reports what it has last heard from the hub. */
  state(): DocumentState;
  /** Frees what the garbage collector can't. Called once, when the replica stops, also by a crash. */
  close(): void;
}

export interface Timer {
  cancel(): void;
}

/** Stable storage. Records come back in the order in which they were appended. */
export interface Disk {
  /** `done` is called when the record is durable; after a crash an append that was not done may or may not be there. */
  append(record: Uint8Array, done: () => void): void;
  /** What is on the disk now, durable or not. */
  records(): readonly Uint8Array[];
  /** Replaces everything at once; `done` is called when that is durable. */
  replace(records: readonly Uint8Array[], done: () => void): void;
}

/** What the agent on a machine is told. */
export interface AgentEars {
  view(tx: Transaction, view: View): void;
  written(tx: Transaction): void;
  settle(tx: Transaction, outcome: Outcome): void;
  /**
   * Advice: what this turn has read, or written unread, has changed. An open turn takes notice at its next step: it reads
   * the fields, and where they matter writes again with `tx.repairs`. One that was told committed or escalated is opened
   * again in a further attempt: begin, read, perhaps write, commit, all with `tx.repairs`. Notices may be repeated; one for
   * a turn that came to nothing is ignored.
   */
  notify(tx: Transaction, changed: readonly FieldName[]): void;
}

export interface Host extends AgentEars {
  readonly self: ReplicaId;
  /** All other replicas, the hub included, in an order that is the same everywhere. */
  readonly peers: readonly ReplicaId[];
  readonly schema: Schema;
  readonly disk: Disk;
  /** This machine's clock: it may be skewed. */
  now(): Micros;
  /** The next number in [0, 1) of this replica's own stream, which goes on over restarts: a fresh id stays fresh. */
  random(): number;
  /** Messages may be delayed, lost, doubled or reordered; a message to a machine that is down is lost. */
  send(to: ReplicaId, message: Uint8Array): void;
  after(delay: Micros, task: () => void): Timer;
  judge(conflict: Conflict, done: (judgement: Judgement) => void): void;
  trace(event: ProtocolEvent): void;
}
