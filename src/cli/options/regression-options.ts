/** The options by which a run is compared with what was before. */

import type { Command } from 'commander';
import type { Rule } from '../../comparison/index.ts';
import type { Shard } from '../../contract/index.ts';
import { InputError } from '../input-error.ts';
import { addRuleOption, rulesOf, type RuleFlags } from './rule-options.ts';

export interface RegressionChoice {
  /** A result or a baseline file; null: nothing is compared. */
  readonly baseline: string | null;
  readonly rules: readonly Rule[];
  readonly writeBaseline: string | null;
}

export interface RegressionFlags extends RuleFlags {
  readonly baseline?: string;
  readonly writeBaseline?: string;
}

export function addRegressionOptions(command: Command): Command {
  command.option('--baseline <file>', 'compares the run with that result or baseline file, and fails by rules');
  return addRuleOption(command).option(
    '--write-baseline <file>',
    'keeps what later runs are compared with, to be committed',
  );
}

/** Null: the run stands for itself. */
export function regressionChoice(flags: RegressionFlags, shard: Shard | null): RegressionChoice | null {
  const { baseline = null, writeBaseline: file = null, failOn } = flags;
  if (baseline === null && failOn !== undefined)
    throw new InputError('--fail-on needs to know what was before: --baseline FILE');
  if (baseline === null && file === null) return null;
  if (shard !== null) throw new InputError('a shard is only a part of a run: compare what merge has put together');
  return { baseline, rules: rulesOf(flags), writeBaseline: file };
}
