/** The matrix on all cores: rows into the result file as they come, tables at the end. */

import { availableParallelism, cpus } from 'node:os';
import type { Measured, RunFacts, RunReport, TrialRecord, TrialSpec } from '../contract/index.ts';
import { countPlanned, plannedTrials, reportOf, runMatrix, SuiteTally } from '../experiment/index.ts';
import { resultHead, resultRow } from '../../reports/index.ts';
import type { RunCommand } from './arguments.ts';
import { conclude } from './conclude.ts';
import type { JudgeChoice } from './options/judge-options.ts';
import type { JudgeDesk } from './judge/desk.ts';
import { exitCodes, type ExitCode } from './exit-codes.ts';
import type { Terminal } from './terminal.ts';
import { configurationOf } from './store/hash.ts';
import { openResult, type Output } from './store/output-file.ts';
import { checkedOutCommit, packageVersion } from './package-facts.ts';
import { TrialPool } from './workers/pool.ts';
import { showProgress } from './progress.ts';
import { Regression } from './regression.ts';
import { checkReports } from './report-files.ts';
import type { RunDirectory } from './store/run-directory.ts';
import { openStore } from './store/run-store.ts';
import { openStoredResult, readReport } from './store/stored-result.ts';
import type { Described } from './workers/tasks.ts';

/** Enough to make handing them out cheap, few enough to spread the last ones over the workers. */
export const batchSize = 25;

export async function run(command: RunCommand, typed: string, terminal: Terminal): Promise<ExitCode> {
  const { selection, workers, trialTimeoutSeconds } = command;
  checkReports(command.outputs);
  const regression = await Regression.open(command.regression);
  const desk = await openJudge(command.judge, terminal);
  const output = command.json === null ? null : openResult(command.json, terminal);
  const pool = new TrialPool({ workers, trialTimeoutSeconds, trace: selection.trace, judge: desk });
  if (desk !== null) desk.onHalt = () => pool.stop();
  const release = terminal.onInterrupt(
    () => pool.stop(),
    () => output?.discard(),
  );
  try {
    return await runSuite(command, typed, terminal, { pool, desk, output, regression });
  } finally {
    release();
    output?.discard();
    await pool.close();
    await desk?.close();
  }
}

/** Loads the client of the model only where it is used. Null: the simulated judge. */
export async function openJudge(choice: JudgeChoice | null, { complain }: Terminal): Promise<JudgeDesk | null> {
  if (choice === null) return null;
  const { openDesk } = await import('./judge/desk.ts');
  const desk = openDesk(choice, process.env);
  if (desk.notice !== null) complain(`notice: ${desk.notice}`);
  return desk;
}

interface Means {
  readonly pool: TrialPool;
  readonly desk: JudgeDesk | null;
  readonly output: Output | null;
  readonly regression: Regression | null;
}

async function runSuite(command: RunCommand, typed: string, terminal: Terminal, means: Means): Promise<ExitCode> {
  const clock = startClock();
  const { pool, desk, output, regression } = means;
  const described = await pool.describe(command.selection);
  if (described === null) {
    terminal.complain('stopped before the first trial');
    return exitCodes.undecided;
  }
  for (const notice of described.notices) terminal.complain(`notice: ${notice}`);
  const facts = factsOn(described, command, desk);
  const store = command.store === null ? null : await openStore(command.store, facts, command.selection);
  if (store === 'whole') return showStored(command, terminal, means);
  try {
    const tally = new SuiteTally(facts.suite, (record) => regression?.add(record));
    output?.write(resultHead(facts));
    const ran = await runTrials(command, terminal, { ...means, facts, store, tally });
    const limit = desk?.limit ?? null;
    await desk?.close();
    const measured = { ...clock.stop(command.workers, ran), judge: desk?.use ?? null };
    const report = reportOf(tally, facts, { command: typed, measured });
    if (store !== null) writeRows(store.records(), output);
    if (!report.partial) store?.finish(report);
    const code = await conclude(command, report, tally.verdict(), terminal, means);
    if (limit !== null) terminal.complain(limit);
    return store === null ? code : keepingCode(store, report, code, terminal);
  } finally {
    store?.close();
  }
}

function factsOn(
  { suite, trace, leftOut, inputs: simulated }: Described,
  { shard }: RunCommand,
  desk: JudgeDesk | null,
): RunFacts {
  const inputs = { ...simulated, judge: desk?.input ?? simulated.judge };
  const configuration = configurationOf({ suite, inputs, trace });
  return { version: packageVersion(), suite, leftOut, inputs, trace, configuration, shard };
}

interface Ahead extends Means {
  readonly facts: RunFacts;
  readonly store: RunDirectory | null;
  readonly tally: SuiteTally;
}

/** Runs whatever isn't kept already, and says how many trials that were. */
async function runTrials(
  { workers, quiet }: RunCommand,
  { progress: stream, complain }: Terminal,
  { facts: { suite, shard }, pool, desk, output, store, tally }: Ahead,
): Promise<number> {
  for (const record of store?.records() ?? []) tally.add(record);
  const kept = tally.done;
  const notice = store?.notice ?? null;
  if (notice !== null) complain(`notice: ${notice}`);
  const coming = countPlanned(suite, shard) - kept;
  const progress = showProgress('trials', coming, stream, quiet);
  desk?.begin();
  pool.expect(coming / (suite.strategies.length * suite.workloads.length));
  await runMatrix({
    trials: remaining(plannedTrials(suite, shard), store),
    // A trial that waits for a model takes seconds: then handing out single ones costs nothing.
    batchSize: desk === null ? batchSize : 1,
    window: workers * 4,
    execute: async (batch) => {
      const records = await pool.runBatch(batch);
      if (records === null || store === null || store.append(records)) return records;
      pool.stop();
      return null;
    },
    isStopped: () => pool.isStopped,
    onRecord: (record) => {
      // Where rows are kept, they are put into their order in the end.
      if (store === null) output?.write(resultRow(record, tally.done === 0));
      tally.add(record);
      progress.advance();
    },
  });
  progress.end();
  return tally.done - kept;
}

function* remaining(trials: Iterable<TrialSpec>, store: RunDirectory | null): Generator<TrialSpec> {
  for (const trial of trials) if (store?.has(trial) !== true) yield trial;
}

function writeRows(records: Iterable<TrialRecord>, output: Output | null): void {
  let isFirst = true;
  for (const record of records) {
    output?.write(resultRow(record, isFirst));
    isFirst = false;
  }
}

/** The run that was to be resumed is whole: its report again. */
async function showStored(command: RunCommand, terminal: Terminal, means: Means): Promise<ExitCode> {
  const { output, regression } = means;
  const directory = command.store?.directory ?? '';
  const stored = await openStoredResult(directory);
  terminal.complain(`notice: the run in ${directory} is whole: nothing is run`);
  const tally = new SuiteTally(stored.head.suite, (record) => regression?.add(record));
  output?.write(resultHead(stored.head));
  const report = await readReport(stored, (record) => {
    output?.write(resultRow(record, tally.done === 0));
    tally.add(record);
  });
  return conclude(command, report, tally.verdict(), terminal, means);
}

function keepingCode(
  { directory, problem }: RunDirectory,
  { partial }: RunReport,
  code: ExitCode,
  { complain }: Terminal,
): ExitCode {
  if (problem !== null)
    complain(`error: ${problem}; what is whole is kept: the same command with --resume ${directory} goes on`);
  else if (partial) complain(`what is whole is kept in ${directory}: the same command with --resume goes on`);
  return problem === null ? code : exitCodes.undecided;
}

export function startClock(): { stop(workers: number, trials: number): Measured } {
  const startedAt = new Date().toISOString();
  const start = performance.now();
  return {
    stop: (workers, trials) => {
      const wallSeconds = (performance.now() - start) / 1_000;
      return {
        node: process.version,
        platform: `${process.platform}-${process.arch}`,
        cpu: cpus()[0]?.model ?? 'unknown',
        cores: availableParallelism(),
        commit: checkedOutCommit(),
        startedAt,
        workers,
        wallSeconds,
        trialsPerSecond: trials / wallSeconds,
        peakMemoryMb: process.resourceUsage().maxRSS / 1_024,
        judge: null,
      };
    },
  };
}
