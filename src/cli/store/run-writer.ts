/** Writes the files of a whole run. summary.json comes last: where it is, everything is. */

import { createHash } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { RunFacts, RunReport, TrialRecord } from '../../contract/index.ts';
import { measuredJson, rowText, runJson, summaryJson } from '../../../reports/index.ts';
import { InputError, messageOf } from '../input-error.ts';
import { openOutput, type Output } from './output-file.ts';

export const runFiles = {
  run: 'run.json',
  journal: 'journal.jsonl',
  trials: 'trials.jsonl.gz',
  measured: 'measured.json',
  summary: 'summary.json',
} as const;

/** The directory is made where it is missing. Throws {@link InputError} if it can't be. */
export function makeDirectory(directory: string): void {
  if (directory === '') throw new InputError('--out needs the name of a directory');
  try {
    mkdirSync(directory, { recursive: true });
  } catch (error) {
    throw new InputError(`--out ${directory} cannot be made: ${messageOf(error)}`);
  }
}

export function writeRunFile(directory: string, facts: RunFacts, code: string | null): void {
  writeWhole(join(directory, runFiles.run), runJson(facts, code));
}

/** Call either `commit` or `discard`. */
export class RunWriter {
  readonly #directory: string;
  readonly #trials: Output;
  readonly #hash = createHash('sha256');

  constructor(directory: string) {
    this.#directory = directory;
    this.#trials = openOutput(join(directory, runFiles.trials), '--out');
  }

  /** In the order of the suite. */
  add(record: TrialRecord): void {
    const line = `${rowText(record)}\n`;
    this.#hash.update(line);
    this.#trials.write(line);
  }

  commit(report: RunReport): void {
    this.#trials.commit(false);
    writeWhole(join(this.#directory, runFiles.measured), measuredJson(report));
    writeWhole(join(this.#directory, runFiles.summary), summaryJson(report, this.#hash.digest('hex')));
  }

  discard(): void {
    this.#trials.discard();
  }
}

function writeWhole(file: string, text: string): void {
  const output = openOutput(file, '--out');
  try {
    output.write(text);
    output.commit(false);
  } finally {
    output.discard();
  }
}
