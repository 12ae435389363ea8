import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { jsonBytes } from '../../src/replication/json-writer.ts';

const textOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString();

const json = fc.jsonValue({ depthSize: 'medium', stringUnit: 'binary' });

describe('JSON as bytes', () => {
  it('is what JSON.stringify writes, whatever the value', () => {
    fc.assert(fc.property(json, (value) => textOf(jsonBytes(value)) === JSON.stringify(value)));
  });

  it('is what JSON.stringify writes of every number', () => {
    const numbers = [0, -0, 9, 10, 99, 100, 2 ** 31 - 1, 2 ** 31, -(2 ** 31), 2 ** 53, 1e21, 0.1, NaN, -Infinity];
    for (const number of numbers) expect(textOf(jsonBytes(number))).toBe(JSON.stringify(number));
    fc.assert(
      fc.property(fc.oneof(fc.integer(), fc.maxSafeInteger(), fc.double()), (number) => {
        expect(textOf(jsonBytes([number]))).toBe(JSON.stringify([number]));
      }),
    );
  });

  it('is what JSON.stringify writes of every character', () => {
    const characters = Array.from({ length: 0x10000 }, (_character, code) => String.fromCharCode(code));
    expect(textOf(jsonBytes(characters))).toBe(JSON.stringify(characters));
    for (const character of characters.slice(0, 0x100)) {
      const value = { [`a${character}b`]: `c${character}d` };
      expect(textOf(jsonBytes(value))).toBe(JSON.stringify(value));
    }
  });

  it('leaves out what is undefined in an object and writes null for it in an array', () => {
    const value = { a: undefined, b: [undefined, 1], c: { d: undefined }, e: 2 };
    expect(textOf(jsonBytes(value))).toBe('{"b":[null,1],"c":{},"e":2}');
  });

  it('leaves to JSON.stringify what is no plain data', () => {
    class Box {
      inside = 1;
    }
    const inherits = Object.create({ inherited: 1 }, { own: { value: 2, enumerable: true } }) as object;
    const bare = Object.assign(Object.create(null) as object, { a: 1 });
    const telling = { toJSON: () => 'told' };
    const odds: unknown[] = [new Date(0), new Map([[1, 2]]), new Box(), inherits, bare, telling, Object(1)];
    for (const odd of [...odds, () => 1, Symbol()]) {
      const value = { before: 'x', odd, list: [odd], after: 'y' };
      expect(textOf(jsonBytes(value))).toBe(JSON.stringify(value));
    }
    const circle: unknown[] = [];
    circle.push({ circle });
    for (const impossible of [undefined, 1n, [1n], { a: { b: 1n } }, circle]) {
      expect(() => jsonBytes(impossible)).toThrow(TypeError);
    }
  });

  it('is what JSON.stringify writes of what is nested deeply', () => {
    let value: unknown = 1;
    for (let depth = 1; depth <= 1_000; depth += 1) {
      value = depth % 2 === 0 ? [value, depth] : { depth, value };
      if (depth % 50 === 0 || Math.abs(depth - 100) < 3) expect(textOf(jsonBytes(value))).toBe(JSON.stringify(value));
    }
  });

  it('keeps what was written before as it is, however much follows', () => {
    const values = fc.sample(json, { numRuns: 2_000, seed: 1 });
    const long = Array.from({ length: 60 }, (_value, index) => 'long '.repeat(1_600 * (index % 40)));
    const mixed = values.flatMap((value, index) => (index % 40 === 0 ? [value, long[index / 40]] : [value]));
    const written = mixed.map(jsonBytes);
    expect(written.map(textOf)).toEqual(mixed.map((value) => JSON.stringify(value)));
  });
});
