/** A streaming 64-bit hash over all that happens in a trial: two 32-bit lanes in the manner of FNV-1a. Not for secrets. */

import { codeUnitAt } from '../document/code-unit.ts';
import { hexOf } from '../document/hex.ts';

const lowPrime = 0x01000193;
const highPrime = 0x85ebca6b;

/** Whole numbers of 32 bits with a sign, from the first on: the engine keeps others, and all that follow them, as fractions. */
const lowStart = 0x811c9dc5 | 0;
const highStart = 0x9e3779b9 | 0;

export class Digest {
  #low = lowStart;
  #high = highStart;

  mix(value: number): void {
    this.#low = Math.imul(this.#low ^ value, lowPrime);
    this.#high = Math.imul(this.#high ^ (value + (this.#low >>> 15)), highPrime);
  }

  /** A time or a count beyond 32 bits. */
  mixLarge(value: number): void {
    this.mix(value | 0);
    this.mix(Math.floor(value / 4294967296));
  }

  /** Four bytes at a time, with the lanes in local variables: most of what is hashed are messages. */
  mixBytes(bytes: Uint8Array): void {
    let low = this.#low;
    let high = this.#high;
    const { length } = bytes;
    const end = length - (length % 4);
    for (let index = 0; index < end; index += 4) {
      const word =
        (bytes[index] as number) |
        ((bytes[index + 1] as number) << 8) |
        ((bytes[index + 2] as number) << 16) |
        ((bytes[index + 3] as number) << 24);
      low = Math.imul(low ^ word, lowPrime);
      high = Math.imul(high ^ (word + (low >>> 15)), highPrime);
    }
    this.#low = low;
    this.#high = high;
    if (end < length) this.mix(lastWord(bytes, end));
    this.mix(length);
  }

  /** Two UTF-16 code units at a time. */
  mixText(text: string): void {
    let low = this.#low;
    let high = this.#high;
    const { length } = text;
    for (let index = 1; index < length; index += 2) {
      const word = codeUnitAt(text, index - 1) | (codeUnitAt(text, index) << 16);
      low = Math.imul(low ^ word, lowPrime);
      high = Math.imul(high ^ (word + (low >>> 15)), highPrime);
    }
    this.#low = low;
    this.#high = high;
    if (length % 2 === 1) this.mix(codeUnitAt(text, length - 1));
    this.mix(length);
  }

  /** The lower of the two lanes. */
  get low(): number {
    return this.#low;
  }

  /** 16 hexadecimal digits. */
  hex(): string {
    return hexOf(this.#high) + hexOf(this.#low);
  }
}

/** 32 bits that stand for a name which is hashed very often. */
export function hashOfName(name: string): number {
  const digest = new Digest();
  digest.mixText(name);
  return digest.low;
}

/** Of one to three bytes. */
function lastWord(bytes: Uint8Array, start: number): number {
  let word = 0;
  for (let index = bytes.length - 1; index >= start; index -= 1) word = (word << 8) | (bytes[index] as number);
  return word;
}
