/** Figures that were measured, with a sample per process, and what is certain to have changed between two measurements. */

import type { Estimate } from './sweep.ts';

export interface MeasuredFigure {
  /** What was measured, with its group in front. */
  readonly name: string;
  readonly unit: string;
  readonly better: 'more' | 'less' | 'neither';
  /** Of two things that were measured in the same process: all that machines can be compared by. */
  readonly isRatio: boolean;
  readonly samples: readonly number[];
}

export interface MeasuredRun {
  readonly source: string;
  readonly version: string;
  readonly node: string;
  readonly cpu: string;
  readonly figures: readonly MeasuredFigure[];
}

/** A figure whose 95 % intervals do not overlap. */
export interface MeasuredChange {
  readonly name: string;
  readonly unit: string;
  readonly from: Estimate;
  readonly to: Estimate;
  readonly direction: 'worse' | 'better' | 'neither';
  /** It fails the comparison, because that was asked for. */
  readonly breaks: boolean;
}

export interface MeasuredComparison {
  readonly before: Omit<MeasuredRun, 'figures'>;
  readonly after: Omit<MeasuredRun, 'figures'>;
  /** Figures that both have with at least two samples. */
  readonly compared: number;
  /** Worse ones first. */
  readonly changes: readonly MeasuredChange[];
  /** Names of figures that only one of them has. */
  readonly missing: readonly string[];
  readonly added: readonly string[];
  readonly notes: readonly string[];
}
