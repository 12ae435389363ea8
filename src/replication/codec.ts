/** Values as the bytes of their JSON text, for messages and disk records. */

export { jsonBytes as encode } from './json-writer.ts';

const decoder = new TextDecoder();

/** Throws a SyntaxError where the bytes are no JSON text. */
export function decode(bytes: Uint8Array): unknown {
  return JSON.parse(decoder.decode(bytes));
}
