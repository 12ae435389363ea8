/** From rows to what reports know: the same whether the rows come from a run or from a file. */

import type { RunFacts, RunReport } from '../contract/index.ts';
import { countPlanned } from './shards.ts';
import { anomalyMatrix } from './anomaly-matrix.ts';
import { notesOn, suiteFailures, type SuiteTally } from './suite.ts';

/** A part of a run gives no verdict on the run as a whole. */
export function reportOf(
  tally: SuiteTally,
  facts: RunFacts,
  { command, measured, live }: Pick<RunReport, 'command' | 'measured' | 'live'>,
): RunReport {
  const cells = tally.cells();
  const cellsByWorkload = tally.cellsByWorkload();
  const planned = countPlanned(facts.suite, facts.shard) * (live?.repetitions ?? 1);
  const partial = tally.done < planned;
  const isWhole = !partial && facts.shard === null;
  return {
    ...facts,
    command,
    trials: { done: tally.done, planned },
    partial,
    cells,
    cellsByWorkload,
    anomalies: anomalyMatrix(facts.suite, cells),
    suiteFailures: isWhole ? suiteFailures(facts.suite, cellsByWorkload) : [],
    notes: notesOn(cells),
    measured,
    ...(live === undefined ? {} : { live }),
  };
}
