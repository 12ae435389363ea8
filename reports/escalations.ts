/** Who was told of a conflict, rightly or not, and what it cost to settle it. */

import type { Cell, JudgeSource } from '../src/contract/index.ts';
import { drawTable, groupRows, titled, whole, type Column, type ReportView } from './format.ts';

const columns = (source: JudgeSource): readonly Column[] => [
  { title: 'strategy', align: 'left' },
  { title: 'faults', align: 'left' },
  { title: 'raised', align: 'right' },
  { title: 'true', align: 'right' },
  { title: 'false', align: 'right' },
  { title: 'missed', align: 'right' },
  { title: 'writes\nresolved', align: 'right' },
  { title: `model calls\n(${source})`, align: 'right' },
  { title: 'right/\nwrong/\nabstains', align: 'right' },
  { title: 'dupli-\ncates', align: 'right' },
  { title: 'turns\ngiven\nup', align: 'right' },
];

export function escalations(view: ReportView): string {
  const source = view.report.measured.judge?.source ?? 'simulated';
  return titled(view, 'Escalations, and what settling conflicts cost (sums over all trials)', (cells) =>
    drawTable(columns(source), groupRows(cells, row), view.paint),
  );
}

function row(cell: Cell): readonly string[] {
  const { raised, true: rightly, false: wrongly, missed } = cell.escalations;
  const { right, wrong, abstained } = cell.judgements;
  return [
    ...[raised, rightly, wrongly, missed, cell.fates.resolved, cell.modelCalls].map(whole),
    cell.modelCalls === 0 ? '-' : [right, wrong, abstained].map(whole).join('/'),
    whole(cell.duplicates),
    whole(cell.gaveUp),
  ];
}
