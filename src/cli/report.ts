/** The tables and files of a run again, from its stored result. Ends with the exit code that the run had. */

import { SuiteTally } from '../experiment/index.ts';
import { exitCodes, type ExitCode } from './exit-codes.ts';
import { checkReports, writeReports } from './report-files.ts';
import type { ReportCommand } from './report-options.ts';
import { exitCodeOf, printTables, type Terminal } from './run.ts';
import { openStoredResult, readReport } from './stored-result.ts';

export async function report({ result, by, outputs }: ReportCommand, terminal: Terminal): Promise<ExitCode> {
  checkReports(outputs);
  const stored = await openStoredResult(result);
  const tally = new SuiteTally(stored.head.suite);
  const read = await readReport(stored, (record) => tally.add(record));
  printTables(read, by, terminal);
  await writeReports(outputs, { report: read }, { environment: process.env, print: terminal.print });
  return read.partial ? exitCodes.undecided : exitCodeOf(tally.verdict());
}
