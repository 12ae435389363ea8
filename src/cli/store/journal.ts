/**
 * The rows of a run that goes on, in the order in which they come, each with a checksum. A line counts only if its checksum is
 * right: what was torn by a kill or a full disk is not there, and its trial is run again.
 */

import { createHash } from 'node:crypto';
import { closeSync, existsSync, fstatSync, fsyncSync, openSync, readSync, writeSync } from 'node:fs';
import type { TrialRecord, TrialSpec } from '../../contract/index.ts';
import { recordOf, rowSchema, rowText, type ResultRow } from '../../../reports/index.ts';
import { byteLinesOf } from './file-lines.ts';

type TrialName = Pick<TrialSpec, 'strategy' | 'workload' | 'faults' | 'seed'>;

interface Place {
  readonly offset: number;
  readonly length: number;
}

export class Journal {
  readonly #descriptor: number;
  readonly #places = new Map<string, Place>();
  #end = 0;
  #damaged = 0;

  private constructor(file: string) {
    this.#descriptor = openSync(file, 'a+');
  }

  /** A new one, or one to go on with. */
  static async open(file: string): Promise<Journal> {
    const isThere = existsSync(file);
    const journal = new Journal(file);
    if (isThere) await journal.#load(file);
    return journal;
  }

  get count(): number {
    return this.#places.size;
  }

  /** Lines that were left out. */
  get damaged(): number {
    return this.#damaged;
  }

  has(trial: TrialName): boolean {
    return this.#places.has(keyOf(trial));
  }

  read(trial: TrialName): TrialRecord | null {
    const place = this.#places.get(keyOf(trial));
    if (place === undefined) return null;
    const bytes = Buffer.alloc(place.length);
    readSync(this.#descriptor, bytes, 0, place.length, place.offset);
    const row = wholeRow(bytes);
    if (row === null) throw new Error('the journal was changed while it was in use');
    return recordOf(row);
  }

  /** Returns when all of them are durable. */
  append(records: readonly TrialRecord[]): void {
    const lines = records.map((record) => Buffer.from(lineOf(rowText(record))));
    this.#write(Buffer.concat(lines));
    for (const [index, line] of lines.entries()) {
      const result = records[index]?.result;
      if (result !== undefined) this.#add(result, line.length - 1);
      this.#end += line.length;
    }
  }

  close(): void {
    closeSync(this.#descriptor);
  }

  async #load(file: string): Promise<void> {
    let isTorn = false;
    for await (const { bytes, isEnded } of byteLinesOf(file)) {
      const row = isEnded ? wholeRow(bytes) : null;
      if (row !== null) this.#add(row, bytes.length);
      else if (bytes.length > 0) this.#damaged += 1;
      isTorn = !isEnded;
      this.#end += bytes.length + Number(isEnded);
    }
    if (!isTorn) return;
    // Ends the torn line, so that the next one stands alone.
    this.#write(Buffer.from('\n'));
    this.#end += 1;
  }

  #add(trial: TrialName, length: number): void {
    const key = keyOf(trial);
    if (!this.#places.has(key)) this.#places.set(key, { offset: this.#end, length });
  }

  #write(bytes: Buffer): void {
    // Of two processes one has to go: the one that finds lines of the other before its own.
    if (fstatSync(this.#descriptor).size !== this.#end) throw new Error('another process writes into it, too');
    for (let written = 0; written < bytes.length;) written += writeSync(this.#descriptor, bytes, written);
    fsyncSync(this.#descriptor);
  }
}

function keyOf({ strategy, workload, faults, seed }: TrialName): string {
  return JSON.stringify([strategy, workload, faults, seed]);
}

const [beforeChecksum, afterChecksum] = ['{"checksum":"', '","row":'];

function lineOf(row: string): string {
  return `${beforeChecksum}${checksumOf(row)}${afterChecksum}${row}}\n`;
}

/** Null: the line is torn or damaged. */
function wholeRow(line: Buffer): ResultRow | null {
  const text = line.toString();
  const checksum = text.slice(beforeChecksum.length, beforeChecksum.length + checksumOf('').length);
  const row = text.slice(beforeChecksum.length + checksum.length + afterChecksum.length, -1);
  if (checksum !== checksumOf(row)) return null;
  const value = JSON.parse(row) as ResultRow;
  return rowSchema.safeParse(value).success ? value : null;
}

function checksumOf(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}
