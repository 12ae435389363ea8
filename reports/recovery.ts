/** What agents made of the turns that crashes had interrupted. Strategies for which there is nothing to say have no rows. */

import type { Cell } from '../src/contract/index.ts';
import { drawTable, groupRows, headlineOf, titled, whole, type Column, type ReportView } from './format.ts';

const columns: readonly Column[] = [
  { title: 'strategy', align: 'left' },
  { title: 'faults', align: 'left' },
  { title: 'repeated though\nthey had landed', align: 'right' },
  { title: 'forgotten', align: 'right' },
  { title: 'checkpoints\nset aside', align: 'right' },
];

export function recovery(view: ReportView): string {
  const title = `Turns after a crash, recovery ${view.report.suite.recovery}`;
  const strategies = new Set(view.report.cells.filter(isNotable).map(({ strategy }) => strategy));
  if (strategies.size === 0) return `${headlineOf(view, title)}: none forgotten, none repeated that had landed`;
  return titled(view, title, (cells) => {
    const shown = cells.filter(({ strategy }) => strategies.has(strategy));
    const rows = groupRows(shown, (cell) => countsOf(cell).map(whole));
    return drawTable(columns, rows, view.paint);
  });
}

function isNotable(cell: Cell): boolean {
  return countsOf(cell).some((count) => count > 0);
}

function countsOf({ turnsRepeated, turnsForgotten, checkpointsSetAside }: Cell): readonly number[] {
  return [turnsRepeated, turnsForgotten, checkpointsSetAside];
}
