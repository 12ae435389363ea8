/** The lines of a text file, gzipped or not, one at a time. */

import { closeSync, createReadStream, fstatSync, openSync, readSync } from 'node:fs';
import { pipeline } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { InputError, messageOf } from './input-error.ts';

/** What is longer was not written by us, and would not fit into a string. */
const maxLineCharacters = 400_000_000;

/** Throws {@link InputError} if the file cannot be read, is cut or damaged, or holds no text. */
export async function* linesOf(file: string): AsyncGenerator<string> {
  const bytes = isGzipped(file) ? unpacked(file) : createReadStream(file);
  try {
    yield* linesIn(bytes, file);
  } catch (error) {
    if (error instanceof InputError) throw error;
    throw new InputError(`${file} is damaged or cut off: ${messageOf(error)}`);
  } finally {
    bytes.destroy();
  }
}

async function* linesIn(bytes: AsyncIterable<Buffer>, file: string): AsyncGenerator<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let begun: string[] = [];
  let length = 0;
  for await (const chunk of bytes) {
    const [first = '', ...others] = decoder.decode(chunk, { stream: true }).split('\n');
    begun.push(first);
    length += first.length;
    if (length > maxLineCharacters) throw new InputError(`${file} has a line that is too long to be read`);
    const last = others.pop();
    if (last === undefined) continue;
    yield begun.join('');
    yield* others;
    [begun, length] = [[last], last.length];
  }
  const rest = begun.join('') + decoder.decode();
  if (rest !== '') yield rest;
}

function unpacked(file: string): NodeJS.ReadableStream & AsyncIterable<Buffer> & { destroy(): void } {
  const gunzip = createGunzip();
  // What goes wrong on the way is thrown where the lines are read.
  pipeline(createReadStream(file), gunzip, () => undefined);
  return gunzip;
}

function isGzipped(file: string): boolean {
  let descriptor: number;
  try {
    descriptor = openSync(file, 'r');
  } catch (error) {
    throw new InputError(`${file} cannot be read: ${messageOf(error)}`);
  }
  try {
    if (!fstatSync(descriptor).isFile()) throw new InputError(`${file} is not a regular file`);
    const start = Buffer.alloc(2);
    readSync(descriptor, start, 0, 2, 0);
    return start[0] === 0x1f && start[1] === 0x8b;
  } finally {
    closeSync(descriptor);
  }
}
