/**
 * The codec of values that nobody ever changes: whoever reads the very bytes that were encoded in this process, and no copy
 * of them, gets the very value, and nothing is parsed. It must be one that JSON gives back as it is.
 */

import { decode, encode } from './codec.ts';

/** On bytes: what they were made from, or what was read from them. */
const content = Symbol('content');

interface Known extends Uint8Array {
  [content]?: unknown;
}

/** Nothing may change the value from now on. */
export function encodeShared(value: unknown): Uint8Array {
  return knownAs(encode(value), value);
}

/** What all share who read the same array of bytes. Throws a SyntaxError where the bytes are no JSON text. */
export function decodeShared(bytes: Uint8Array): unknown {
  const known = (bytes as Known)[content];
  if (known !== undefined) return known;
  const value = decode(bytes);
  knownAs(bytes, value);
  return value;
}

function knownAs(bytes: Known, value: unknown): Uint8Array {
  bytes[content] = value;
  return bytes;
}
