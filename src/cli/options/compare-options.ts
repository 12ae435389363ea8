/** The options of a comparison. */

import type { Command } from 'commander';
import type { Rule } from '../../comparison/index.ts';
import { InputError } from '../input-error.ts';
import { addRuleOption, rulesOf, type RuleFlags } from './rule-options.ts';

export interface CompareCommand {
  readonly kind: 'compare';
  /** Null: there is nothing to compare, only a baseline to be written. */
  readonly before: string | null;
  readonly after: string;
  readonly rules: readonly Rule[];
  readonly json: string | null;
  readonly markdown: string | null;
  readonly annotations: boolean;
  readonly writeBaseline: string | null;
}

interface CompareFlags extends RuleFlags {
  readonly json?: string;
  readonly markdown?: string;
  readonly annotations?: true;
  readonly measured?: true;
  readonly writeBaseline?: string;
}

/** Of measured figures only those that are certain to have changed are named. */
export interface CompareMeasuredCommand {
  readonly kind: 'compare-measured';
  readonly before: string;
  readonly after: string;
  /** How much worse a figure may get; null: nothing fails. */
  readonly failAbovePercent: number | null;
}

const writeBaselineText = 'keeps what later runs are compared with: a small file, to be committed';

export function declareCompare(
  program: Command,
  found: (command: CompareCommand | CompareMeasuredCommand) => void,
): void {
  const compare = program
    .command('compare')
    .description('says trial by trial what got worse and better from one result to another, and fails by rules')
    .argument('<base>', 'a result or a baseline file; with --write-baseline it may stand alone')
    .argument('[new]', 'a result');
  addRuleOption(compare)
    .option('--json <file>', 'writes every change there; - for the standard output, without tables')
    .option('--markdown <file>', 'a summary for pull requests and $GITHUB_STEP_SUMMARY, which is appended to')
    .option('--annotations', 'what breaks a rule as GitHub workflow commands, on the standard output')
    .option('--write-baseline <file>', `${writeBaselineText}, made from the last result that is named`)
    .option(
      '--measured',
      'compares two files of npm run perf -- --json by their 95 % intervals; fails only with --fail-on worse or worse:+P%',
    )
    .action((base: string, later: string | undefined, flags: CompareFlags) => {
      found(flags.measured === true ? measuredCommand(base, later, flags) : compareCommand(base, later, flags));
    });
}

function compareCommand(base: string, later: string | undefined, flags: CompareFlags): CompareCommand {
  const { json = null, markdown = null, annotations = false, writeBaseline = null } = flags;
  if (later === undefined && writeBaseline === null) {
    throw new InputError(`compare ${base}: which result is to be compared with it? compare BASE NEW`);
  }
  const sides = later === undefined ? { before: null, after: base } : { before: base, after: later };
  return { kind: 'compare', ...sides, rules: rulesOf(flags), json, markdown, annotations, writeBaseline };
}

function measuredCommand(base: string, later: string | undefined, flags: CompareFlags): CompareMeasuredCommand {
  if (later === undefined)
    throw new InputError(`compare --measured ${base}: which measurement is to be compared with it?`);
  const { json, markdown, annotations, writeBaseline } = flags;
  for (const [option, value] of Object.entries({ json, markdown, annotations, writeBaseline })) {
    if (value === undefined) continue;
    const name = option.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
    throw new InputError(`--${name} is for results: --measured only prints what has changed`);
  }
  return { kind: 'compare-measured', before: base, after: later, failAbovePercent: measuredRule(flags) };
}

function measuredRule({ failOn = [] }: CompareFlags): number | null {
  const percents = failOn.map((text) => {
    const match = /^worse(?::\+(\d+(?:\.\d+)?)%)?$/.exec(text);
    if (match === null)
      throw new InputError(`--fail-on ${text}: with --measured expected worse or worse:+P%, as in worse:+10%`);
    return Number(match[1] ?? 0);
  });
  return percents.length === 0 ? null : Math.min(...percents);
}
