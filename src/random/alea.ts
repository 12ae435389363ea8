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

/** What Baagøe's hash makes of a text, going on from what it has made of the texts before. */
function hashed(before: number, text: string): number {
  let sum = before;
  for (let index = 0; index < text.length; index += 1) {
    sum += text.charCodeAt(index);
    // Nothing here reaches 32 bits, so Math.floor cuts off what `>>> 0` would, and sooner.
    let rest = 0.02519603282416938 * sum;
    sum = Math.floor(rest);
    rest = (rest - sum) * sum;
    sum = Math.floor(rest);
    sum += (rest - sum) * 2 ** 32;
  }
  return sum;
}

const blank = hashed(0xefc8249d, ' ');
const twoBlanks = hashed(blank, ' ');
const threeBlanks = hashed(twoBlanks, ' ');

/** What the hash makes of a blank three times, less what it then makes of the seed three times. */
function stateOf(seed: string): seedrandom.State.Alea {
  const once = hashed(threeBlanks, seed);
  const twice = hashed(once, seed);
  const thrice = hashed(twice, seed);
  return { c: 1, s0: difference(blank, once), s1: difference(twoBlanks, twice), s2: difference(threeBlanks, thrice) };
}

/** Of the lower 32 bits of two hashes, from 0 up to 1. */
function difference(one: number, other: number): number {
  const distance = (one >>> 0) * per32Bits - (other >>> 0) * per32Bits;
  return distance < 0 ? distance + 1 : distance;
}
