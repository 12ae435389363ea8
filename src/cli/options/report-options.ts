/** The options of `report`. */

import { Option, type Command } from 'commander';
import { addReportOptions, reportChoices, type ReportChoice, type ReportFlags } from '../report-files.ts';

export interface ReportCommand {
  readonly kind: 'report';
  /** A run directory or a result document. */
  readonly result: string;
  readonly by: TableSet;
  readonly outputs: readonly ReportChoice[];
}

/** `anomaly`: the matrix of strategies by anomalies in place of the tables. */
export type TableSet = 'strategy' | 'workload' | 'anomaly';

export interface TableFlags {
  readonly by: TableSet;
}

/** What the tables in the terminal show. */
export function addTableOptions(command: Command): Command {
  return command.addOption(
    new Option('--by <what>', 'one set of tables, one per workload, or strategies by anomalies')
      .choices(['strategy', 'workload', 'anomaly'])
      .default('strategy'),
  );
}

export function declareReport(program: Command, found: (command: ReportCommand) => void): void {
  const report = program
    .command('report')
    .description('the tables and files of a run again, from its stored result')
    .argument('<result>', 'what --out or --json wrote');
  addReportOptions(addTableOptions(report)).action((result: string, { by, ...flags }: TableFlags & ReportFlags) => {
    found({ kind: 'report', result, by, outputs: reportChoices(flags) });
  });
}
