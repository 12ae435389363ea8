/**
 * JSON text written as bytes, the very bytes of `JSON.stringify`, without the string between. Most of what machines send and
 * store is plain data of a few hundred ASCII characters: for that it takes half the time. All else is left to JSON.stringify.
 */

import { codeUnitAt } from '../document/code-unit.ts';

/** Many values stand behind one another in a slab: to ask for memory costs more than to write into it. */
const slabBytes = 256 * 1_024;

/** What is longer may not fit behind the others. */
const usualBytes = 8 * 1_024;

/** What is nested more deeply may have no end. */
const deepest = 100;

/** Where a value ends that can't be written here: behind the end of every slab. */
const nowhere = 2 ** 30;

/** Of the characters that stand in JSON as they are, those of a single byte. */
const firstPlain = 0x20;
const lastPlain = 0x7e;

const quote = 0x22;
const comma = 0x2c;
const zero = 0x30;
const colon = 0x3a;
const openBracket = 0x5b;
const backslash = 0x5c;
const closeBracket = 0x5d;
const openBrace = 0x7b;
const closeBrace = 0x7d;

let slab = new Uint8Array(slabBytes);
let used = 0;

/** Throws a TypeError where JSON.stringify does, and where it returns no text. */
export function jsonBytes(value: unknown): Uint8Array {
  if (used > slabBytes - usualBytes) {
    slab = new Uint8Array(slabBytes);
    used = 0;
  }
  const end = writeValue(slab, used, value, 0);
  // What is written behind the end of an array of bytes is dropped.
  if (end > slabBytes) return Buffer.from(JSON.stringify(value));
  const bytes = new Uint8Array(slab.buffer, used, end - used);
  used = end;
  return bytes;
}

/** As all here: writes from `at` on and returns where it ends. */
function writeValue(bytes: Uint8Array, at: number, value: unknown, depth: number): number {
  if (typeof value === 'string') return writeText(bytes, at, value);
  if (typeof value === 'number') return writeNumber(bytes, at, value);
  if (typeof value === 'boolean') return writePlain(bytes, at, value ? 'true' : 'false');
  if (value === null) return writePlain(bytes, at, 'null');
  if (depth > deepest) return nowhere;
  if (Array.isArray(value)) return writeArray(bytes, at, value, depth + 1);
  return isPlainObject(value) ? writeObject(bytes, at, value, depth + 1) : nowhere;
}

function isPlainObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && Object.getPrototypeOf(value) === Object.prototype;
}

/** A comma before each member: the bracket takes the place of the first one. */
function writeObject(
  bytes: Uint8Array,
  start: number,
  value: Readonly<Record<string, unknown>>,
  depth: number,
): number {
  let at = start;
  // Object.keys would make an array each time.
  // eslint-disable-next-line no-restricted-syntax -- the order of JSON.stringify is the order of the members
  for (const key in value) {
    const member = value[key];
    if (member === undefined) continue;
    bytes[at] = comma;
    at = writeText(bytes, at + 1, key);
    bytes[at] = colon;
    at = writeValue(bytes, at + 1, member, depth);
  }
  if (at === start) at += 1;
  bytes[start] = openBrace;
  bytes[at] = closeBrace;
  return at + 1;
}

function writeArray(bytes: Uint8Array, start: number, value: readonly unknown[], depth: number): number {
  let at = start;
  for (let index = 0; index < value.length; index += 1) {
    bytes[at] = comma;
    at = writeValue(bytes, at + 1, value[index] ?? null, depth);
  }
  if (at === start) at += 1;
  bytes[start] = openBracket;
  bytes[at] = closeBracket;
  return at + 1;
}

function writeText(bytes: Uint8Array, start: number, text: string): number {
  const { length } = text;
  const first = start + 1;
  for (let index = 0; index < length; index += 1) {
    const code = codeUnitAt(text, index);
    if (code < firstPlain || code > lastPlain || code === quote || code === backslash) {
      return writeBytes(bytes, start, Buffer.from(JSON.stringify(text)));
    }
    bytes[first + index] = code;
  }
  bytes[start] = quote;
  bytes[first + length] = quote;
  return first + length + 1;
}

function writeNumber(bytes: Uint8Array, start: number, value: number): number {
  if (value < 0 || (value | 0) !== value) {
    return writePlain(bytes, start, Number.isFinite(value) ? String(value) : 'null');
  }
  const end = start + digitsOf(value);
  let rest = value | 0;
  for (let at = end - 1; at >= start; at -= 1) {
    const tenth = (rest / 10) | 0;
    bytes[at] = zero + rest - 10 * tenth;
    rest = tenth;
  }
  return end;
}

/** How many a whole number of 31 bits has. */
function digitsOf(value: number): number {
  let digits = 1;
  for (let bound = 10; value >= bound; bound *= 10) digits += 1;
  return digits;
}

function writePlain(bytes: Uint8Array, start: number, text: string): number {
  for (let index = 0; index < text.length; index += 1) bytes[start + index] = codeUnitAt(text, index);
  return start + text.length;
}

/** One by one: the array's own method throws where the slab ends. */
function writeBytes(bytes: Uint8Array, start: number, written: Uint8Array): number {
  for (let index = 0; index < written.length; index += 1) bytes[start + index] = written[index] as number;
  return start + written.length;
}
