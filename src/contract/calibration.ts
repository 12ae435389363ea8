/** Published results beside ours. */

import type { Measured } from './suite.ts';

/**
 * - `fitted`: inputs of ours were chosen so that it comes out
 * - `checked`: it must come out by itself
 * - `information`: it is shown for comparison, since what is measured is not quite the same
 */
export type CalibrationRole = 'fitted' | 'checked' | 'information';

/** One published number. */
export interface CalibrationRow {
  readonly source: string;
  readonly quantity: string;
  readonly unit: 's' | 'ms' | '%' | 'x' | '';
  readonly published: number;
  /** The mean over trials; null where a trial was void. */
  readonly ours: number | null;
  /** Ours less the published one, as a share of it; the difference itself where nothing was published but 0. */
  readonly deviation: number | null;
  readonly role: CalibrationRole;
  /** How far `deviation` may be from 0. */
  readonly tolerance: number;
  /** Null where nothing is asked of it. */
  readonly within: boolean | null;
  /** What a reader must know to compare the two. */
  readonly note: string | null;
}

/** Strategies from the best to the worst; those in one place are equal. */
export type Ranking = readonly (readonly string[])[];

export interface CalibrationOrder {
  readonly source: string;
  readonly quantity: string;
  readonly published: Ranking;
  readonly ours: Ranking;
  /** Pairs of strategies that stand in the opposite order, of all pairs that are unequal in what is published. */
  readonly swapped: number;
  readonly pairs: number;
}

export interface CalibrationReport {
  readonly version: string;
  /** What to type to get the same again. */
  readonly command: string;
  readonly rows: readonly CalibrationRow[];
  readonly orders: readonly CalibrationOrder[];
  /** How the suite of published workloads was rebuilt, what was fitted to what, and what is left out. */
  readonly notes: readonly string[];
  readonly trials: number;
  readonly measured: Measured;
}
