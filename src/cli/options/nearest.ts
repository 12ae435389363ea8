/** Unknown names, answered with what there is. */

import { closest, distance } from 'fastest-levenshtein';
import { InputError } from '../input-error.ts';

export function unknownName(what: string, name: string, known: readonly string[]): InputError {
  const guess = nearest(name, known);
  const hint = guess === null ? '' : `; did you mean ${guess}?`;
  const list = known.length === 0 ? 'there are none' : `known are ${known.join(', ')}`;
  return new InputError(`unknown ${what} '${name}': ${list}${hint}`);
}

/** The nearest name, unless even that one has less than half of its letters in common. */
function nearest(name: string, known: readonly string[]): string | null {
  if (known.length === 0) return null;
  const guess = closest(name.toLowerCase(), known);
  return distance(name.toLowerCase(), guess) <= Math.max(2, guess.length / 2) ? guess : null;
}
