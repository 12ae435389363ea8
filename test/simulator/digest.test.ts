import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Digest } from '../../src/simulator/digest.ts';

const ofBytes = (...parts: readonly Uint8Array[]): string => {
  const digest = new Digest();
  for (const part of parts) digest.mixBytes(part);
  return digest.hex();
};

const ofText = (text: string): string => {
  const digest = new Digest();
  digest.mixText(text);
  return digest.hex();
};

describe('the digest', () => {
  it('is 16 hexadecimal digits, the same for the same input', () => {
    expect(ofText('a1.1 committed')).toMatch(/^[0-9a-f]{16}$/);
    expect(ofText('a1.1 committed')).toBe(ofText('a1.1 committed'));
  });

  it('differs when any one byte differs, wherever it stands', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 1, maxLength: 40 }),
        fc.nat(),
        fc.integer({ min: 1, max: 255 }),
        (bytes, at, by) => {
          const changed = bytes.slice();
          const index = at % bytes.length;
          changed[index] = (changed[index] ?? 0) ^ by;
          expect(ofBytes(changed)).not.toBe(ofBytes(bytes));
        },
      ),
    );
  });

  it('tells apart how the same bytes are divided', () => {
    expect(ofBytes(Uint8Array.of(1, 2), Uint8Array.of(3))).not.toBe(ofBytes(Uint8Array.of(1), Uint8Array.of(2, 3)));
  });

  it('tells apart texts that differ in one character', () => {
    const texts = ['', 'a', 'b', 'ab', 'ba', 'abc', 'acb', 'abcd', 'abdc', 'é', 'a\u0000'];
    expect(new Set(texts.map(ofText)).size).toBe(texts.length);
  });
});
