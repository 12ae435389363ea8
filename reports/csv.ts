/**
 * A run as CSV, quoted as in RFC 4180: a row per strategy, workload and fault profile, a column per gauge. Names are those of the JSON, with
 * their units in them; what has none is a count. Nothing stands where there was nothing to measure.
 */

import { stringify } from 'csv-stringify/sync';
import type { Cell, RunReport } from '../src/contract/index.ts';
import { gauges } from '../src/metrics/gauges.ts';
import { worstCommand } from './wrong-cells.ts';

export function csv(report: RunReport): string {
  const columns = [
    'strategy',
    'workload',
    'faults',
    'trials',
    ...gauges.map(({ name }) => name),
    ...shareColumns,
    'replayWorst',
  ];
  const rows = report.cellsByWorkload.map((cell) => [
    cell.strategy,
    cell.workload,
    cell.faults,
    cell.trials,
    ...gauges.map(({ ofCell }) => ofCell(cell)),
    ...shareOf(cell),
    worstCommand(report, cell),
  ]);
  // A spreadsheet takes what begins with =, +, - or @ for a formula: such texts begin with an apostrophe.
  return stringify([columns, ...rows], { escape_formulas: true });
}

const shareColumns = ['lostShare', 'lostShareLow95', 'lostShareHigh95'];

function shareOf({ lostShare }: Cell): readonly (number | null)[] {
  return lostShare === null ? [null, null, null] : [lostShare.share, lostShare.low, lostShare.high];
}
