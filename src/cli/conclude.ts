/** The end of whatever makes a report: the result file's tail, the tables, the other outputs, the exit code. */

import type { RunReport } from '../contract/index.ts';
import type { RunVerdict } from '../experiment/index.ts';
import { anomalyTables, comparisonText, resultTail, tables, type Paint } from '../../reports/index.ts';
import { exitCodeOfComparison } from './compare.ts';
import { exitCodes, type ExitCode } from './exit-codes.ts';
import type { Output } from './store/output-file.ts';
import type { Regression } from './regression.ts';
import { writeReports, type ReportChoice } from './report-files.ts';
import type { TableSet } from './options/report-options.ts';
import type { Terminal } from './terminal.ts';

export interface OutputChoice {
  readonly by: TableSet;
  /** A path, `-` for the standard output, or null. */
  readonly json: string | null;
  readonly outputs: readonly ReportChoice[];
}

export interface Conclusion {
  /** Holds the head and the rows already. */
  readonly output: Output | null;
  /** Has seen all rows. */
  readonly regression: Regression | null;
}

export async function conclude(
  { by, json, outputs }: OutputChoice,
  report: RunReport,
  verdict: RunVerdict,
  { paint, print, complain }: Terminal,
  { output, regression }: Conclusion,
): Promise<ExitCode> {
  output?.write(resultTail(report));
  const place = output?.commit(report.partial) ?? null;
  if (json !== '-') print(tablesOf(report, by, paint));
  if (report.partial && place !== null && place !== '-') complain(`the partial result is in ${place}`);
  const comparison = regression?.compare(report) ?? null;
  if (comparison !== null && json !== '-') print(`\n${comparisonText(comparison, paint)}\n`);
  const source = comparison === null ? { report, by } : { report, by, comparison };
  await writeReports(outputs, source, { environment: process.env, print });
  regression?.keep(report);
  if (report.partial) return exitCodes.undecided;
  // The verdict on a run is that of all its parts together.
  if (report.shard !== null) return exitCodes.kept;
  return heavier(exitCodeOf(verdict), comparison === null ? exitCodes.kept : exitCodeOfComparison(comparison));
}

/** What can't be trusted outweighs what is broken, and that outweighs what only the comparison couldn't decide. */
function heavier(ofRun: ExitCode, ofComparison: ExitCode): ExitCode {
  if (ofRun === exitCodes.badInput || ofRun === exitCodes.undecided) return ofRun;
  return ofRun === exitCodes.broken ? ofRun : ofComparison;
}

export function tablesOf(report: RunReport, by: TableSet, paint: Paint): string {
  const shown =
    by === 'anomaly'
      ? anomalyTables.map((table) => table({ report, by: 'strategy', paint }))
      : tables.map((table) => table({ report, by, paint }));
  return `${shown.join('\n\n')}\n`;
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
