/** The lines of a file, gzipped or not, one at a time. */

import { closeSync, createReadStream, fstatSync, openSync, readSync } from 'node:fs';
import { pipeline } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { InputError, messageOf } from '../input-error.ts';

/** What is longer was not written by us, and would not fit into a string. */
const maxLineBytes = 400_000_000;
const newline = 0x0a;

export interface FileLine {
  /** Without its end. */
  readonly bytes: Buffer;
  /** False: the file ends in the middle of the line. */
  readonly isEnded: boolean;
}

/** As text. Throws {@link InputError} if the file cannot be read, is cut or damaged, or holds no text. */
export async function* linesOf(file: string): AsyncGenerator<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  for await (const { bytes } of byteLinesOf(file)) {
    try {
      yield decoder.decode(bytes);
    } catch (error) {
      throw damaged(file, error);
    }
  }
}

/** Throws {@link InputError} if the file cannot be read, or can't be unpacked. */
export async function* byteLinesOf(file: string): AsyncGenerator<FileLine> {
  const stream = isGzipped(file) ? unpacked(file) : createReadStream(file);
  try {
    yield* splitLines(stream, file);
  } catch (error) {
    throw damaged(file, error);
  } finally {
    stream.destroy();
  }
}

async function* splitLines(chunks: AsyncIterable<Buffer>, file: string): AsyncGenerator<FileLine> {
  let begun: Buffer[] = [];
  let length = 0;
  for await (const chunk of chunks) {
    let from = 0;
    for (let end = chunk.indexOf(newline); end >= 0; end = chunk.indexOf(newline, from)) {
      const last = chunk.subarray(from, end);
      yield { bytes: begun.length === 0 ? last : Buffer.concat([...begun, last]), isEnded: true };
      [begun, length, from] = [[], 0, end + 1];
    }
    const rest = chunk.subarray(from);
    begun.push(rest);
    length += rest.length;
    if (length > maxLineBytes) throw new InputError(`${file} has a line that is too long to be read`);
  }
  if (length > 0) yield { bytes: Buffer.concat(begun), isEnded: false };
}

function damaged(file: string, error: unknown): InputError {
  if (error instanceof InputError) return error;
  return new InputError(`${file} is damaged or cut off: ${messageOf(error)}`);
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
