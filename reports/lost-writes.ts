/** The headline: of the writes whose agents were told that they are safe, how many are nowhere. */

import { outcomes, type Cell } from '../src/contract/index.ts';
import { drawTable, percent, titled, whole, type Column, type Paint, type ReportView } from './format.ts';

export function lostWrites(view: ReportView): string {
  const profiles = view.report.suite.faults.map(({ name }) => name);
  const columns: readonly Column[] = ['strategy', ...profiles, 'how results were reached'].map((title) => ({
    title,
    align: 'left',
  }));
  return titled(view, 'Lost writes: lost / told committed, rate with 95 % interval', (cells) => {
    const rows = view.report.suite.strategies.map(({ label }) => {
      const own = cells.filter((cell) => cell.strategy === label);
      return [label, ...own.map((cell) => lostIn(cell, view.paint)), reached(own)];
    });
    return drawTable(columns, [rows], view.paint);
  });
}

function lostIn(cell: Cell, paint: Paint): string {
  const { lostShare, committed, fates } = cell;
  const marks = marksOf(cell).map((mark) => paint.red(mark));
  if (lostShare === null) return [cell.trials === 0 ? '-' : 'none committed', ...marks].join('\n');
  const { share, low, high } = lostShare;
  const counts = `${whole(fates.lost)}/${whole(committed)}`;
  const rate = `${percent(share)}% [${percent(low)}-${percent(high)}]`;
  const colour = fates.lost === 0 ? paint.green : paint.yellow;
  return [colour(counts), rate, ...marks].join('\n');
}

/** What a reader must not overlook: broken promises and void trials. */
function marksOf({ brokenPromises, failed }: Cell): readonly string[] {
  const losesAgainstPromise = brokenPromises.some(({ promise }) => promise === 'keepsCommittedWrites');
  return [...(losesAgainstPromise ? ['PROMISE BROKEN'] : []), ...(failed > 0 ? [`${whole(failed)} FAILED`] : [])];
}

/** Shares of the valid trials, heaviest outcome first. */
function reached(cells: readonly Cell[]): string {
  const counts = outcomes.map((outcome) => cells.reduce((sum, cell) => sum + cell.outcomes[outcome], 0));
  const shares = wholePercents(counts);
  const parts = outcomes.flatMap((outcome, index) =>
    (counts[index] ?? 0) === 0 ? [] : [`${outcome} ${shares[index] === 0 ? '<1' : String(shares[index])}%`],
  );
  return fill(parts, outcomeWidth);
}

/** What four fault profiles leave of 120 columns. */
const outcomeWidth = 25;

/** Percents that add up to 100: those with the largest remainders are rounded up. */
function wholePercents(counts: readonly number[]): readonly number[] {
  const total = counts.reduce((sum, count) => sum + count, 0);
  if (total === 0) return counts;
  const exact = counts.map((count) => (100 * count) / total);
  const missing = 100 - exact.reduce((sum, share) => sum + Math.floor(share), 0);
  const byRemainder = exact.map((share, index) => ({ index, remainder: share % 1 }));
  byRemainder.sort((left, right) => right.remainder - left.remainder || left.index - right.index);
  const raised = new Set(byRemainder.slice(0, missing).map(({ index }) => index));
  return exact.map((share, index) => Math.floor(share) + Number(raised.has(index)));
}

/** Joined by commas, in lines of at most `width`. */
function fill(parts: readonly string[], width: number): string {
  const lines: string[] = [];
  for (const part of parts) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 2 + part.length <= width) lines[lines.length - 1] = `${last}, ${part}`;
    else lines.push(part);
  }
  return lines.join(',\n');
}
