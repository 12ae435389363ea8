/** What the conductor tells the process of a replica, and what the process reports. Each is one frame of JSON on a pipe. */

import type {
  Conflict,
  DocumentState,
  FieldName,
  Judgement,
  Micros,
  Outcome,
  ProtocolEvent,
  ProtocolStep,
  ReplicaId,
  Schema,
  TapeEntry,
  Transaction,
  View,
  Write,
} from '../contract/index.ts';
import type { Transport } from '../live/address.ts';
import type { CauseKind } from '../simulator/residence.ts';

/** A fault of the tape that strikes at a step; the number is its place in the tape. */
export interface StepFault {
  readonly place: number;
  readonly entry: TapeEntry;
}

export type StepCounts = Readonly<Record<ProtocolStep, number>>;

/** All that a process must know to be one life of one replica. */
export interface Assignment {
  readonly self: ReplicaId;
  readonly peers: readonly ReplicaId[];
  readonly schema: Schema;
  /** Whether an agent works on it. */
  readonly hasAgent: boolean;
  /** Of the trial, and the name of the stream that this life draws from. */
  readonly seed: string;
  readonly stream: string;
  /** Where the disk is, and where replicas find one another. */
  readonly diskFolder: string;
  readonly socketFolder: string;
  readonly transport: Transport;
  /** How long to wait for peers that can't be reached. */
  readonly patienceMs: number;
  /** Rounds of anti-entropy: the first comes after the phase. */
  readonly gossipMicros: Micros;
  readonly gossipPhaseMicros: Micros;
  readonly faults: readonly StepFault[];
  /** Steps that were taken in earlier lives. */
  readonly counts: StepCounts;
}

export interface TimeOfTrial {
  /** What the trial calls 0, in nanoseconds of the monotonic clock. */
  readonly originNanos: number;
  /** Seconds of the trial in a real second. */
  readonly scale: number;
}

export type Command =
  /** Find the peers. */
  | { readonly kind: 'join'; readonly assignment: Assignment }
  /** Open the replica. */
  | { readonly kind: 'open'; readonly time: TimeOfTrial }
  | { readonly kind: 'begin'; readonly tx: Transaction }
  | { readonly kind: 'read'; readonly tx: Transaction; readonly fields: readonly FieldName[] }
  | { readonly kind: 'write'; readonly tx: Transaction; readonly writes: readonly Write[] }
  | { readonly kind: 'commit'; readonly tx: Transaction }
  | { readonly kind: 'judged'; readonly question: number; readonly judgement: Judgement }
  /** The faults are over, and so is the gossip of its own. */
  | { readonly kind: 'heal' }
  | { readonly kind: 'sync' }
  | { readonly kind: 'show' }
  | { readonly kind: 'close' };

export type Answer =
  | { readonly kind: 'view'; readonly tx: Transaction; readonly view: View }
  | { readonly kind: 'written'; readonly tx: Transaction }
  | { readonly kind: 'settle'; readonly tx: Transaction; readonly outcome: Outcome }
  | { readonly kind: 'notify'; readonly tx: Transaction; readonly changed: readonly FieldName[] };

/** What is on the disk: the first records of the file with this number. */
export interface DiskMark {
  readonly inode: number;
  readonly records: number;
}

/** `at`: nanoseconds of the monotonic clock, which all processes share. */
export type Report = { readonly at: number } &
  /** The strategy is loaded. */
  (
    | { readonly kind: 'ready' }
    /** Its peers can reach it. */
    | { readonly kind: 'joined' }
    /** The replica is open. */
    | { readonly kind: 'opened' }
    | { readonly kind: 'answer'; readonly cause: CauseKind; readonly answer: Answer }
    | { readonly kind: 'trace'; readonly event: ProtocolEvent }
    /** The request to commit has arrived: messages from now on may carry the turn. */
    | { readonly kind: 'committing'; readonly tx: Transaction }
    | { readonly kind: 'durable'; readonly mark: DiskMark }
    /** All that was written while a message was handled is durable; `sentAt` is of the sender's monotonic clock. */
    | { readonly kind: 'stored'; readonly from: ReplicaId; readonly sentAt: number }
    | { readonly kind: 'sent'; readonly to: ReplicaId; readonly bytes: number }
    | { readonly kind: 'received'; readonly from: ReplicaId; readonly sentAt: number; readonly bytes: number }
    /** Only while there are faults to come at steps. */
    | { readonly kind: 'step'; readonly step: ProtocolStep }
    /** It is going to kill or stop itself at once. */
    | { readonly kind: 'fault'; readonly place: number }
    /** It had stopped itself, and goes on. */
    | { readonly kind: 'resumed' }
    | { readonly kind: 'question'; readonly question: number; readonly conflict: Conflict }
    /** The answers to `sync`, `show` and `close`. `unsynced`: changes of the disk that are not durable yet. */
    | { readonly kind: 'synced'; readonly unsynced: number }
    | { readonly kind: 'shown'; readonly state: DocumentState | null }
    | { readonly kind: 'closed' }
    /** The strategy threw, or the process can't serve it. */
    | { readonly kind: 'failed'; readonly culprit: 'strategy' | 'harness'; readonly message: string }
  );

export type ReportOf<Kind extends Report['kind']> = Extract<Report, { readonly kind: Kind }>;

/** A report without its time, which is the process's to know. */
export type Reported = Report extends infer Each ? (Each extends Report ? Omit<Each, 'at'> : never) : never;

/** The monotonic clock in nanoseconds: a number holds them exactly for the first hundred days of a machine. */
export function monotonicNanos(): number {
  return Number(process.hrtime.bigint());
}

/** The time of a trial at a moment of the monotonic clock: the same in all processes. */
export function trialMicros(nanos: number, { originNanos, scale }: TimeOfTrial): Micros {
  return Math.max(0, Math.floor(((nanos - originNanos) / 1_000) * scale)) as Micros;
}

/** No state or view comes near it. */
export const longestFrameBytes = 2 ** 28;
