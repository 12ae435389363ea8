/**
 * A run that is kept in a directory while it goes on: whatever stops it, what is whole need not be run again. Of two processes
 * that go on with one directory, the one that notices stops.
 */

import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { RunFacts, RunReport, TrialRecord, TrialSpec } from '../../contract/index.ts';
import { plannedTrials } from '../../experiment/index.ts';
import { allDifferencesBetween, type Configured } from './configuration-difference.ts';
import { InputError, messageOf } from '../input-error.ts';
import { Journal } from './journal.ts';
import { makeDirectory, runFiles, RunWriter, writeRunFile } from './run-writer.ts';
import { readRunFile } from './stored-directory.ts';
import type { StoreChoice } from '../options/store-options.ts';

export class RunDirectory {
  readonly directory: string;
  /** Something that the user should know. */
  readonly notice: string | null;
  readonly #facts: RunFacts;
  readonly #journal: Journal;
  #problem: string | null = null;

  private constructor(directory: string, facts: RunFacts, journal: Journal) {
    this.directory = directory;
    this.#facts = facts;
    this.#journal = journal;
    this.notice = noticeOf(directory, journal);
  }

  /** Null: the run that was to be resumed is whole. Throws {@link InputError} if the directory can't be used for this run. */
  static async open(choice: StoreChoice, facts: RunFacts, code: string): Promise<RunDirectory | null> {
    const { directory, resume } = choice;
    makeDirectory(directory);
    const has = (file: string): boolean => existsSync(join(directory, file));
    if (has(runFiles.run) && !resume) {
      throw new InputError(
        `--out ${directory}: a run is there already: go on with it with --resume, or name another directory`,
      );
    }
    if (has(runFiles.run)) requireSame(directory, { facts, code });
    else if (has(runFiles.summary) || has(runFiles.journal))
      throw new InputError(`--out ${directory}: its ${runFiles.run} is missing`);
    else writeRunFile(directory, facts, code);
    if (has(runFiles.summary) && !has(runFiles.journal)) return null;
    removeTemporaryFiles(directory);
    return new RunDirectory(directory, facts, await Journal.open(join(directory, runFiles.journal)));
  }

  /** Why nothing can be written any more, or null. */
  get problem(): string | null {
    return this.#problem;
  }

  get count(): number {
    return this.#journal.count;
  }

  has(trial: TrialSpec): boolean {
    return this.#journal.has(trial);
  }

  /** False: it could not be written, and nothing will be any more. */
  append(records: readonly TrialRecord[]): boolean {
    return this.#attempt(() => this.#journal.append(records));
  }

  /** Those that are whole, in the order of the suite. */
  *records(): Generator<TrialRecord> {
    for (const trial of plannedTrials(this.#facts.suite, this.#facts.shard)) {
      const record = this.#journal.read(trial);
      if (record !== null) yield record;
    }
  }

  /** Puts the files of the whole run into their places. False: that could not be done, and the journal stays. */
  finish(report: RunReport): boolean {
    return this.#attempt(() => {
      const writer = new RunWriter(this.directory);
      try {
        for (const record of this.records()) writer.add(record);
        writer.commit(report);
      } finally {
        writer.discard();
      }
      rmSync(join(this.directory, runFiles.journal), { force: true });
    });
  }

  close(): void {
    this.#journal.close();
  }

  #attempt(write: () => void): boolean {
    if (this.#problem !== null) return false;
    try {
      write();
      return true;
    } catch (error) {
      this.#problem = `${this.directory} cannot be written any more: ${messageOf(error)}`;
      return false;
    }
  }
}

function requireSame(directory: string, here: Configured): void {
  const differences = allDifferencesBetween(readRunFile(directory), here);
  if (differences.length === 0) return;
  throw new InputError(`--resume ${directory}: this is another run: ${differences.join('; ')}`);
}

/** A whole run may be put in the place of the same one only. */
export function requireRoomFor(directory: string, here: Configured): void {
  if (existsSync(join(directory, runFiles.journal))) {
    throw new InputError(`--out ${directory}: a run that isn't finished is there: name another directory`);
  }
  if (!existsSync(join(directory, runFiles.run))) return;
  const differences = allDifferencesBetween(readRunFile(directory), here);
  if (differences.length === 0) return;
  throw new InputError(
    `--out ${directory}: another run is there (${differences.join('; ')}): name another directory, or remove it`,
  );
}

/** A process that was killed leaves what it had begun to write. */
function removeTemporaryFiles(directory: string): void {
  const names = Object.values(runFiles);
  for (const entry of readdirSync(directory)) {
    if (entry.endsWith('.tmp') && names.some((name) => entry.startsWith(`.${name}.`)))
      rmSync(join(directory, entry), { force: true });
  }
}

function noticeOf(directory: string, { count, damaged }: Journal): string | null {
  if (count + damaged === 0) return null;
  const torn = damaged === 0 ? '' : `; torn or damaged lines that are left out: ${String(damaged)}`;
  return `${String(count)} trials are whole in ${directory} and are not run again${torn}`;
}
