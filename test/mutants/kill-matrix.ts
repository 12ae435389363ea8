/** The table that `npm test` ends with: each mutant by what catches it. */

import type { Kill } from './mutant.ts';
import { witnesses, type Witness } from './witness.ts';

const named = '■';
const also = '•';
const none = '·';

const gap = '  ';

/** Witnesses that caught nothing have no column. */
export function killMatrix(kills: readonly Kill[]): string {
  const columns = witnesses.filter((witness) => kills.some((kill) => kill.witnesses.includes(witness)));
  const mutantWidth = widest(kills.map(({ mutant }) => mutant));
  const witnessWidth = widest(kills.map(({ caughtBy }) => caughtBy));
  const row = (mutant: string, caughtBy: string, cells: readonly string[], trial: string): string =>
    [mutant.padEnd(mutantWidth), caughtBy.padEnd(witnessWidth), ...cells.map((cell) => cell.padStart(2)), trial].join(
      gap,
    );
  const numbers = columns.map((_column, index) => String(index + 1));
  return [
    `Kill matrix: each mutant (${String(kills.length)} in all) is a bug that some system had. ${named} caught by the witness that must catch it, ${also} by this one as well:`,
    columns.map((column, index) => `${String(numbers[index])} ${column}`).join(', '),
    '',
    row('mutant', 'caught by', numbers, 'a trial that shows it'),
    ...kills.map((kill) => row(kill.mutant, kill.caughtBy, marks(kill, columns), kill.trial ?? 'NOT CAUGHT')),
  ].join('\n');
}

function marks({ caughtBy, witnesses: killers }: Kill, columns: readonly Witness[]): readonly string[] {
  return columns.map((column) => {
    if (!killers.includes(column)) return none;
    return column === caughtBy ? named : also;
  });
}

function widest(texts: readonly string[]): number {
  return Math.max(...texts.map((text) => text.length));
}
