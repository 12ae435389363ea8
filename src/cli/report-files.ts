/**
 * What a report can be written to: the one table of outputs, from which the options of every command that makes a report come.
 * An output is one file in reports/ and one entry here.
 */

import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Command } from 'commander';
import type { RunReport } from '../contract/index.ts';
import { markdown } from '../../reports/index.ts';
import { InputError } from './input-error.ts';
import { openOutput } from './output-file.ts';

/** What an output is made from. */
export interface ReportSource {
  readonly report: RunReport;
}

interface ReportOutput {
  readonly placeholder: string;
  readonly description: string;
  /** A promise where an output needs more than the report: it is asked for only where that output was chosen. */
  readonly text: (source: ReportSource) => string | Promise<string>;
}

type OutputName = 'markdown';

const outputs: Readonly<Record<OutputName, ReportOutput>> = {
  markdown: {
    placeholder: '<file>',
    description: 'a summary for pull requests and $GITHUB_STEP_SUMMARY, which is appended to',
    text: ({ report }) => markdown(report),
  },
};

const outputNames = Object.keys(outputs) as readonly OutputName[];

export type ReportFlags = { readonly [Name in OutputName]?: string };

export interface ReportChoice {
  readonly output: OutputName;
  readonly file: string;
}

export function addReportOptions(command: Command): Command {
  for (const name of outputNames) {
    command.option(`--${name} ${outputs[name].placeholder}`, outputs[name].description);
  }
  return command;
}

/** Throws {@link InputError} where one file would have to hold two reports. */
export function reportChoices(flags: ReportFlags): readonly ReportChoice[] {
  const taken = new Map<string, OutputName>();
  return outputNames.flatMap((output) => {
    const file = flags[output];
    if (file === undefined) return [];
    const other = taken.get(resolve(file));
    if (other !== undefined) throw new InputError(`--${output} ${file}: --${other} is written there already`);
    taken.set(resolve(file), output);
    return [{ output, file }];
  });
}

/** Throws {@link InputError} before anything is run, if one of the files can't be written. */
export function checkReports(choices: readonly ReportChoice[]): void {
  for (const { output, file } of choices) openOutput(file, `--${output}`).discard();
}

export async function writeReports(
  choices: readonly ReportChoice[],
  source: ReportSource,
  environment: NodeJS.ProcessEnv,
): Promise<void> {
  for (const { output, file } of choices) {
    const text = await outputs[output].text(source);
    const isAdded = isStepSummary(file, environment) && existsSync(file);
    const to = openOutput(file, `--${output}`);
    try {
      to.write(isAdded ? `${readFileSync(file, 'utf8')}${text}` : text);
      to.commit(source.report.partial && !isAdded);
    } finally {
      to.discard();
    }
  }
}

/** All steps of a GitHub job write their summaries into one file. */
function isStepSummary(file: string, { GITHUB_STEP_SUMMARY: summary }: NodeJS.ProcessEnv): boolean {
  return summary !== undefined && summary !== '' && resolve(file) === resolve(summary);
}
