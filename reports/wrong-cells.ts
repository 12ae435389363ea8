/** What is wrong in a cell, in one sentence, and the command that shows it. Every report that points somewhere points there. */

import type { Cell, InvariantName, RunReport } from '../src/contract/index.ts';
import { commandFor, plural } from './wording.ts';

export function isWrong(cell: Cell): boolean {
  return cell.failed > 0 || cell.brokenPromises.length > 0 || violationsIn(cell).length > 0;
}

const promised: readonly InvariantName[] = ['AllOrNothing', 'NoSkew', 'RankOrder'];

/** What a promise stands for as well is named by the promise. */
export function violationsIn({ protocol }: Cell): Cell['protocol'] {
  return protocol.filter(({ invariant, violated }) => violated > 0 && !promised.includes(invariant));
}

/** Null: there is no trial to show. */
export function worstCommand(report: RunReport, { worst }: Cell): string | null {
  return worst === null ? null : commandFor(report, worst.spec);
}

/** `converges broke in 2 trials, 1 trial failed of 20`. */
export function whatBroke(cell: Cell): string {
  const broken = cell.brokenPromises.map(({ promise, trials }) => `${promise} broke in ${plural(trials, 'trial')}`);
  const violated = violationsIn(cell).map(
    ({ invariant, violated: trials }) => `${invariant} was violated in ${plural(trials, 'trial')}`,
  );
  const failed = cell.failed > 0 ? [`${plural(cell.failed, 'trial')} failed`] : [];
  return `${[...broken, ...violated, ...failed].join(', ')} of ${String(cell.trials)}`;
}

/** Of each strategy the cell whose worst trial lost most; the first one of equals. */
export function worstLosses(cells: readonly Cell[]): readonly Cell[] {
  const worst = new Map<string, Cell>();
  for (const cell of cells) {
    const lost = cell.worst?.lost ?? 0;
    if (lost > (worst.get(cell.strategy)?.worst?.lost ?? 0)) worst.set(cell.strategy, cell);
  }
  return [...worst.values()];
}

const maxSentence = 200;

/** In one line, cut where it goes on for too long. */
export function oneLine(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ');
  return line.length > maxSentence ? `${line.slice(0, maxSentence)}...` : line;
}
