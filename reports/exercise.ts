/** Whether the run put anything to the test: faults that struck, restores that really took something back, conflicts reached. */

import { drawTable, groupRows, titled, whole, type Column, type ReportView } from './format.ts';

const columns: readonly Column[] = [
  { title: 'strategy', align: 'left' },
  { title: 'faults', align: 'left' },
  { title: 'trials', align: 'right' },
  { title: 'reached the\nconflict', align: 'right' },
  { title: 'faults that\nstruck', align: 'right' },
  { title: 'model calls\nthat failed', align: 'right' },
  { title: 'restores', align: 'right' },
  { title: 'that really\ntook back', align: 'right' },
];

export function exercise(view: ReportView): string {
  return titled(view, 'What the trials were put through', (cells) => {
    const rows = groupRows(cells, ({ trials, exercised, faultsStruck, restores, callsFailed, judgements }) =>
      [trials, exercised, faultsStruck, callsFailed + judgements.failed, restores.struck, restores.rolledBack].map(
        whole,
      ),
    );
    return drawTable(columns, rows, view.paint);
  });
}
