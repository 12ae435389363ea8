/** Two measurements for the terminal: figures that are certain to have changed, worse before better, and one line verdict. */

import type { Estimate, MeasuredChange, MeasuredComparison } from '../src/contract/index.ts';
import { drawTable, plural, type Column, type Paint } from './format.ts';

export function measuredComparisonText(comparison: MeasuredComparison, paint: Paint): string {
  const { before, after, compared, changes, missing, added, notes } = comparison;
  const run = (side: string, { source, version, node, cpu }: MeasuredComparison['before']): string =>
    `${side.padEnd(7)} ${source}: lostwrites ${version}, node ${node}, ${cpu}`;
  const breaks = changes.some((change) => change.breaks);
  const verdict = verdictOf(changes, compared);
  return [
    [run('before', before), run('after', after)].join('\n'),
    ...(changes.length === 0 ? [] : [table(changes, paint)]),
    ...list('Only in the earlier measurement', missing, paint),
    ...list('Only in the later measurement', added, paint),
    ...list('Notes', notes, paint),
    paint.bold(breaks ? paint.red(verdict) : verdict),
  ].join('\n\n');
}

function verdictOf(changes: readonly MeasuredChange[], compared: number): string {
  const count = (direction: MeasuredChange['direction']): number =>
    changes.filter((change) => change.direction === direction).length;
  const figures = plural(compared, 'figure');
  if (changes.length === 0) return `of ${figures} none has moved out of its 95 % interval`;
  return `of ${figures} ${String(count('worse'))} got worse and ${String(count('better'))} better, by more than both 95 % intervals`;
}

const columns: readonly Column[] = [
  { title: 'figure', align: 'left' },
  ...['before', 'after', 'difference'].map((title): Column => ({ title, align: 'right' })),
  { title: '', align: 'left' },
];

function table(changes: readonly MeasuredChange[], paint: Paint): string {
  const rows = changes.map(({ name, from, to, direction, breaks }) => {
    const percent = (100 * (to.mean - from.mean)) / Math.abs(from.mean);
    const word = { worse: 'worse', better: 'better', neither: '' }[direction];
    const difference = `${percent > 0 ? '+' : ''}${percent.toFixed(1)}%`;
    return [name, interval(from), interval(to), difference, breaks ? `${word}, fails` : word];
  });
  return drawTable(columns, [rows], paint);
}

/** `104 [101-107]`. */
function interval({ mean, low, high }: Estimate): string {
  return `${digits(mean)} [${digits(low)}-${digits(high)}]`;
}

function digits(value: number): string {
  return Math.abs(value) >= 1_000 ? String(Math.round(value)) : String(Number(value.toPrecision(4)));
}

function list(title: string, texts: readonly string[], paint: Paint): readonly string[] {
  return texts.length === 0 ? [] : [[paint.bold(title), ...texts].join('\n')];
}
