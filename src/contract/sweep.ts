/** A matrix that is run at each point of a dial: one knob that moves while seeds, agents and faults stay the same. */

import type { RunReport } from './suite.ts';

/** The knob that moves, and the values that it takes, rising. */
export interface Dial {
  readonly kind: 'workload' | 'strategy' | 'model';
  /** Name of the workload, strategy or model, or the path of its module. */
  readonly part: string;
  readonly knob: string;
  readonly values: readonly number[];
}

export const sweepMetrics = [
  'lostShare',
  'lost',
  'duplicates',
  'brokenInvariants',
  'escalations',
  'commitP50Ms',
  'commitP95Ms',
  'convergenceMs',
  'makespanMs',
  'blockedMs',
  'attempts',
  'refusals',
  'gaveUp',
  'wastedThinkMs',
  'modelCalls',
  'wrongJudgements',
  'tokens',
  'usd',
  'wastedTokens',
  'wastedUsd',
  'messages',
  'bytes',
] as const;
/** Numbers of one trial; of each, less is better. */
export type SweepMetric = (typeof sweepMetrics)[number];

/** The mean over trials with its 95 % interval; the ends are infinite where a single trial says nothing about them. */
export interface Estimate {
  readonly mean: number;
  readonly low: number;
  readonly high: number;
}

export interface SweepCell {
  /** Without the dial: the same at every point. */
  readonly strategy: string;
  readonly faults: string;
  /** Valid ones: void trials say nothing. */
  readonly trials: number;
  readonly failed: number;
  /** Null where no trial had anything to measure. */
  readonly metrics: Readonly<Record<SweepMetric, Estimate | null>>;
}

export interface SweepPoint {
  readonly value: number;
  /** Labels as on the command line, the dial included, in the order of the suite: what to replay. */
  readonly strategies: readonly string[];
  readonly workloads: readonly string[];
  readonly cells: readonly SweepCell[];
}

/**
 * Where two strategies change places. It is `clear` if the paired differences over the same trials exclude zero before it
 * and after it, with opposite signs. `at` is where the mean difference is zero, by straight lines between the points; `low`
 * and `high` is where the ends of its 95 % interval are. It is `unclear` if only the mean changes its sign.
 */
export type Crossover = {
  readonly metric: SweepMetric;
  readonly faults: string;
  /** Has less of the metric before the crossover. */
  readonly before: string;
  /** Has less of it afterwards. */
  readonly after: string;
  /** The nearest points at which the order is certain; where it is unclear, those between which the mean changes its sign. */
  readonly between: readonly [number, number];
} & (
  | { readonly kind: 'clear'; readonly at: number; readonly low: number; readonly high: number }
  | { readonly kind: 'unclear' }
);

export interface SweepReport {
  readonly dial: Dial;
  readonly points: readonly SweepPoint[];
  readonly crossovers: readonly Crossover[];
  /** All points as one run. Its suite has the dial where it was before; its cells are those of all points. */
  readonly run: RunReport;
}
