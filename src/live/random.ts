/** Randomness that never repeats: every life of a replica draws other ids. */

import { randomBytes } from 'node:crypto';

/** The next number in [0, 1), with 48 random bits. */
export function systemRandom(): number {
  return randomBytes(6).readUIntBE(0, 6) / 2 ** 48;
}
