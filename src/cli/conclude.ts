/** The end of whatever makes a report: the result file's tail, the tables, the other outputs, the exit code. */

import type { RunReport } from '../contract/index.ts';
import type { RunVerdict } from '../experiment/index.ts';
import { resultTail, tables } from '../../reports/index.ts';
import { exitCodes, type ExitCode } from './exit-codes.ts';
import type { Output } from './output-file.ts';
import { writeReports, type ReportChoice } from './report-files.ts';
import type { Terminal } from './terminal.ts';

export interface OutputChoice {
  readonly by: 'strategy' | 'workload';
  /** A path, `-` for the standard output, or null. */
  readonly json: string | null;
  readonly outputs: readonly ReportChoice[];
}

/** `output` holds the head and the rows already. */
export async function conclude(
  { by, json, outputs }: OutputChoice,
  report: RunReport,
  verdict: RunVerdict,
  { paint, print, complain }: Terminal,
  output: Output | null,
): Promise<ExitCode> {
  output?.write(resultTail(report));
  const place = output?.commit(report.partial) ?? null;
  if (json !== '-') print(`${tables.map((table) => table({ report, by, paint })).join('\n\n')}\n`);
  if (report.partial && place !== null && place !== '-') complain(`the partial result is in ${place}`);
  await writeReports(outputs, { report }, { environment: process.env, print });
  if (report.partial) return exitCodes.undecided;
  // The verdict on a run is that of all its parts together.
  return report.shard === null ? exitCodeOf(verdict) : exitCodes.kept;
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
