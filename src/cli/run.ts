/** The matrix on all cores: rows into the result file as they come, tables at the end. */

import { availableParallelism, cpus } from 'node:os';
import type { Measured, RunFacts, RunReport, TrialRecord } from '../contract/index.ts';
import { countPlanned, reportOf, runMatrix, SuiteTally, type RunVerdict } from '../experiment/index.ts';
import { resultHead, resultRow, resultTail, tables, type Paint } from '../../reports/index.ts';
import type { RunCommand } from './arguments.ts';
import type { JudgeChoice } from './judge-options.ts';
import type { JudgeDesk } from './live/desk.ts';
import { exitCodes, type ExitCode } from './exit-codes.ts';
import { configurationOf } from './hash.ts';
import { openOutput, type Output } from './output-file.ts';
import { checkedOutCommit, packageVersion } from './package-facts.ts';
import { TrialPool } from './pool.ts';
import { showProgress } from './progress.ts';
import { checkReports, writeReports } from './report-files.ts';

/** Enough to make handing them out cheap, few enough to spread the last ones over the workers. */
export const batchSize = 25;

export interface Terminal {
  readonly paint: Paint;
  readonly print: (text: string) => void;
  readonly complain: (text: string) => void;
  readonly progress: NodeJS.WriteStream;
  /** Calls back when the user wants to stop, as long as the run goes on. */
  onInterrupt(stop: () => void, abandon: () => void): () => void;
}

export async function run(command: RunCommand, typed: string, terminal: Terminal): Promise<ExitCode> {
  const { selection, workers, trialTimeoutSeconds } = command;
  checkReports(command.outputs);
  const desk = await openJudge(command.judge, terminal);
  const output = command.json === null ? null : openResult(command.json, terminal);
  const pool = new TrialPool({ workers, trialTimeoutSeconds, trace: selection.trace, judge: desk });
  if (desk !== null) desk.onHalt = () => pool.stop();
  const release = terminal.onInterrupt(
    () => pool.stop(),
    () => output?.discard(),
  );
  try {
    return await runSuite(command, typed, terminal, { pool, desk, output });
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
  const { openDesk } = await import('./live/desk.ts');
  const desk = openDesk(choice, process.env);
  if (desk.notice !== null) complain(`notice: ${desk.notice}`);
  return desk;
}

interface Means {
  readonly pool: TrialPool;
  readonly desk: JudgeDesk | null;
  readonly output: Output | null;
}

async function runSuite(
  command: RunCommand,
  typed: string,
  terminal: Terminal,
  { pool, desk, output }: Means,
): Promise<ExitCode> {
  const clock = startClock();
  const described = await pool.describe(command.selection);
  if (described === null) {
    terminal.complain('stopped before the first trial');
    return exitCodes.undecided;
  }
  const { suite, trace, leftOut } = described;
  const inputs = { ...described.inputs, judge: desk?.input ?? described.inputs.judge };
  const configuration = configurationOf({ suite, inputs, trace });
  const facts: RunFacts = { version: packageVersion(), suite, leftOut, inputs, trace, configuration, shard: null };
  const tally = new SuiteTally(suite);
  const progress = showProgress(countPlanned(suite, facts.shard), terminal.progress, command.quiet);
  output?.write(resultHead(facts));
  desk?.begin();
  await runMatrix({
    suite,
    // A trial that waits for a model takes seconds: then handing out single ones costs nothing.
    batchSize: desk === null ? batchSize : 1,
    window: command.workers * 4,
    execute: (batch) => pool.runBatch(batch),
    isStopped: () => pool.isStopped,
    onRecord: (record: TrialRecord) => {
      output?.write(resultRow(record, tally.done === 0));
      tally.add(record);
      progress.advance();
    },
  });
  progress.end();
  const limit = desk?.limit ?? null;
  await desk?.close();
  const measured = { ...clock.stop(command.workers, tally.done), judge: desk?.use ?? null };
  const report = reportOf(tally, facts, { command: typed, measured });
  output?.write(resultTail(report));
  const place = output?.commit(report.partial) ?? null;
  if (command.json !== '-') printTables(report, command.by, terminal);
  if (report.partial && place !== null && place !== '-') terminal.complain(`the partial result is in ${place}`);
  await writeReports(command.outputs, { report }, { environment: process.env, print: terminal.print });
  if (limit !== null) terminal.complain(limit);
  return report.partial ? exitCodes.undecided : exitCodeOf(tally.verdict());
}

export function printTables(report: RunReport, by: RunCommand['by'], { paint, print }: Terminal): void {
  print(`${tables.map((table) => table({ report, by, paint })).join('\n\n')}\n`);
}

export function exitCodeOf(verdict: RunVerdict): ExitCode {
  switch (verdict) {
    case 'kept':
      return exitCodes.kept;
    case 'broken':
      return exitCodes.broken;
    case 'bad-workload':
      return exitCodes.badInput;
    case 'harness-failed':
      return exitCodes.undecided;
  }
}

export function openResult(json: string, { print }: Terminal): Output {
  if (json !== '-') return openOutput(json);
  return { write: print, commit: () => '-', discard: () => undefined };
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
