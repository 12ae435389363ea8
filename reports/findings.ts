/** Where to look: a command per cell in which something is wrong, one per strategy that loses by design, and notes. */

import type { Cell, InvariantName, RunReport } from '../src/contract/index.ts';
import { groupsOf, plural, replayCommand, type ReportView } from './format.ts';

export function findings(view: ReportView): string {
  const { report, paint } = view;
  const cells = groupsOf(view).flatMap((group) => group.cells);
  const wrong = cells.filter(isWrong).map((cell) => commandFor(report, cell, whatBroke(cell)));
  const byDesign = worstLosses(cells.filter((cell) => !isWrong(cell)));
  const verdict =
    wrong.length === 0 && report.suiteFailures.length === 0
      ? paint.green('Every promise was kept, every invariant held, and no trial failed.')
      : paint.red(paint.bold('Broken: replay the worst trial of each cell with'));
  const parts = [[verdict, ...wrong, ...report.suiteFailures.map((failure) => paint.red(`SUITE  ${failure}`))]];
  if (byDesign.length > 0) {
    const title = paint.bold('Lost, but never promised to be kept: see the worst of each strategy with');
    parts.push([title, ...byDesign.map((cell) => commandFor(report, cell, whatWasLost(cell)))]);
  }
  if (report.notes.length > 0) parts.push([paint.bold('Notes'), ...report.notes]);
  return parts.map((lines) => lines.join('\n')).join('\n\n');
}

function isWrong(cell: Cell): boolean {
  return cell.failed > 0 || cell.brokenPromises.length > 0 || violations(cell).length > 0;
}

const promised: readonly InvariantName[] = ['AllOrNothing', 'NoSkew', 'RankOrder'];

/** What a promise stands for as well is named by the promise. */
function violations({ protocol }: Cell): Cell['protocol'] {
  return protocol.filter(({ invariant, violated }) => violated > 0 && !promised.includes(invariant));
}

function commandFor(report: RunReport, cell: Cell, comment: string): string {
  if (cell.worst === null) return comment;
  return `${replayCommand(cell.worst.spec, report.trace?.file ?? null, report.measured.judge?.file ?? null)}  # ${oneLine(comment)}`;
}

function whatBroke(cell: Cell): string {
  const broken = cell.brokenPromises.map(({ promise, trials }) => `${promise} broke in ${plural(trials, 'trial')}`);
  const violated = violations(cell).map(
    ({ invariant, violated: trials }) => `${invariant} was violated in ${plural(trials, 'trial')}`,
  );
  const failed = cell.failed > 0 ? [`${plural(cell.failed, 'trial')} failed`] : [];
  const evidence = cell.worst?.wrong ?? null;
  return `${[...broken, ...violated, ...failed].join(', ')} of ${String(cell.trials)}${evidence === null ? '' : `, here: ${evidence}`}`;
}

function whatWasLost(cell: Cell): string {
  return `loses ${plural(cell.worst?.lost ?? 0, 'write')}`;
}

/** Of each strategy the cell whose worst trial lost most; the first one of equals. */
function worstLosses(cells: readonly Cell[]): readonly Cell[] {
  const worst = new Map<string, Cell>();
  for (const cell of cells) {
    const lost = cell.worst?.lost ?? 0;
    if (lost > (worst.get(cell.strategy)?.worst?.lost ?? 0)) worst.set(cell.strategy, cell);
  }
  return [...worst.values()];
}

const maxComment = 200;

function oneLine(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ');
  return line.length > maxComment ? `${line.slice(0, maxComment)}...` : line;
}
