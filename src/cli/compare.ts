/** Two stored results, trial by trial: tables, files and an exit code that a job can be decided by. */

import { compare, toBaseline, type ComparedTrials, type Rule } from '../comparison/index.ts';
import type { Comparison } from '../contract/index.ts';
import {
  baselineJson,
  comparisonAnnotations,
  comparisonJson,
  comparisonMarkdown,
  comparisonText,
} from '../../reports/index.ts';
import type { CompareCommand } from './options/compare-options.ts';
import { readTrials } from './comparison-source.ts';
import { exitCodes, type ExitCode } from './exit-codes.ts';
import { InputError } from './input-error.ts';
import { openOutput, openResult } from './store/output-file.ts';
import { writeReport } from './report-files.ts';
import type { Terminal } from './terminal.ts';

/** How a comparison speaks. */
type Voice = Pick<Terminal, 'paint' | 'print'>;

export async function compareResults(command: CompareCommand, terminal: Voice): Promise<ExitCode> {
  const { before: base, after: later, rules, writeBaseline: baselineFile } = command;
  for (const [option, file] of filesOf(command)) openOutput(file, option).discard();
  const before = base === null ? null : await readTrials(base);
  const after = await readTrials(later);
  const comparison = before === null ? null : compareTrials(before, after, rules);
  if (comparison !== null) report(comparison, command, terminal);
  if (baselineFile !== null) writeBaseline(baselineFile, after);
  return comparison === null ? exitCodes.kept : exitCodeOfComparison(comparison);
}

function filesOf({ json, markdown, writeBaseline: baseline }: CompareCommand): readonly (readonly [string, string])[] {
  const files = { '--json': json === '-' ? null : json, '--markdown': markdown, '--write-baseline': baseline };
  return Object.entries(files).flatMap(([option, file]) => (file === null ? [] : [[option, file] as const]));
}

/** Throws {@link InputError} if there is nothing to compare. */
export function compareTrials(before: ComparedTrials, after: ComparedTrials, rules: readonly Rule[]): Comparison {
  const comparison = compare(before, after, rules);
  if (comparison.pairs > 0) return comparison;
  const differs = comparison.notes.length === 0 ? '' : `; ${comparison.notes.join('; ')}`;
  throw new InputError(
    `${before.run.source} and ${after.run.source} have no trial in common: ` +
      `strategy, workload, faults, seed, agents, recovery and model have to be the same${differs}`,
  );
}

function report(comparison: Comparison, { json, markdown, annotations }: CompareCommand, terminal: Voice): void {
  if (json !== null) {
    const output = openResult(json, terminal);
    try {
      output.write(comparisonJson(comparison));
      output.commit(false);
    } finally {
      output.discard();
    }
  }
  if (json !== '-') terminal.print(`${comparisonText(comparison, terminal.paint)}\n`);
  if (markdown !== null) writeReport(markdown, '--markdown', comparisonMarkdown(comparison), false, process.env);
  if (annotations && json !== '-') terminal.print(comparisonAnnotations(comparison));
}

export function writeBaseline(file: string, trials: ComparedTrials): void {
  if (trials.run.partial) {
    throw new InputError(`--write-baseline ${file}: ${trials.run.source} was stopped before its end`);
  }
  const output = openOutput(file, '--write-baseline');
  try {
    output.write(baselineJson(toBaseline(trials)));
    output.commit(false);
  } finally {
    output.discard();
  }
}

export function exitCodeOfComparison({ verdict }: Comparison): ExitCode {
  switch (verdict) {
    case 'kept':
      return exitCodes.kept;
    case 'broken':
      return exitCodes.broken;
    case 'undecided':
      return exitCodes.undecided;
  }
}
