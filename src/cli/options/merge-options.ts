/** The options of `merge`. */

import type { Command } from 'commander';
import type { OutputChoice } from '../conclude.ts';
import {
  addRegressionOptions,
  regressionChoice,
  type RegressionChoice,
  type RegressionFlags,
} from './regression-options.ts';
import { addReportOptions, reportChoices, type ReportFlags } from '../report-files.ts';
import { addTableOptions, type TableFlags } from './report-options.ts';

export interface MergeCommand extends OutputChoice {
  readonly kind: 'merge';
  /** Shards, or directories in which they stand. */
  readonly paths: readonly string[];
  /** Null: the directory in which they stand, if it is one. */
  readonly out: string | null;
  /** Null: the run stands for itself. */
  readonly regression: RegressionChoice | null;
}

interface MergeFlags extends TableFlags, ReportFlags, RegressionFlags {
  readonly out?: string;
  readonly json?: string;
}

export function declareMerge(program: Command, found: (command: MergeCommand) => void): void {
  const merge = program
    .command('merge')
    .description('puts the shards of a run together: what comes out is what the whole run would have given')
    .argument('<shards...>', 'the directory in which the shards stand, or the shards themselves')
    .option('--out <directory>', 'where the whole run goes; default: the directory in which the shards stand')
    .option('--json <file>', 'writes the result there, gzipped if it ends with .gz; - for the standard output');
  addRegressionOptions(addReportOptions(addTableOptions(merge))).action(
    (paths: readonly string[], flags: MergeFlags) => {
      const { by, out = null, json = null } = flags;
      const regression = regressionChoice(flags, null);
      found({ kind: 'merge', paths, out, by, json, outputs: reportChoices(flags), regression });
    },
  );
}
