/**
 * What a report can be written to: the one table of outputs, from which the options of every command that makes a report come.
 * An output is one file in reports/ and one entry here.
 */

import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Command } from 'commander';
import type { Comparison, RunReport } from '../contract/index.ts';
import {
  anomaliesMarkdown,
  annotations,
  comparisonAnnotations,
  comparisonMarkdown,
  csv,
  dashboard,
  junit,
  markdown,
} from '../../reports/index.ts';
import { InputError } from './input-error.ts';
import { openOutput } from './store/output-file.ts';
import { page } from './page.ts';

/** What an output is made from. */
export interface ReportSource {
  readonly report: RunReport;
  /** What its tables show. */
  readonly by: 'strategy' | 'workload' | 'anomaly';
  /** With an earlier run, if that was asked for. */
  readonly comparison?: Comparison;
}

interface ReportOutput {
  /** Whether it goes to a file that is named, or to the standard output, after the tables. */
  readonly to: 'file' | 'standard-output';
  readonly description: string;
  /** A promise where an output needs more than the report: it is asked for only where that output was chosen. */
  readonly text: (source: ReportSource) => string | Promise<string>;
}

type FileName = 'markdown' | 'junit' | 'csv' | 'dashboard' | 'html';
type PrintedName = 'annotations';
type OutputName = FileName | PrintedName;

const outputs: Readonly<Record<OutputName, ReportOutput>> = {
  markdown: {
    to: 'file',
    description: 'a summary for pull requests and $GITHUB_STEP_SUMMARY, which is appended to',
    text: ({ report, by, comparison }) => {
      const text = by === 'anomaly' ? anomaliesMarkdown(report) : markdown(report);
      return comparison === undefined ? text : `${text}\n${comparisonMarkdown(comparison)}`;
    },
  },
  junit: {
    to: 'file',
    description: 'JUnit XML, a test case per promise and cell',
    text: ({ report, comparison }) => junit(report, comparison),
  },
  csv: {
    to: 'file',
    description: 'a row per cell, a column per number',
    text: ({ report }) => csv(report),
  },
  dashboard: {
    to: 'file',
    description: 'JSON for benchmark dashboards (customSmallerIsBetter)',
    text: ({ report }) => dashboard(report),
  },
  html: {
    to: 'file',
    description: 'one page to look at: who loses what, what safety costs, and the worst trials as diagrams',
    text: ({ report }) => page(report),
  },
  annotations: {
    to: 'standard-output',
    description: 'what is wrong as GitHub workflow commands, below the tables',
    text: ({ report, comparison }) =>
      annotations(report) + (comparison === undefined ? '' : comparisonAnnotations(comparison)),
  },
};

const outputNames = Object.keys(outputs) as readonly OutputName[];

export type ReportFlags = { readonly [Name in FileName]?: string } & { readonly [Name in PrintedName]?: true } & {
  readonly json?: string;
};

export interface ReportChoice {
  readonly output: OutputName;
  /** Null: the standard output. */
  readonly file: string | null;
}

export function addReportOptions(command: Command): Command {
  for (const name of outputNames) {
    const { to, description } = outputs[name];
    command.option(to === 'file' ? `--${name} <file>` : `--${name}`, description);
  }
  return command;
}

/** Throws {@link InputError} where two outputs would have to share one place. */
export function reportChoices(flags: ReportFlags): readonly ReportChoice[] {
  const taken = new Map<string, string>();
  const take = (name: string, file: string): void => {
    const place = file === '-' ? file : resolve(file);
    const other = taken.get(place);
    if (other !== undefined) {
      const where = file === '-' ? `--${name}` : `--${name} ${file}`;
      throw new InputError(`${where}: --${other} is written there already`);
    }
    taken.set(place, name);
  };
  if (flags.json !== undefined) take('json', flags.json);
  return outputNames.flatMap((output): ReportChoice[] => {
    const chosen = flags[output];
    if (chosen === undefined) return [];
    const file = chosen === true ? null : chosen;
    take(output, file ?? '-');
    return [{ output, file }];
  });
}

/** Throws {@link InputError} before anything is run, if one of the files can't be written. */
export function checkReports(choices: readonly ReportChoice[]): void {
  for (const { output, file } of choices) {
    if (file !== null) openOutput(file, `--${output}`).discard();
  }
}

export interface ReportPlace {
  readonly environment: NodeJS.ProcessEnv;
  readonly print: (text: string) => void;
}

export async function writeReports(
  choices: readonly ReportChoice[],
  source: ReportSource,
  { environment, print }: ReportPlace,
): Promise<void> {
  for (const { output, file } of choices) {
    const text = await outputs[output].text(source);
    if (file === null) print(text);
    else writeReport(file, `--${output}`, text, source.report.partial, environment);
  }
}

/** Throws {@link InputError} if nothing can be written there. */
export function writeReport(
  file: string,
  option: string,
  text: string,
  partial: boolean,
  environment: NodeJS.ProcessEnv,
): void {
  const isAdded = isStepSummary(file, environment) && existsSync(file);
  const to = openOutput(file, option);
  try {
    to.write(isAdded ? `${readFileSync(file, 'utf8')}${text}` : text);
    to.commit(partial && !isAdded);
  } finally {
    to.discard();
  }
}

/** All steps of a GitHub job write their summaries into one file. */
function isStepSummary(file: string, { GITHUB_STEP_SUMMARY: summary }: NodeJS.ProcessEnv): boolean {
  return summary !== undefined && summary !== '' && resolve(file) === resolve(summary);
}
