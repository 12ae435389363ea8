/** The options of whatever runs many trials, and what they select. */

import type { Command } from 'commander';
import { defaultModelName, defaultRecovery } from '../../contract/index.ts';
import { InputError } from '../input-error.ts';
import { secondsBetween, wholeNumber } from './numbers.ts';
import { splitNames } from './selector.ts';
import type { Selection } from '../workers/tasks.ts';

export interface PoolChoice {
  readonly workers: number;
  readonly trialTimeoutSeconds: number;
}

export interface Surroundings {
  readonly version: string;
  readonly cores: number;
  readonly print: (text: string) => void;
}

export interface SuiteFlags {
  readonly strategy?: string[];
  readonly workload?: string[];
  readonly faults?: string[];
  readonly seeds: number;
  readonly seed: number;
  readonly agents?: number;
  readonly recovery: string;
  readonly model: string;
  readonly workers: number;
  readonly json?: string;
  readonly trace?: string;
  readonly trialTimeout: number;
  readonly quiet?: true;
}

export const recoveryText = 'what agents repeat after a crash';
export const modelText = 'what agents and judges think with, name or name:knob=value';
export const maxWorkers = 64;
export const maxAgents = 10_000;

/** What a run of many trials is told. */
export function suiteOptions(command: Command, faults: string, { cores }: Surroundings): Command {
  return command
    .option(
      '--strategy <names>',
      'name, name:knob=value or ./file.js, several with commas, or all; default: all',
      collect,
    )
    .option('--workload <names>', 'the same for workloads; default: the default suite, see list', collect)
    .option('--faults <names>', `fault profiles; default: ${faults}`, collect)
    .option('--seeds <count>', 'how many seeds', wholeNumber(1, Number.MAX_SAFE_INTEGER), 20)
    .option('--seed <first>', 'the first seed', wholeNumber(0, Number.MAX_SAFE_INTEGER), 1)
    .option('--agents <count>', "how many agents; default: each workload's own number", wholeNumber(1, maxAgents))
    .option('--recovery <name>', recoveryText, defaultRecovery)
    .option('--model <name>', modelText, defaultModelName)
    .option('--workers <count>', 'worker threads', wholeNumber(1, maxWorkers), Math.min(cores, maxWorkers))
    .option(
      '--json <file>',
      'writes the result there, gzipped if it ends with .gz; - for the standard output, without tables',
    )
    .option('--trace <file>', 'a recorded session, for the workload editing-trace')
    .option('--trial-timeout <seconds>', 'gives up a trial that hangs', secondsBetween(0.1, 86_400), 60)
    .option('--quiet', 'no progress on the standard error');
}

export function collect(list: string, earlier: string[] | undefined): string[] {
  return [...(earlier ?? []), list];
}

export function namesOf(option: string, lists: string[] | undefined): readonly string[] | null {
  return lists === undefined ? null : splitNames(option, lists);
}

export function poolChoice({ workers, trialTimeout }: Pick<SuiteFlags, 'workers' | 'trialTimeout'>): PoolChoice {
  return { workers, trialTimeoutSeconds: trialTimeout };
}

/** What names trials, whatever runs them. */
export type SelectionFlags = Pick<
  SuiteFlags,
  'strategy' | 'workload' | 'faults' | 'seeds' | 'seed' | 'agents' | 'recovery' | 'model' | 'trace'
>;

export function selectionOf(flags: SelectionFlags): Selection {
  const { seeds: count, seed: first, agents, recovery, model, trace } = flags;
  if (!Number.isSafeInteger(first + count)) {
    throw new InputError(`--seed ${String(first)} with --seeds ${String(count)}: the last seed is too large`);
  }
  return {
    strategies: namesOf('--strategy', flags.strategy),
    workloads: namesOf('--workload', flags.workload),
    faults: namesOf('--faults', flags.faults),
    seeds: { first, count },
    agents: agents ?? null,
    recovery,
    model,
    trace: trace ?? null,
  };
}
