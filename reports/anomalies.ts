/** Whatever else went wrong, beside the fates: only rows with something in them. */

import type { Cell } from '../src/contract/index.ts';
import { drawTable, groupsOf, titled, whole, type Column, type ReportView } from './format.ts';

export function anomalies(view: ReportView): string {
  const profiles = view.report.suite.faults.map(({ name }) => name);
  const columns: readonly Column[] = [
    { title: 'strategy', align: 'left' },
    { title: 'what', align: 'left' },
    ...profiles.map((title): Column => ({ title, align: 'right' })),
  ];
  const title = 'Other anomalies';
  if (!groupsOf(view).some(({ cells }) => cells.some((cell) => anomaliesIn(cell).size > 0))) {
    return `${view.paint.bold(title)}: none`;
  }
  return titled(view, title, (cells) => {
    const groups = view.report.suite.strategies.map(({ label }) => rowsOf(label, cells));
    return drawTable(
      columns,
      groups.filter((rows) => rows.length > 0),
      view.paint,
    );
  });
}

function rowsOf(strategy: string, cells: readonly Cell[]): readonly (readonly string[])[] {
  const counts = cells.filter((cell) => cell.strategy === strategy).map(anomaliesIn);
  const names = [...new Set(counts.flatMap((each) => [...each.keys()]))];
  return names.map((name, index) => [
    index === 0 ? strategy : '',
    name,
    ...counts.map((each) => whole(each.get(name) ?? 0)),
  ]);
}

/** How many trials, or writes, show it. */
function anomaliesIn(cell: Cell): ReadonlyMap<string, number> {
  const valid = cell.trials - cell.failed;
  const counts = [
    ['trials that did not come to rest', valid - cell.settled],
    ['trials whose replicas differ', valid - cell.converged],
    ['writes refused that stand nevertheless', cell.fates.phantom],
    ['writes that stand more than once', cell.duplicates],
    ['writes attributed to the wrong author', cell.misattributed],
    ...cell.brokenInvariants.map(({ name, trials }) => [`trials against the law "${name}"`, trials] as const),
  ] as const;
  return new Map(counts.filter(([, count]) => count > 0));
}
