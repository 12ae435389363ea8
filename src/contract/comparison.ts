/** What changed between two runs, trial by trial, in exact numbers. */

import type { TrialSpec } from './result.ts';
import type { TraceSource } from './suite.ts';

/** Trials that differ in their seed alone. */
export interface ComparedCell extends Omit<TrialSpec, 'seed' | 'agents'> {
  /** The number of agents that took part. */
  readonly agents: number;
}

/** One side of a comparison. */
export interface ComparedRun {
  /** A file, or what else it is called where it is named to a reader. */
  readonly source: string;
  readonly version: string;
  readonly configuration: string;
  /** As on the command line; null: each workload's own number. */
  readonly agents: number | null;
  readonly recovery: string;
  readonly model: string;
  /** Strategies that lose by design, and must. */
  readonly canaries: readonly string[];
  /** The recorded session, with its hash, and the recording of a judge: what a replay needs. */
  readonly trace: TraceSource | null;
  readonly recording: string | null;
  /** The run was stopped before its end. */
  readonly partial: boolean;
}

/** A metric that isn't the same in all trials of a cell that both runs have. */
export interface MetricChange {
  readonly cell: ComparedCell;
  /** A name from the list of gauges. */
  readonly metric: string;
  /** Over the pairs of trials: sums, and of quantiles the means. */
  readonly from: number;
  readonly to: number;
  /** Pairs of trials in which there was something to measure. */
  readonly pairs: number;
  /** Pairs that differ. */
  readonly changed: number;
  /** `neither`: the metric has no better direction, or what got worse here was made good there. */
  readonly direction: 'worse' | 'better' | 'neither';
  /** The rules that it breaks, as they were written. None: it is told and fails nothing. */
  readonly breaks: readonly string[];
  /** The trial that changed most in the direction of the cell. */
  readonly largest: { readonly spec: TrialSpec; readonly from: number; readonly to: number };
}

/** A cell of the later run that is above a limit, whatever it was before. */
export interface Excess {
  readonly cell: ComparedCell;
  readonly metric: string;
  readonly value: number;
  readonly trials: number;
  readonly rule: string;
  readonly largest: { readonly spec: TrialSpec; readonly value: number };
}

/** Trials that only one of the runs has. */
export interface Gap {
  readonly cell: ComparedCell;
  readonly trials: number;
  /** The other run has no trial of this cell. */
  readonly whole: boolean;
}

export interface Comparison {
  readonly before: ComparedRun;
  readonly after: ComparedRun;
  /** As they were written, in their order. */
  readonly rules: readonly string[];
  /** Trials that both runs have, and the cells that they make. */
  readonly pairs: number;
  readonly cells: number;
  /** First what breaks a rule, then what is worse, better and neither. */
  readonly changes: readonly MetricChange[];
  readonly excesses: readonly Excess[];
  /** Trials that only the earlier run has. */
  readonly missing: readonly Gap[];
  /** Trials that only the later run has. */
  readonly added: readonly Gap[];
  /** Of the rules about missing and new trials those that are broken. */
  readonly brokenGapRules: readonly string[];
  /** Rules about metrics that one of the runs doesn't hold. */
  readonly uncheckedRules: readonly string[];
  /** What a reader must know before trusting the comparison. */
  readonly notes: readonly string[];
  /** `undecided`: no rule is broken so far, but the later run isn't whole, or a rule can't be checked. */
  readonly verdict: 'kept' | 'broken' | 'undecided';
}

/** A number that is the same in all trials of a cell, or one per trial. Null where there was nothing to measure. */
export type BaselineColumn = number | null | readonly (number | null)[];

/** A run as far as a later one is compared with it. */
export interface Baseline extends Omit<ComparedRun, 'source' | 'recording' | 'partial'> {
  /** Names from the list of gauges: what the columns of the cells are. */
  readonly metrics: readonly string[];
  readonly cells: readonly {
    readonly cell: Omit<ComparedCell, 'recovery' | 'model'>;
    readonly seeds: readonly number[];
    readonly columns: readonly BaselineColumn[];
  }[];
}
