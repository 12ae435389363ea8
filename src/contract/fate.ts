/** What the oracle says about a trial. */

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
  readonly brokenPromises: readonly BrokenPromise[];
  readonly brokenInvariants: readonly { readonly name: string; readonly violation: string }[];
  readonly contention: Contention;
  readonly exercised: boolean;
  readonly outcome: TrialOutcome;
}
