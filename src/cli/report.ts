/** The tables and files of a run again, from its stored result. Ends with the exit code that the run had. */

import { SuiteTally } from '../experiment/index.ts';
import { conclude } from './conclude.ts';
import type { ExitCode } from './exit-codes.ts';
import { checkReports } from './report-files.ts';
import type { ReportCommand } from './options/report-options.ts';
import { openStoredResult, readReport } from './store/stored-result.ts';
import type { Terminal } from './terminal.ts';

export async function report({ result, by, outputs }: ReportCommand, terminal: Terminal): Promise<ExitCode> {
  checkReports(outputs);
  const stored = await openStoredResult(result);
  const tally = new SuiteTally(stored.head.suite);
  const read = await readReport(stored, (record) => tally.add(record));
  return conclude({ by, outputs, json: null }, read, tally.verdict(), terminal, { output: null, regression: null });
}
