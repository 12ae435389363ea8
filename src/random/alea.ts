/**
 * Seeds the Alea generator (Johannes Baagøe, 2010) of seedrandom with the state that it would work out itself. A trial opens
 * some hundred streams, with names of some dozen characters, and the package allocates numbers for every character.
 */

import seedrandom from 'seedrandom';

/** Draws the same numbers as `seedrandom.alea(seed)`: from 0 up to 1, with 32 random bits each. */
export function seededAlea(seed: string): () => number {
  return seedrandom.alea('', { state: stateOf(seed) });
}

const per32Bits = 2 ** -32;

/** Baagøe's hash goes on from text to text: what it makes of a blank three times, less what it makes of the seed three times. */
function stateOf(seed: string): seedrandom.State.Alea {
  const parts = [0, 0, 0];
  let sum = 0xefc8249d;
  for (let pass = 0; pass < 6; pass += 1) {
    const text = pass < 3 ? ' ' : seed;
    const { length } = text;
    for (let index = 0; index < length; index += 1) {
      sum += text.charCodeAt(index);
      let rest = 0.02519603282416938 * sum;
      sum = rest >>> 0;
      rest = (rest - sum) * sum;
      sum = rest >>> 0;
      sum += (rest - sum) * 2 ** 32;
    }
    const part = (sum >>> 0) * per32Bits;
    const before = parts[pass % 3] as number;
    parts[pass % 3] = pass < 3 ? part : before - part + (before < part ? 1 : 0);
  }
  const [s0, s1, s2] = parts as [number, number, number];
  return { c: 1, s0, s1, s2 };
}
