/** Where to look: a command per cell in which something is wrong, one per strategy that loses by design, and notes. */

import type { Cell, RunReport } from '../src/contract/index.ts';
import { groupsOf, plural, type ReportView } from './format.ts';
import { isWrong, oneLine, whatBroke, worstCommand, worstLosses } from './wrong-cells.ts';

export function findings(view: ReportView): string {
  const { report, paint } = view;
  const cells = groupsOf(view).flatMap((group) => group.cells);
  const wrong = cells.filter(isWrong).map((cell) => lineFor(report, cell, whatIsWrong(cell)));
  const again = report.live === undefined ? 'replay' : 'run again';
  const byDesign = worstLosses(cells.filter((cell) => !isWrong(cell)));
  const verdict =
    wrong.length === 0 && report.suiteFailures.length === 0
      ? paint.green('Every promise was kept, every invariant held, and no trial failed.')
      : paint.red(paint.bold(`Broken: ${again} the worst trial of each cell with`));
  const parts = [[verdict, ...wrong, ...report.suiteFailures.map((failure) => paint.red(`SUITE  ${failure}`))]];
  if (byDesign.length > 0) {
    const title = paint.bold('Lost, but never promised to be kept: see the worst of each strategy with');
    parts.push([title, ...byDesign.map((cell) => lineFor(report, cell, whatWasLost(cell)))]);
  }
  if (report.notes.length > 0) parts.push([paint.bold('Notes'), ...report.notes]);
  return parts.map((lines) => lines.join('\n')).join('\n\n');
}

function lineFor(report: RunReport, cell: Cell, comment: string): string {
  const command = worstCommand(report, cell);
  return command === null ? comment : `${command}  # ${oneLine(comment)}`;
}

function whatIsWrong(cell: Cell): string {
  const evidence = cell.worst?.wrong ?? null;
  return `${whatBroke(cell)}${evidence === null ? '' : `, here: ${evidence}`}`;
}

function whatWasLost(cell: Cell): string {
  return `loses ${plural(cell.worst?.lost ?? 0, 'write')}`;
}
