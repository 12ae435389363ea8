/** Values as the bytes of their JSON text, for messages and disk records. */

const decoder = new TextDecoder();

/** On bytes: what they were made from, or what was read from them. */
const content = Symbol('content');

interface Known extends Uint8Array {
  [content]?: unknown;
}

/**
 * Whoever reads the very bytes that this returns, and no copy of them, gets the very value: in one process nothing is parsed.
 * So nothing may change a value that it has encoded or decoded.
 */
export function encode(value: unknown): Uint8Array {
  // Four times as quick as a TextEncoder for messages of this size.
  return knownAs(Buffer.from(JSON.stringify(value)), value);
}

/** Throws a SyntaxError where the bytes are no JSON text. All who read the same array of bytes share what was read. */
export function decode(bytes: Uint8Array): unknown {
  const known = (bytes as Known)[content];
  if (known !== undefined) return known;
  const value: unknown = JSON.parse(decoder.decode(bytes));
  knownAs(bytes, value);
  return value;
}

function knownAs(bytes: Known, value: unknown): Uint8Array {
  bytes[content] = value;
  return bytes;
}
