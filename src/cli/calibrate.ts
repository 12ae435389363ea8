/** The published cases, run with the strategies that there are. */

import {
  casesOf,
  compare,
  compareSuite,
  missing,
  protocolsOf,
  suiteAgents,
  suiteFittedTo,
  suiteWorkloads,
  trialsOfCase,
  trialsOfSuite,
} from '../calibration/index.ts';
import {
  canonicalJson,
  type CalibrationReport,
  type Json,
  type TrialResult,
  type TrialSpec,
} from '../contract/index.ts';
import { calibrationJson, calibrationText } from '../../reports/index.ts';
import { strategies } from '../../strategies/index.ts';
import type { CalibrateCommand } from './options/calibrate-options.ts';
import { exitCodes, type ExitCode } from './exit-codes.ts';
import { packageVersion } from './package-facts.ts';
import { TrialPool } from './workers/pool.ts';
import { showProgress, type Progress } from './progress.ts';
import { openResult } from './store/output-file.ts';
import { batchSize, startClock } from './run.ts';
import type { Terminal } from './terminal.ts';

export async function calibrate(command: CalibrateCommand, typed: string, terminal: Terminal): Promise<ExitCode> {
  const { workers, trialTimeoutSeconds, json } = command;
  const output = json === null ? null : openResult(json, terminal);
  const pool = new TrialPool({ workers, trialTimeoutSeconds, trace: null });
  const release = terminal.onInterrupt(
    () => pool.stop(),
    () => output?.discard(),
  );
  try {
    const report = await compareAll(command, typed, terminal, pool);
    if (report === null) {
      terminal.complain('stopped before the end: there is nothing to compare');
      return exitCodes.undecided;
    }
    output?.write(calibrationJson(report));
    output?.commit(false);
    if (json !== '-') terminal.print(`${calibrationText(report, terminal.paint)}\n`);
    return report.rows.some(({ within }) => within === false) ? exitCodes.broken : exitCodes.kept;
  } finally {
    release();
    output?.discard();
    await pool.close();
  }
}

/** Null: it was stopped. */
async function compareAll(
  command: CalibrateCommand,
  typed: string,
  terminal: Terminal,
  pool: TrialPool,
): Promise<CalibrationReport | null> {
  const clock = startClock();
  const knows = (name: string): boolean => strategies.some((strategy) => strategy.name === name);
  const [cases, protocols] = [casesOf(knows), protocolsOf(knows)];
  const trials = distinct([...cases.flatMap(trialsOfCase), ...trialsOfSuite(protocols)]);
  const progress = showProgress('trials', trials.length, terminal.progress, command.quiet);
  const results = await runAll(trials, pool, progress);
  progress.end();
  if (results === null) return null;
  const resultOf = (spec: TrialSpec): TrialResult => {
    const result = results.get(keyOf(spec));
    if (result === undefined) throw new Error(`${keyOf(spec)} was not run`);
    return result;
  };
  const suite = compareSuite(protocols, resultOf);
  return {
    version: packageVersion(),
    command: typed,
    rows: [...cases.map((each) => compare(each, resultOf)), ...suite.rows],
    orders: suite.orders,
    notes: notesOn(missing(knows)),
    trials: trials.length,
    measured: clock.stop(command.workers, trials.length),
  };
}

function notesOn(unknown: readonly string[]): readonly string[] {
  return [
    `The suite is ${suiteWorkloads.join(', ')}:`,
    `${String(suiteAgents)} agents each, equal weights. Its workloads are not published: ours were chosen by the speed-ups of`,
    `${suiteFittedTo.join(' and ')}; the rest of the suite is what came out.`,
    'Correct is what a serial run might have left, with nothing lost, doubled or left to a person. Simulated agents make no',
    'mistakes of their own: published results of serial runs are wrong in 2 of 100 cases.',
    ...(unknown.length === 0 ? [] : [`Left out, since there is no such strategy: ${unknown.join(', ')}.`]),
  ];
}

function distinct(trials: readonly TrialSpec[]): readonly TrialSpec[] {
  return [...new Map(trials.map((spec) => [keyOf(spec), spec])).values()];
}

function keyOf(spec: TrialSpec): string {
  return canonicalJson(spec as unknown as Json);
}

/** Null: the pool was stopped. */
async function runAll(
  trials: readonly TrialSpec[],
  pool: TrialPool,
  progress: Progress,
): Promise<ReadonlyMap<string, TrialResult> | null> {
  const batches: (readonly TrialSpec[])[] = [];
  for (let first = 0; first < trials.length; first += batchSize) batches.push(trials.slice(first, first + batchSize));
  const done = await Promise.all(
    batches.map(async (batch) => {
      const records = (await pool.runBatch(batch)) ?? [];
      for (const _record of records) progress.advance();
      return batch.flatMap((spec, index) => {
        const record = records[index];
        return record === undefined ? [] : [[keyOf(spec), record.result] as const];
      });
    }),
  );
  return pool.isStopped ? null : new Map(done.flat());
}
