/** What agents wait for: exact, virtual times. */

import type { Cell } from '../src/contract/index.ts';
import { average, drawTable, duration, groupRows, titled, type Column, type ReportView } from './format.ts';

const columns: readonly Column[] = [
  { title: 'strategy', align: 'left' },
  { title: 'faults', align: 'left' },
  { title: 'commit\np50', align: 'right' },
  { title: 'commit\np95', align: 'right' },
  { title: 'commit\np99', align: 'right' },
  { title: 'converged\np50', align: 'right' },
  { title: 'converged\np95', align: 'right' },
  { title: 'makespan\nof a trial', align: 'right' },
  { title: 'messages\nper trial', align: 'right' },
];

export function latency(view: ReportView): string {
  return titled(view, 'Latency in virtual time', (cells) => drawTable(columns, groupRows(cells, row), view.paint));
}

function row(cell: Cell): readonly string[] {
  const { latencyMs, convergenceMs } = cell;
  const valid = cell.trials - cell.failed;
  return [
    ...[latencyMs.p50, latencyMs.p95, latencyMs.p99, convergenceMs.p50, convergenceMs.p95].map(duration),
    duration(valid === 0 ? null : cell.makespanMs / valid),
    average(cell.messages, valid),
  ];
}
