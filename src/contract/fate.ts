/** What the oracle says about a trial. */

import type { AnomalyVerdict } from './anomaly.ts';
import type { Micros, ReplicaId } from './ids.ts';
import type { Observation } from './protocol.ts';
import type { PromiseName } from './strategy.ts';
import type { Write } from './write.ts';
import type { Contention } from './workload.ts';

export const fates = [
  'survived',
  'superseded',
  'escalated',
  'resolved',
  'rejected',
  'indeterminate',
  'phantom',
  'lost',
] as const;
/** What became of a write in truth. */
export type Fate = (typeof fates)[number];

/** What the agent was told in the end. `nothing`: a crash or a lost answer; `refused`: conflict or rejected, and it gave up. */
export type Told = 'committed' | 'escalated' | 'refused' | 'nothing';

export interface WriteFate {
  /** With the value of its last attempt. */
  readonly write: Write;
  readonly told: Told;
  readonly fate: Fate;
  /** Why the oracle says so, in one sentence. */
  readonly reason: string;
  /** Some of its elements or lines are there and some are not. */
  readonly torn: boolean;
}

export type FateCounts = { readonly issued: number } & Readonly<Record<Fate, number>>;

export interface BrokenPromise {
  readonly promise: PromiseName;
  /** The first evidence, in one sentence. */
  readonly evidence: string;
}

/**
 * What every protocol is held to, whatever it promises. `FlagOff` is not here: that the thresholds of a recovery change
 * nothing while it is off is a law over two trials, not over one.
 */
export const invariantNames = [
  'SingleWriter',
  'MonotonicVersion',
  'SweepExclusivity',
  'TriggerExclusivity',
  'TickMonotonicity',
  'SlotSurvival',
  'FencedWrites',
  'OwnGeneration',
  'AckDurable',
  'LogPrefix',
  'OneOwner',
  'HaltOnDoubt',
  'AllOrNothing',
  'NoSkew',
  'RankOrder',
] as const;
export type InvariantName = (typeof invariantNames)[number];

/** The first thing that was against an invariant. */
export interface ProtocolViolation {
  readonly invariant: InvariantName;
  /** Position among the observations; null if only the end shows it. */
  readonly index: number | null;
  readonly at: Micros;
  readonly replica: ReplicaId | null;
  /** What is wrong, in one sentence. */
  readonly violation: string;
  readonly event: Observation | null;
}

export interface ProtocolVerdict {
  readonly invariant: InvariantName;
  /** How many observations it had something to say about; 0: it was not put to the test. */
  readonly judged: number;
  readonly violation: ProtocolViolation | null;
}

/** How the result was reached: three passes are not the same thing. In order of weight, the heaviest that applies. */
export const outcomes = ['corrupted', 'escalated', 'resolved', 'auto-merged', 'uncontended'] as const;
export type TrialOutcome = (typeof outcomes)[number];

export interface Verdict {
  readonly fates: readonly WriteFate[];
  readonly counts: FateCounts;
  readonly converged: boolean;
  readonly duplicates: number;
  /** Surviving writes, and those of them that the state attributes to somebody else or to nobody. */
  readonly attribution: { readonly surviving: number; readonly wrong: number };
  readonly escalations: {
    readonly raised: number;
    readonly true: number;
    readonly false: number;
    readonly missed: number;
  };
  readonly anomalies: AnomalyVerdict;
  readonly brokenPromises: readonly BrokenPromise[];
  readonly brokenInvariants: readonly { readonly name: string; readonly violation: string }[];
  /** One per invariant that was checked, in the order of their names' list. */
  readonly protocol: readonly ProtocolVerdict[];
  readonly contention: Contention;
  readonly exercised: boolean;
  readonly outcome: TrialOutcome;
}
