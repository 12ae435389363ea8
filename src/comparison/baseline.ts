/** A run as a baseline, and back. */

import type { Baseline, ComparedRun } from '../contract/index.ts';
import { gauges } from '../metrics/index.ts';
import { TrialTable } from './trial-table.ts';

/** One side of a comparison: its trials, and where they come from. All of them have the recovery and the model of the run. */
export interface ComparedTrials {
  readonly run: ComparedRun;
  readonly trials: TrialTable;
}

/** Holds what can get worse, and not what merely happened. */
export function toBaseline({ run, trials }: ComparedTrials): Baseline {
  const { source: _source, recording: _recording, partial: _partial, ...facts } = run;
  const metrics = gauges.filter(({ name, worse }) => worse !== 'neither' && trials.has(name)).map(({ name }) => name);
  const cells = [...trials.cells()].map(({ cell: { strategy, workload, faults, agents }, rows, columns }) => ({
    cell: { strategy, workload, faults, agents },
    seeds: [...rows.keys()],
    columns: metrics.map((name) => columns.get(name)?.data() ?? null),
  }));
  return { ...facts, metrics, cells };
}

/** Throws {@link DoubledTrial}. */
export function fromBaseline({ metrics, cells, ...facts }: Baseline, source: string): ComparedTrials {
  const { recovery, model } = facts;
  const trials = new TrialTable(metrics);
  for (const { cell, seeds, columns } of cells) trials.addCell({ ...cell, recovery, model }, seeds, columns);
  return { run: { ...facts, source, recording: null, partial: false }, trials };
}
