/** All that the page shows, in a form that fits into it: the same data draws the page when it is written and when it is used. */

import type { RunReport } from '../../src/contract/index.ts';
import type { AnomalyMatrix } from './anomaly-data.ts';
import type { PromiseRow } from './promise-data.ts';
import type { Fact } from './run-facts.ts';
import type { ShownTrial } from './subject.ts';
import type { SweepData } from './sweep-data.ts';

export interface PageData {
  readonly verdict: VerdictData;
  readonly trials: RunReport['trials'];
  readonly partial: boolean;
  readonly strategies: readonly StrategyData[];
  readonly workloads: readonly NamedData[];
  readonly faults: readonly NamedData[];
  /** All workloads folded first, then each by itself. */
  readonly cells: readonly CellData[];
  readonly promises: readonly PromiseRow[];
  readonly anomalies: AnomalyMatrix;
  /** Null: no dial was turned. */
  readonly sweep: SweepData | null;
  readonly notes: readonly string[];
  readonly facts: readonly Fact[];
}

export interface NamedData {
  readonly name: string;
  readonly summary: string;
}

export interface StrategyData extends NamedData {
  readonly canary: boolean;
}

export interface VerdictData {
  /** Cells with a broken promise or invariant, or a void trial; all workloads folded. */
  readonly brokenCells: number;
  readonly failures: readonly string[];
}

export interface CellData {
  readonly strategy: string;
  /** Null: all workloads. */
  readonly workload: string | null;
  readonly faults: string;
  readonly trials: number;
  readonly failed: number;
  readonly committed: number;
  readonly lost: number;
  /** The 95 % interval of the share that is lost. */
  readonly interval: readonly [low: number, high: number] | null;
  /** The strategy promises to lose nothing here. */
  readonly keepsWrites: boolean;
  /** What was promised, or is a law of protocols, and doesn't hold, in a sentence; null: all of it holds. */
  readonly broken: string | null;
  /** One per measure, in their order. */
  readonly values: readonly (number | null)[];
  /** Commits by duration, as in a cell of a report; empty where the workload is named. */
  readonly latencyBins: readonly (readonly [fromMs: number, count: number])[];
  readonly worst: ShownTrial | null;
}

export function cellsFor(data: PageData, workload: string | null): readonly CellData[] {
  return data.cells.filter((cell) => cell.workload === workload);
}

/** Where a click on the cell leads, and what stands in the address then. */
export function cellHash({ strategy, faults, workload }: Pick<CellData, 'strategy' | 'faults' | 'workload'>): string {
  const parts = workload === null ? [strategy, faults] : [strategy, faults, workload];
  return `#worst/${parts.map(encodeURIComponent).join('/')}`;
}
