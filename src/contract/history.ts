/** What happened in one trial, seen from outside: all that the oracle and the metrics know. */

import type { DocumentState, Schema } from './document.ts';
import type { Fault, ProtocolStep, TapeEntry } from './fault.ts';
import type { AgentId, FieldName, Micros, ReplicaId, TransactionId } from './ids.ts';
import type { ModelCall, ModelUse } from './model.ts';
import type { Observation, ProtocolEvent } from './protocol.ts';
import type { Outcome, Transaction, View } from './transaction.ts';
import type { Write } from './write.ts';

/** One attempt at a turn. The writes are there as soon as they were issued, whatever became of them. */
export interface Attempt {
  readonly tx: Transaction;
  readonly beganAt: Micros;
  /** What it was shown, in order. The content of `text` fields is not kept. */
  readonly views: readonly View[];
  readonly writes: readonly Write[];
  /** What it wrote and has replaced or taken back itself, after a notice: others may have seen it. */
  readonly replaced: readonly Write[];
  readonly committedAt: Micros | null;
  /** Null is `unknown`: the machine crashed or the run ended before the agent heard. */
  readonly outcome: Outcome | null;
  readonly endedAt: Micros;
  readonly thinkMicros: Micros;
  /** The calls of its model that the thinking was made of. */
  readonly uses: ModelUse;
  /** Time spent waiting for answers to `read` and `write`. */
  readonly blockedMicros: Micros;
  /** Some request was answered only after a message or a timer: not by the machine alone. */
  readonly waited: boolean;
}

/**
 * How a turn ended: `done` (told committed or escalated), `rejected`, the agent gave up, was told again and again that what it
 * had repaired rests on something new (`livelocked`), or came back from a crash and knew nothing of it (`forgotten`). A turn that is repeated after its end has one end: once done, it stays done.
 */
export interface TurnEnd {
  readonly transaction: TransactionId;
  readonly end:
    | 'done'
    | 'rejected'
    | 'gave-up-after-conflicts'
    | 'gave-up-after-crashes'
    | 'livelocked'
    | 'forgotten'
    | 'unfinished';
}

export interface StruckFault {
  readonly at: Micros;
  readonly entry: TapeEntry;
  /** Disk records that a restore really took back. */
  readonly recordsLost: number;
}

/** What an agent made of a notice that something its turn rests on has changed. */
export interface NoticeTaken {
  readonly at: Micros;
  readonly tx: Transaction;
  readonly fields: readonly FieldName[];
  readonly matters: boolean;
  /** The agent took it for the contrary. */
  readonly misjudged: boolean;
  /** Writes that were made anew or taken back. */
  readonly repaired: number;
  readonly takesMicros: Micros;
  /** The call that judged whether it matters, and the calls that made writes anew. */
  readonly judging: ModelUse;
  readonly repairing: ModelUse;
}

/** A strategy or workload that broke the rules of the interface. The trial is void, the run goes on. */
export interface TrialFailure {
  readonly culprit: 'strategy' | 'workload' | 'harness';
  readonly message: string;
  readonly at: Micros;
}

export interface History {
  readonly schema: Schema;
  readonly agents: readonly AgentId[];
  /** In the order in which they began. */
  readonly attempts: readonly Attempt[];
  readonly turns: readonly TurnEnd[];
  readonly finals: readonly { readonly replica: ReplicaId; readonly state: DocumentState }[];
  readonly faults: readonly StruckFault[];
  readonly modelCalls: readonly ModelCall[];
  readonly notices: readonly NoticeTaken[];
  /** Calls of agents that failed and were made again. */
  readonly callsFailed: number;
  /** What strategies reported of their protocols and what the simulator saw beside it, in one order. */
  readonly observations: readonly Observation[];
  readonly messages: number;
  readonly bytes: number;
  /** When the last agent ended. */
  readonly agentsDoneAt: Micros;
  /** When the last replica last changed; null if the run did not settle. */
  readonly restAt: Micros | null;
  readonly failure: TrialFailure | null;
  /** One hash over everything that happened, 16 hexadecimal digits. */
  readonly digest: string;
  /** Told event by event; empty unless the trial is run for its story. */
  readonly story: readonly StoryEvent[];
}

export type StoryEvent = { readonly at: Micros; readonly machine: ReplicaId } & (
  | { readonly kind: 'begin'; readonly tx: Transaction }
  | { readonly kind: 'read'; readonly tx: Transaction; readonly fields: readonly FieldName[] }
  | { readonly kind: 'view'; readonly tx: Transaction; readonly view: View }
  | { readonly kind: 'think'; readonly tx: Transaction; readonly thinkMicros: Micros }
  | { readonly kind: 'write'; readonly tx: Transaction; readonly writes: readonly Write[] }
  | { readonly kind: 'commit'; readonly tx: Transaction }
  | { readonly kind: 'settle'; readonly tx: Transaction; readonly outcome: Outcome }
  | { readonly kind: 'notify'; readonly tx: Transaction; readonly fields: readonly FieldName[] }
  | { readonly kind: 'notice'; readonly taken: NoticeTaken }
  | { readonly kind: 'give-up'; readonly transaction: TransactionId; readonly reason: TurnEnd['end'] }
  | { readonly kind: 'receive'; readonly from: ReplicaId; readonly sentAt: Micros; readonly bytes: number }
  | { readonly kind: 'durable'; readonly records: number }
  | {
      readonly kind: 'fault';
      readonly fault: Fault;
      readonly step: { readonly step: ProtocolStep; readonly moment: string; readonly nth: number } | null;
      readonly recordsLost: number;
    }
  | { readonly kind: 'back'; readonly from: Fault['kind'] }
  | { readonly kind: 'judge'; readonly call: ModelCall; readonly field: FieldName }
  | { readonly kind: 'protocol'; readonly event: ProtocolEvent }
);
