/** A whole run: who took part, what was put in, and its rows folded into cells. This is all that a report knows. */

import type { AnomalyName } from './anomaly.ts';
import type { FateCounts, InvariantName, TrialOutcome } from './fate.ts';
import type { TrialFailure } from './history.ts';
import type { KnobValues } from './knobs.ts';
import type { LiveSetup } from './live-setup.ts';
import type { ModelPreset, Prices, QuantileTable } from './model.ts';
import type { Quantiles, Spending, TrialResult, TrialSpec } from './result.ts';
import type { MergeStrategy, PromiseName, Promises } from './strategy.ts';
import type { Workload } from './workload.ts';

/** A strategy of the run. The label is its name with the knobs that differ from their defaults. */
export interface StrategyEntry extends Pick<MergeStrategy, 'summary' | 'layout'> {
  readonly label: string;
  readonly promises: Promises;
  readonly canary: boolean;
  readonly reclaims: boolean;
  readonly knobs: KnobValues;
}

export interface WorkloadEntry extends Pick<Workload, 'summary' | 'conflict' | 'contended' | 'agents'> {
  readonly label: string;
  readonly knobs: KnobValues;
}

export interface FaultEntry {
  readonly name: string;
  readonly summary: string;
  readonly survivable: boolean;
}

/** What was asked for: the trials are all combinations, in this order, seeds innermost. */
export interface Suite {
  readonly strategies: readonly StrategyEntry[];
  readonly workloads: readonly WorkloadEntry[];
  readonly faults: readonly FaultEntry[];
  readonly seeds: { readonly first: number; readonly count: number };
  /** Null: the default of each workload. */
  readonly agents: number | null;
  /** How agents find out after a crash which turns to repeat. */
  readonly recovery: string;
  /** What agents and judges think with: name with knobs. */
  readonly model: string;
}

/** The numbers of the simulated world that a run used. None of them was measured by the run. */
export interface SimulationInputs {
  readonly simulated: true;
  /** Between a read and the write that rests on it. */
  readonly callsPerStep: QuantileTable;
  readonly pauseSeconds: { readonly p50: number; readonly p90: number; readonly max: number };
  readonly networkMs: { readonly p50: number; readonly sigma: number };
  readonly syncMs: number;
  readonly gossipSeconds: number;
  readonly model: Omit<ModelPreset, 'summary' | 'knobs' | 'configure'> & { readonly simulated: true };
  readonly judge: JudgeInput;
}

/** Who judges conflicts. `prices` null: they aren't known. */
export type JudgeInput =
  | { readonly simulated: true }
  | {
      readonly simulated: false;
      readonly client: 'openai';
      readonly model: string;
      readonly prices: Prices | null;
    };

/** Where judgements come from: drawn, asked for in this run, or read from a recording. */
export type JudgeSource = 'simulated' | 'live' | 'recorded';

/** What a run did to have its conflicts judged, where that isn't simulated. */
export interface JudgeUse {
  readonly source: Exclude<JudgeSource, 'simulated'>;
  /** The recording; null if there is none. */
  readonly file: string | null;
  /** Requests that the server got, and different ones that the recording answered. */
  readonly asked: number;
  readonly recorded: number;
  /** In this run; null if the prices aren't known. */
  readonly spentUsd: number | null;
}

/** A trial as it leaves the worker: its row, and what is folded into cells but doesn't stand in the row. */
export interface TrialRecord {
  readonly result: TrialResult;
  /** Commit latencies as a histogram: bucket and count, by bucket. */
  readonly latencies: HistogramEntries;
  /** How long fields were held by the dead, in the same form. */
  readonly recoveries: HistogramEntries;
  /** The invariants of protocols that had something to judge. */
  readonly invariantsExercised: readonly InvariantName[];
  /** Whose fault it is when the trial is void. */
  readonly culprit: TrialFailure['culprit'] | null;
}

/** Bins of durations to a factor of ten. */
export const binsPerDecade = 10;

export type HistogramEntries = readonly (readonly [bucket: number, count: number])[];

/** A share with its 95 % interval. */
export interface Share {
  readonly share: number;
  readonly low: number;
  readonly high: number;
}

/** A trial that is worth a look. */
export interface Suspect {
  readonly spec: TrialSpec;
  readonly lost: number;
  /** What is wrong with it, in one sentence; null if no promise and no invariant was broken. */
  readonly wrong: string | null;
}

/** What an invariant of protocols came to in the trials of a cell. */
export interface InvariantTally {
  readonly invariant: InvariantName;
  /** Trials in which it had something to judge. */
  readonly exercised: number;
  readonly violated: number;
  /** The first of the violating trials; null if there is none. */
  readonly first: { readonly spec: TrialSpec; readonly atMs: number; readonly violation: string } | null;
}

/** In how many trials of a cell a promise broke. */
export interface BrokenPromiseTally {
  readonly promise: PromiseName;
  readonly trials: number;
  /** The first of these trials. */
  readonly first: { readonly spec: TrialSpec; readonly evidence: string };
}

/** What an anomaly came to in the trials of a cell. */
export interface AnomalyTally {
  readonly anomaly: AnomalyName;
  /** Trials that could have shown it. */
  readonly possible: number;
  readonly found: number;
  /** The first of the trials that show it; null if there is none. */
  readonly first: { readonly spec: TrialSpec; readonly evidence: string } | null;
}

/**
 * What a run says of an anomaly and a strategy:
 * - `never`: a promise excludes it, and no trial showed it
 * - `found`: seen, and no promise was broken by it
 * - `broken`: seen where a promise or an invariant of protocols excludes it
 * - `not-promised`: not seen, but nothing excludes it either
 * - `not-tested`: no trial could have shown it
 */
export type AnomalyStanding = 'never' | 'found' | 'broken' | 'not-promised' | 'not-tested';

/** All workloads and fault profiles of the run folded. */
export interface AnomalyCell extends AnomalyTally {
  readonly standing: AnomalyStanding;
  /** Of the trials that could have shown it; null if there was none. */
  readonly share: Share | null;
  /** The promises of the strategy that exclude it under some fault profile of the run. */
  readonly excludedBy: readonly PromiseName[];
  /** They hold only under some fault profiles of the run, or on a condition. */
  readonly isConditional: boolean;
}

export interface AnomalyRow {
  readonly strategy: string;
  /** One per anomaly, in the order of their names' list. */
  readonly cells: readonly AnomalyCell[];
}

/** Trials folded together. Sums over the trials that are not void, unless a name says otherwise. */
export interface Cell {
  readonly strategy: string;
  /** Null: all workloads of the run. */
  readonly workload: string | null;
  readonly faults: string;
  /** Void ones included. */
  readonly trials: number;
  /** Void trials: the strategy or the workload broke the rules of the interface. */
  readonly failed: number;
  readonly exercised: number;
  readonly settled: number;
  readonly converged: number;
  readonly fates: FateCounts;
  readonly committed: number;
  /** Of the committed writes; null when there were none. */
  readonly lostShare: Share | null;
  readonly duplicates: number;
  readonly misattributed: number;
  readonly escalations: TrialResult['escalations'];
  /** Trials by how their result was reached. */
  readonly outcomes: Readonly<Record<TrialOutcome, number>>;
  /** Only promises that broke, by name. */
  readonly brokenPromises: readonly BrokenPromiseTally[];
  /** Trials in which the workload's invariant was violated; only those that were, by name. */
  readonly brokenInvariants: readonly { readonly name: string; readonly trials: number }[];
  /** Only invariants that were exercised, in the order of their names' list. */
  readonly protocol: readonly InvariantTally[];
  /** Only anomalies that the trials could have shown, in the order of their names' list. */
  readonly anomalies: readonly AnomalyTally[];
  readonly latencyMs: Quantiles;
  /** The same commits by how long they took: where bins begin, see {@link binsPerDecade}, and how many fall into each. */
  readonly latencyBins: readonly (readonly [fromMs: number, count: number])[];
  readonly convergenceMs: Quantiles;
  readonly makespanMs: number;
  readonly attempts: number;
  readonly refusals: TrialResult['refusals'];
  readonly wastedThinkMs: number;
  readonly blockedMs: number;
  readonly gaveUp: number;
  readonly turnsRepeated: number;
  readonly turnsForgotten: number;
  readonly checkpointsSetAside: number;
  readonly grants: number;
  readonly reclaims: TrialResult['reclaims'];
  readonly recoveryMs: Quantiles;
  readonly callsFailed: number;
  readonly modelCalls: number;
  readonly judgements: TrialResult['judgements'];
  readonly thinking: Spending;
  readonly wasted: Spending;
  readonly judging: Spending;
  readonly repairing: Spending;
  readonly tokens: number;
  readonly usd: number | null;
  readonly messages: number;
  readonly bytes: number;
  readonly faultsStruck: number;
  readonly restores: TrialResult['restores'];
  /** The trial to replay first. */
  readonly worst: Suspect | null;
}

/** Values that differ from run to run and from machine to machine; everything else repeats to the byte. */
export interface Measured {
  readonly node: string;
  readonly platform: string;
  readonly cpu: string;
  readonly cores: number;
  readonly commit: string | null;
  readonly startedAt: string;
  readonly workers: number;
  readonly wallSeconds: number;
  readonly trialsPerSecond: number;
  readonly peakMemoryMb: number;
  /** Null: the judge is simulated. */
  readonly judge: JudgeUse | null;
}

/** What is registered and not run by default; empty where names were given. */
export interface LeftOut {
  readonly workloads: readonly string[];
  readonly faults: readonly string[];
}

/** A part of the trials of a suite, dealt out evenly: `index` of `count`, from 1. */
export interface Shard {
  readonly index: number;
  readonly count: number;
}

export interface RunReport {
  readonly version: string;
  /** What to type to get the same run again. */
  readonly command: string;
  readonly suite: Suite;
  readonly leftOut: LeftOut;
  readonly inputs: SimulationInputs;
  /** File name and SHA-256 of a recorded session, if one was given. */
  readonly trace: TraceSource | null;
  /** Hash over the suite, its inputs and the trace, 12 hexadecimal digits. */
  readonly configuration: string;
  /** Null: all trials of the suite. */
  readonly shard: Shard | null;
  /** `planned`: of the shard. */
  readonly trials: { readonly done: number; readonly planned: number };
  /** The run was stopped before its end. */
  readonly partial: boolean;
  /** Strategy by fault profile, all workloads folded. */
  readonly cells: readonly Cell[];
  /** Strategy by workload by fault profile. */
  readonly cellsByWorkload: readonly Cell[];
  /** Strategy by anomaly. */
  readonly anomalies: readonly AnomalyRow[];
  /** Verdicts about the run as a whole that fail it. */
  readonly suiteFailures: readonly string[];
  /** What a reader must know before trusting a cell. */
  readonly notes: readonly string[];
  readonly measured: Measured;
  /** Where the trials were run with real processes; without it they were simulated. */
  readonly live?: LiveSetup;
}

/** What is known before the first trial, and what a stored result begins with. */
export type RunFacts = Pick<
  RunReport,
  'version' | 'suite' | 'leftOut' | 'inputs' | 'trace' | 'configuration' | 'shard'
>;

export interface TraceSource {
  readonly file: string;
  readonly sha256: string;
}
