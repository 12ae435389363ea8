/** What is spent on models, and on what. */

import type { Cell } from '../src/contract/index.ts';
import { dollars, drawTable, groupRows, percent, titled, whole, type Column, type ReportView } from './format.ts';

const columns: readonly Column[] = [
  { title: 'strategy', align: 'left' },
  { title: 'faults', align: 'left' },
  { title: 'tokens\nper trial', align: 'right' },
  { title: 'thinking', align: 'right' },
  { title: 'of that\nwasted %', align: 'right' },
  { title: 'judging\nnotices', align: 'right' },
  { title: 'repairing', align: 'right' },
  { title: 'judging\nconflicts', align: 'right' },
  { title: 'USD per\n1,000 trials', align: 'right' },
  { title: 'of that\nwasted', align: 'right' },
];

export function spending(view: ReportView): string {
  const source = view.report.measured.judge?.source;
  const how = source === undefined ? 'simulated' : `simulated, but for judging conflicts: ${source}`;
  return titled(view, `What is spent on models (${how}; tokens per trial)`, (cells) =>
    drawTable(columns, groupRows(cells, row), view.paint),
  );
}

function row(cell: Cell): readonly string[] {
  const { tokens, usd, thinking, wasted, judging, repairing } = cell;
  const valid = Math.max(1, cell.trials - cell.failed);
  const conflicts = tokens - thinking.tokens - judging.tokens - repairing.tokens;
  const perTrial = (of: number): string => whole(of / valid);
  const perThousand = (of: number | null): string => dollars(of === null ? null : (of / valid) * 1_000);
  return [
    perTrial(tokens),
    perTrial(thinking.tokens),
    thinking.tokens === 0 ? '-' : percent(wasted.tokens / thinking.tokens),
    ...[judging.tokens, repairing.tokens, conflicts].map(perTrial),
    perThousand(usd),
    perThousand(wasted.usd),
  ];
}
