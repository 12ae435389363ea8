/** Who was told no, and why. A cause that never occurs in the run has no column. */

import { refusalCauses, type Cell } from '../src/contract/index.ts';
import { drawTable, groupRows, headlineOf, titled, whole, type Column, type ReportView } from './format.ts';

export function refusals(view: ReportView): string {
  const causes = refusalCauses.filter((cause) => view.report.cells.some((cell) => cell.refusals[cause] > 0));
  const title = 'Refused attempts, by cause';
  if (causes.length === 0) return `${headlineOf(view, title)}: none`;
  const columns: readonly Column[] = [
    { title: 'strategy', align: 'left' },
    { title: 'faults', align: 'left' },
    ...['attempts', 'refused', ...causes.map((cause) => cause.replace('-', '\n'))].map((column): Column => ({
      title: column,
      align: 'right',
    })),
  ];
  const row = (cell: Cell): readonly string[] =>
    [cell.attempts, refusedIn(cell), ...causes.map((cause) => cell.refusals[cause])].map(whole);
  return titled(view, title, (cells) => {
    const some = new Set(view.report.cells.filter((cell) => refusedIn(cell) > 0).map(({ strategy }) => strategy));
    const shown = cells.filter(({ strategy }) => some.has(strategy));
    return drawTable(columns, groupRows(shown, row), view.paint);
  });
}

function refusedIn(cell: Cell): number {
  return refusalCauses.reduce((sum, cause) => sum + cell.refusals[cause], 0);
}
