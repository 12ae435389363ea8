/**
 * Stable storage in a file of records. Every record is in the file when `append` returns, so that a process that is killed
 * loses none; `done` comes when it has been synced, so that neither does a machine that loses power. Appends that come during
 * a sync share the next one.
 *
 * A disk that can't write or sync is broken for good: nothing more is acknowledged, because after a failed sync nobody knows
 * what is on the platter. Whoever opens the file anew finds out.
 */

import * as nodeFiles from 'node:fs';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { promisify } from 'node:util';
import { crc32 } from 'node:zlib';
import type { Disk } from '../contract/index.ts';
import { hexOf } from '../document/hex.ts';
import { encodeRecord, readLog } from './record-log.ts';

/** What a disk needs of `node:fs`. */
export type FileSystem = Pick<
  typeof nodeFiles,
  | 'closeSync'
  | 'existsSync'
  | 'fdatasync'
  | 'fsyncSync'
  | 'ftruncateSync'
  | 'mkdirSync'
  | 'openSync'
  | 'readFileSync'
  | 'renameSync'
  | 'rmSync'
  | 'writeSync'
>;

export interface FileDiskOptions {
  /** Without it appends are done when the operating system has them: safe from SIGKILL, not from a loss of power. */
  readonly fsync?: boolean;
  /** The disk broke: what is not done by now never will be. */
  readonly failed?: (error: Error) => void;
  readonly files?: FileSystem;
}

/** What was found in the file and is no record of the disk. */
export interface Damage {
  /** The file that holds the damaged bytes from now on. */
  readonly setAside: string;
  readonly bytes: number;
  /** At least so many records are gone. */
  readonly missingRecords: number;
}

interface OpenFile {
  readonly fd: number;
  /** A replacement is written beside the log, and takes its place when it is durable. */
  isInPlace: boolean;
  nextPlace: number;
}

export class FileDisk implements Disk {
  readonly path: string;
  /** Null where every byte belonged to a whole record, or to one that was never finished. */
  readonly damage: Damage | null;
  /** The beginning of a record that was never finished, and is cut off. */
  readonly tornBytes: number;
  readonly #folder: string;
  readonly #files: FileSystem;
  readonly #options: FileDiskOptions;
  #records: Uint8Array[];
  #file: OpenFile;
  #undone: (() => void)[] = [];
  #syncing: OpenFile | null = null;
  #rounds: Promise<void> | null = null;
  #failure: Error | null = null;
  #isClosed = false;

  constructor(folder: string, name: string, options: FileDiskOptions = {}) {
    this.#folder = folder;
    this.path = join(folder, `${encodeURIComponent(name)}.log`);
    this.#files = options.files ?? nodeFiles;
    this.#options = options;
    this.#files.mkdirSync(folder, { recursive: true });
    const isNew = !this.#files.existsSync(this.path);
    const bytes = isNew ? new Uint8Array() : this.#files.readFileSync(this.path);
    const { records, damaged, missing, tornBytes } = readLog(bytes);
    this.#records = records.slice();
    this.tornBytes = tornBytes;
    if (damaged.length === 0 && missing === 0) {
      this.damage = null;
      this.#file = { fd: this.#files.openSync(this.path, 'a'), isInPlace: true, nextPlace: records.length };
      if (tornBytes > 0) this.#files.ftruncateSync(this.#file.fd, bytes.length - tornBytes);
      if (isNew) this.#syncFolder();
    } else {
      this.damage = this.#setAside(Buffer.concat(damaged), missing);
      this.#file = this.#writeReplacement(records);
      this.#syncNow(this.#file.fd);
      this.#putIntoPlace(this.#file);
    }
  }

  /** Why the disk is broken; null while it isn't. */
  get failure(): Error | null {
    return this.#failure;
  }

  append(record: Uint8Array, done: () => void): void {
    this.#change(done, () => {
      this.#records.push(record);
      this.#write(this.#file, record);
    });
  }

  records(): readonly Uint8Array[] {
    return this.#records;
  }

  replace(records: readonly Uint8Array[], done: () => void): void {
    this.#change(done, () => {
      this.#records = records.slice();
      const superseded = this.#file;
      this.#file = this.#writeReplacement(records);
      if (superseded !== this.#syncing) this.#files.closeSync(superseded.fd);
    });
  }

  /** Waits until everything is done, and closes the file. */
  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    await this.#rounds;
    this.#files.closeSync(this.#file.fd);
  }

  #change(done: () => void, write: () => void): void {
    if (this.#isClosed) throw new Error(`${this.path} is closed`);
    if (this.#failure !== null) return;
    try {
      write();
    } catch (error) {
      this.#fail(error);
      return;
    }
    this.#undone.push(done);
    this.#rounds ??= this.#syncRounds();
  }

  async #syncRounds(): Promise<void> {
    // What is changed in one go shares the first round.
    await Promise.resolve();
    while (this.#undone.length > 0) {
      const waiting = this.#undone;
      this.#undone = [];
      const isDurable = await this.#syncOnce().catch((error: unknown) => {
        this.#fail(error);
        return null;
      });
      if (isDurable === true) for (const done of waiting) done();
      if (isDurable === false) this.#undone.unshift(...waiting);
    }
    this.#rounds = null;
  }

  /** Returns whether what was written before is durable: not if it stood in a replacement that was replaced itself. */
  async #syncOnce(): Promise<boolean> {
    const file = this.#file;
    this.#syncing = file;
    if (this.#syncs) await promisify(this.#files.fdatasync)(file.fd);
    else await setImmediate();
    this.#syncing = null;
    if (file !== this.#file) {
      this.#files.closeSync(file.fd);
      return file.isInPlace;
    }
    if (!file.isInPlace) this.#putIntoPlace(file);
    return true;
  }

  #fail(error: unknown): void {
    const cause = error instanceof Error ? error : new Error(String(error));
    this.#failure = new Error(`the disk ${this.path} is broken: ${cause.message}`, { cause });
    this.#undone = [];
    this.#options.failed?.(this.#failure);
  }

  #write(file: OpenFile, record: Uint8Array): void {
    this.#writeAll(file.fd, encodeRecord(file.nextPlace, record));
    file.nextPlace += 1;
  }

  #writeAll(fd: number, bytes: Uint8Array): void {
    let written = 0;
    while (written < bytes.length) written += this.#files.writeSync(fd, bytes, written);
  }

  #writeReplacement(records: readonly Uint8Array[]): OpenFile {
    // One that was written before may still be on its way to the platter: it keeps its own file, without a name.
    this.#files.rmSync(this.#replacementPath, { force: true });
    const file = { fd: this.#files.openSync(this.#replacementPath, 'ax'), isInPlace: false, nextPlace: 0 };
    for (const record of records) this.#write(file, record);
    return file;
  }

  #putIntoPlace(file: OpenFile): void {
    this.#files.renameSync(this.#replacementPath, this.path);
    this.#syncFolder();
    file.isInPlace = true;
  }

  /** The name comes from the content: a start that dies in between sets nothing aside twice. */
  #setAside(bytes: Buffer, missingRecords: number): Damage {
    const path = `${this.path}.damaged-${hexOf(crc32(bytes))}`;
    const fd = this.#files.openSync(path, 'w');
    try {
      this.#writeAll(fd, bytes);
      this.#syncNow(fd);
    } finally {
      this.#files.closeSync(fd);
    }
    return { setAside: path, bytes: bytes.length, missingRecords };
  }

  /** Makes names durable: those of new files, and which file has taken the place of which. */
  #syncFolder(): void {
    const fd = this.#files.openSync(this.#folder, 'r');
    try {
      this.#syncNow(fd);
    } finally {
      this.#files.closeSync(fd);
    }
  }

  #syncNow(fd: number): void {
    if (this.#syncs) this.#files.fsyncSync(fd);
  }

  get #syncs(): boolean {
    return this.#options.fsync ?? true;
  }

  get #replacementPath(): string {
    return `${this.path}.new`;
  }
}
