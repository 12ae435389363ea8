/** The matrix at each point of a dial: same pool, same seeds, then a table per metric and the crossovers. */

import type { Json, RunReport, SweepReport } from '../contract/index.ts';
import {
  anomalyMatrix,
  countTrials,
  notesOn,
  runMatrix,
  suiteFailures,
  SweepTally,
  trialsOf,
} from '../experiment/index.ts';
import { findings, shownMetrics, sweepHeader, sweepJson, sweepText } from '../../reports/index.ts';
import { exitCodes, type ExitCode } from './exit-codes.ts';
import { hashOf } from './store/hash.ts';
import { openResult, type Output } from './store/output-file.ts';
import { packageVersion } from './package-facts.ts';
import { page } from './page.ts';
import { TrialPool } from './workers/pool.ts';
import { showProgress } from './progress.ts';
import { checkReports, writeReport } from './report-files.ts';
import { exitCodeOf } from './conclude.ts';
import { batchSize, startClock } from './run.ts';
import type { Terminal } from './terminal.ts';
import type { SweepCommand } from './options/sweep-options.ts';
import type { DescribedSweep } from './workers/tasks.ts';

export async function sweep(command: SweepCommand, typed: string, terminal: Terminal): Promise<ExitCode> {
  const { selection, workers, trialTimeoutSeconds } = command;
  checkReports(command.outputs);
  const output = command.json === null ? null : openResult(command.json, terminal);
  const pool = new TrialPool({ workers, trialTimeoutSeconds, trace: selection.trace });
  const release = terminal.onInterrupt(
    () => pool.stop(),
    () => output?.discard(),
  );
  try {
    return await sweepPoints(command, typed, terminal, pool, output);
  } finally {
    release();
    output?.discard();
    await pool.close();
  }
}

async function sweepPoints(
  command: SweepCommand,
  typed: string,
  terminal: Terminal,
  pool: TrialPool,
  output: Output | null,
): Promise<ExitCode> {
  const clock = startClock();
  const described = await pool.describeSweep(command.selection, command.dial);
  if (described === null) {
    terminal.complain('stopped before the first trial');
    return exitCodes.undecided;
  }
  const { suite, points, notices } = described;
  for (const notice of notices) terminal.complain(`notice: ${notice}`);
  const planned = points.reduce((sum, point) => sum + countTrials(point.suite), 0);
  const tally = new SweepTally(suite, points);
  const progress = showProgress('trials', planned, terminal.progress, command.quiet);
  for (const [index, point] of points.entries()) {
    await runMatrix({
      trials: trialsOf(point.suite),
      batchSize,
      window: command.workers * 4,
      execute: (batch) => pool.runBatch(batch),
      isStopped: () => pool.isStopped,
      onRecord: (record) => {
        tally.add(index, record);
        progress.advance();
      },
    });
  }
  progress.end();
  const { done } = tally.whole;
  const facts = { command: typed, trials: { done, planned }, measured: clock.stop(command.workers, done) };
  const report = reportOn(tally, described, facts);
  const { partial } = report.run;
  output?.write(sweepJson(report));
  const place = output?.commit(partial) ?? null;
  if (command.json !== '-') printSweep(report, command, terminal);
  const folded = { ...report.run, ...tally.folded() };
  for (const { output: name, file } of command.outputs) {
    if (file !== null) writeReport(file, `--${name}`, await page(folded, report), partial, process.env);
  }
  if (partial && place !== null && place !== '-') terminal.complain(`the partial result is in ${place}`);
  return partial ? exitCodes.undecided : exitCodeOf(tally.whole.verdict());
}

function reportOn(
  tally: SweepTally,
  { suite, inputs, trace, leftOut, dial, points }: DescribedSweep,
  facts: Pick<RunReport, 'command' | 'trials' | 'measured'>,
): SweepReport {
  const cells = tally.cells();
  const cellsByWorkload = tally.whole.cellsByWorkload();
  const partial = facts.trials.done < facts.trials.planned;
  const sha256 = trace?.sha256 ?? null;
  const run = {
    ...facts,
    version: packageVersion(),
    suite,
    leftOut,
    inputs,
    trace,
    configuration: hashOf({ suites: points.map((point) => point.suite), inputs, sha256 } as unknown as Json),
    shard: null,
    partial,
    cells,
    cellsByWorkload,
    anomalies: anomalyMatrix(suite, cells),
    suiteFailures: partial ? [] : suiteFailures(suite, cellsByWorkload),
    notes: notesOn(cells),
  };
  return { dial, points: tally.points(), crossovers: tally.crossovers(), run };
}

function printSweep(report: SweepReport, { metrics }: SweepCommand, { paint, print }: Terminal): void {
  const text = [sweepHeader(report, paint), sweepText(report, metrics ?? shownMetrics, paint)];
  print(`${[...text, findings({ report: report.run, by: 'strategy', paint })].join('\n\n')}\n`);
}
