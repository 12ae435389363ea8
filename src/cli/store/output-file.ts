/**
 * A result file that is there as a whole or not at all: written beside its place under another name, synced, then renamed.
 * Whatever was there before stays until then. A name that ends with .gz gets a gzipped file.
 */

import {
  accessSync,
  closeSync,
  constants,
  existsSync,
  fsyncSync,
  openSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { randomBytes } from 'node:crypto';
import { basename, dirname, join, resolve } from 'node:path';
import { gzipSync } from 'node:zlib';
import { InputError, messageOf } from '../input-error.ts';
import type { Terminal } from '../terminal.ts';

const bufferCharacters = 1 << 16;
/** What is packed together: the more, the smaller the file. Pieces that were packed alone make one file that every gunzip reads. */
const packedCharacters = 1 << 20;

export interface Output {
  write(text: string): void;
  /** Puts the file in its place and says where that is. A partial one never replaces what was there. */
  commit(partial: boolean): string;
  /** Removes what was written, unless it is in its place already. */
  discard(): void;
}

/** Throws {@link InputError} if nothing can be written there. */
export function openOutput(file: string, option = '--json'): Output {
  return new OutputFile(file, option);
}

/** The file of `--json`, or the standard output for `-`. Throws {@link InputError} if nothing can be written there. */
export function openResult(json: string, { print }: Pick<Terminal, 'print'>): Output {
  if (json !== '-') return openOutput(json);
  return { write: print, commit: () => '-', discard: () => undefined };
}

class OutputFile implements Output {
  readonly #file: string;
  readonly #temporary: string;
  readonly #descriptor: number;
  readonly #isPacked: boolean;
  #buffer = '';
  #isOpen = true;

  constructor(file: string, option: string) {
    this.#file = placeOf(file, option);
    this.#isPacked = this.#file.endsWith('.gz');
    const unique = `${String(process.pid)}-${randomBytes(4).toString('hex')}`;
    this.#temporary = join(dirname(this.#file), `.${basename(this.#file)}.${unique}.tmp`);
    try {
      this.#descriptor = openSync(this.#temporary, 'wx');
    } catch (error) {
      throw new InputError(`${option} ${file} cannot be written: ${messageOf(error)}`);
    }
  }

  write(text: string): void {
    this.#buffer += text;
    if (this.#buffer.length >= (this.#isPacked ? packedCharacters : bufferCharacters)) this.#flush();
  }

  commit(partial: boolean): string {
    this.#flush();
    fsyncSync(this.#descriptor);
    closeSync(this.#descriptor);
    this.#isOpen = false;
    const place = partial && existsSync(this.#file) ? `${this.#file}.partial` : this.#file;
    renameSync(this.#temporary, place);
    return place;
  }

  discard(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    closeSync(this.#descriptor);
    rmSync(this.#temporary, { force: true });
  }

  #flush(): void {
    const text = Buffer.from(this.#buffer);
    this.#buffer = '';
    if (text.length === 0) return;
    const bytes = this.#isPacked ? gzipSync(text) : text;
    for (let written = 0; written < bytes.length;) written += writeSync(this.#descriptor, bytes, written);
  }
}

/** Behind a link is where the file is; a device or a folder is no place for one. */
function placeOf(file: string, option: string): string {
  if (file === '') throw new InputError(`${option} needs a file name`);
  const path = resolve(file);
  const folder = dirname(path);
  if (!existsSync(folder)) throw new InputError(`${option} ${file}: there is no directory ${folder}`);
  if (!statSync(folder).isDirectory()) throw new InputError(`${option} ${file}: ${folder} is not a directory`);
  if (!existsSync(path)) return path;
  if (!statSync(path).isFile()) throw new InputError(`${option} ${file}: this is not a regular file`);
  try {
    accessSync(path, constants.W_OK);
  } catch (error) {
    throw new InputError(`${option} ${file} cannot be written: ${messageOf(error)}`);
  }
  return realpathSync(path);
}
