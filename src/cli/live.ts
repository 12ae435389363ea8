/** Trials with real processes, the same trials simulated, and whether the two worlds agree. */

import { addedUp, compareLive, compareStrategies } from '../comparison/index.ts';
import type {
  LiveReport,
  LiveSetup,
  LiveTrial,
  RunFacts,
  RunReport,
  Suite,
  TrialRecord,
  TrialSpec,
} from '../contract/index.ts';
import { countTrials, reportOf, runMatrix, SuiteTally, trialsOf } from '../experiment/index.ts';
import { liveComparison, liveJson } from '../../reports/index.ts';
import { exitCodeOf, tablesOf } from './conclude.ts';
import { exitCodes, type ExitCode } from './exit-codes.ts';
import type { LiveCommand } from './options/live-options.ts';
import { packageVersion } from './package-facts.ts';
import { showProgress } from './progress.ts';
import { batchSize, startClock } from './run.ts';
import { configurationOf } from './store/hash.ts';
import { openResult, type Output } from './store/output-file.ts';
import type { Terminal } from './terminal.ts';
import { TrialPool } from './workers/pool.ts';
import type { Described } from './workers/tasks.ts';

/** What the conductor may take to start the processes of a trial and to end them. */
const besideTheTrialSeconds = 90;

export async function live(command: LiveCommand, typed: string, terminal: Terminal): Promise<ExitCode> {
  const { parallel, timeoutSeconds } = command;
  const output = command.json === null ? null : openResult(command.json, terminal);
  const trialTimeoutSeconds = command.trialTimeoutSeconds + besideTheTrialSeconds;
  const pool = new TrialPool({ workers: parallel, trialTimeoutSeconds, trace: null });
  const deadline = setTimeout(() => {
    terminal.complain(`stopped after ${String(timeoutSeconds)} s: --timeout allows no more`);
    pool.stop();
  }, timeoutSeconds * 1_000);
  const release = terminal.onInterrupt(
    () => pool.stop(),
    () => output?.discard(),
  );
  try {
    return await runBoth(command, typed, terminal, { pool, output });
  } finally {
    clearTimeout(deadline);
    release();
    output?.discard();
    await pool.close();
  }
}

interface Means {
  readonly pool: TrialPool;
  readonly output: Output | null;
}

async function runBoth(command: LiveCommand, typed: string, terminal: Terminal, means: Means): Promise<ExitCode> {
  const clock = startClock();
  const { pool, output } = means;
  const described = await pool.describe(command.selection);
  if (described === null) {
    terminal.complain('stopped before the first trial');
    return exitCodes.undecided;
  }
  const simulated = await simulateTrials(described.suite, pool);
  const trials = await runLiveTrials(described.suite, command, terminal, pool);
  const [seen, expected] = [
    tallied(
      described.suite,
      trials.map(({ record }) => record),
    ),
    tallied(described.suite, simulated),
  ];
  const measured = clock.stop(command.parallel, trials.length);
  const run = reportOf(seen, factsOn(described), { command: typed, measured, live: command.setup });
  const report = liveReport(run, command.setup, trials, simulated);
  output?.write(liveJson(report));
  const place = output?.commit(run.partial) ?? null;
  if (command.json !== '-') print(report, command, terminal);
  if (!run.partial) return heavier(exitCodeOf(seen.verdict()), exitCodeOf(expected.verdict()));
  if (place !== null && place !== '-') terminal.complain(`the partial result is in ${place}`);
  return exitCodes.undecided;
}

/** In the order of the suite. These take milliseconds. */
async function simulateTrials(suite: Suite, pool: TrialPool): Promise<readonly TrialRecord[]> {
  const records: TrialRecord[] = [];
  await runMatrix({
    trials: trialsOf(suite),
    batchSize,
    window: pool.workers,
    execute: (batch) => pool.runBatch(batch),
    isStopped: () => pool.isStopped,
    onRecord: (record: TrialRecord) => records.push(record),
  });
  return records;
}

/** Every seed once, then every seed again: what is stopped before its end has seen all cells. */
function* repeated(suite: Suite, repetitions: number): Generator<TrialSpec> {
  for (let repetition = 1; repetition <= repetitions; repetition += 1) yield* trialsOf(suite);
}

async function runLiveTrials(
  suite: Suite,
  { setup, quiet, trialTimeoutSeconds }: LiveCommand,
  { progress: stream }: Terminal,
  pool: TrialPool,
): Promise<readonly LiveTrial[]> {
  const perRepetition = countTrials(suite);
  const progress = showProgress('trials', perRepetition * setup.repetitions, stream, quiet);
  const trials: LiveTrial[] = [];
  let begun = 0;
  const runOne = async (trial: TrialSpec): Promise<LiveTrial | null> => {
    const repetition = Math.floor(begun / perRepetition) + 1;
    begun += 1;
    const row = await pool.runLive({ trial, setup, timeoutSeconds: trialTimeoutSeconds });
    return row === null ? null : { ...row, repetition };
  };
  await runMatrix({
    trials: repeated(suite, setup.repetitions),
    batchSize: 1,
    // One more than there are workers waits for each, so that none of them does.
    window: pool.workers * 2,
    execute: async (batch) => {
      const rows = await Promise.all(batch.map((trial) => runOne(trial)));
      return rows.flatMap((row) => row ?? []);
    },
    isStopped: () => pool.isStopped,
    onRecord: (trial: LiveTrial) => {
      trials.push(trial);
      progress.advance();
    },
  });
  progress.end();
  return trials;
}

function tallied(suite: Suite, records: readonly TrialRecord[]): SuiteTally {
  const tally = new SuiteTally(suite);
  for (const record of records) tally.add(record);
  return tally;
}

function factsOn({ suite, inputs, trace, leftOut }: Described): RunFacts {
  const configuration = configurationOf({ suite, inputs, trace });
  return { version: packageVersion(), suite, inputs, trace, leftOut, configuration, shard: null };
}

function liveReport(
  run: RunReport,
  setup: LiveSetup,
  trials: readonly LiveTrial[],
  simulated: readonly TrialRecord[],
): LiveReport {
  const records = trials.map(({ record }) => record);
  const deeds = addedUp(trials.map((trial) => trial.deeds));
  const cells = compareLive(run.suite, records, simulated);
  const strategies = compareStrategies(run.suite, records, simulated);
  return { run, setup, trials, simulated, cells, strategies, deeds };
}

function print(report: LiveReport, { by }: LiveCommand, { paint, print: show }: Terminal): void {
  show(tablesOf(report.run, by, paint));
  show(`\n${liveComparison(report, paint)}\n`);
}

/** What can't be trusted outweighs what is broken. */
function heavier(one: ExitCode, other: ExitCode): ExitCode {
  return one > other ? one : other;
}
