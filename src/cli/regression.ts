/** A run against what was before: its trials are kept as columns of numbers while it goes on, and compared at its end. */

import { TrialTable, type ComparedTrials } from '../comparison/index.ts';
import type { Comparison, RunReport, TrialRecord } from '../contract/index.ts';
import { compareTrials, writeBaseline } from './compare.ts';
import { comparedRun, readTrials } from './comparison-source.ts';
import { openOutput } from './store/output-file.ts';
import type { RegressionChoice } from './options/regression-options.ts';

export class Regression {
  readonly #choice: RegressionChoice;
  readonly #before: ComparedTrials | null;
  readonly #trials = new TrialTable();

  private constructor(choice: RegressionChoice, before: ComparedTrials | null) {
    this.#choice = choice;
    this.#before = before;
  }

  /** Before anything is run. Throws {@link InputError} if a file can't be read or written. */
  static async open(choice: RegressionChoice | null): Promise<Regression | null> {
    if (choice === null) return null;
    const { baseline, writeBaseline: file } = choice;
    if (file !== null) openOutput(file, '--write-baseline').discard();
    return new Regression(choice, baseline === null ? null : await readTrials(baseline));
  }

  add({ result }: TrialRecord): void {
    this.#trials.add(result);
  }

  /** Null: nothing is compared. Throws {@link InputError} if the runs have no trial in common. */
  compare(report: RunReport): Comparison | null {
    return this.#before === null ? null : compareTrials(this.#before, this.#after(report), this.#choice.rules);
  }

  /** Writes the baseline, if that was asked for; that of a part of a run would hide the rest. */
  keep(report: RunReport): void {
    const { writeBaseline: file } = this.#choice;
    if (file !== null && !report.partial) writeBaseline(file, this.#after(report));
  }

  #after(report: RunReport): ComparedTrials {
    const { partial, measured } = report;
    const run = comparedRun(report, { source: 'this run', recording: measured.judge?.file ?? null, partial });
    return { run, trials: this.#trials };
  }
}
