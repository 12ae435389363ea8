/** The options of trials with real processes. */

import { InvalidArgumentError, Option, type Command } from 'commander';
import {
  defaultModelName,
  defaultRecovery,
  liveTransports,
  type LiveSetup,
  type LiveTransport,
} from '../../contract/index.ts';
import type { Selection } from '../workers/tasks.ts';
import { secondsBetween, wholeNumber } from './numbers.ts';
import { addTableOptions, type TableFlags } from './report-options.ts';
import { collect, maxAgents, modelText, recoveryText, selectionOf, type Surroundings } from './suite-options.ts';

export interface LiveCommand extends TableFlags {
  readonly kind: 'live';
  readonly selection: Selection;
  readonly setup: LiveSetup;
  /** Live trials at a time. */
  readonly parallel: number;
  readonly trialTimeoutSeconds: number;
  /** For all of them together. */
  readonly timeoutSeconds: number;
  readonly json: string | null;
  readonly quiet: boolean;
}

interface LiveFlags extends TableFlags {
  readonly strategy?: string[];
  readonly workload?: string[];
  readonly faults?: string[];
  readonly seeds: number;
  readonly seed: number;
  readonly repeat: number;
  readonly agents?: number;
  readonly recovery: string;
  readonly model: string;
  readonly parallel: number;
  readonly timeScale: number;
  readonly transport: LiveTransport;
  readonly trialTimeout: number;
  readonly timeout: number;
  readonly json?: string;
  readonly quiet?: true;
}

/** A live trial takes seconds, not milliseconds: a few that say much. */
const defaultStrategies = ['lww', 'loro', 'occ', 'mesi-lease'];
const defaultWorkloads = ['notes', 'status-race', 'tally'];
const defaultFaults = ['crash', 'busy', 'restore'];

/** Each has a process for every agent of its trial. */
const maxParallel = 64;
/** Beyond it, one fsync takes longer than an agent thinks. */
const maxTimeScale = 10_000;

export function declareLive(program: Command, { cores }: Surroundings, found: (command: LiveCommand) => void): void {
  const live = program
    .command('live')
    .description('runs trials with real processes, kills, stops and restores them, and compares with the simulator')
    .option('--strategy <names>', `as for run; default: ${defaultStrategies.join(',')}`, collect)
    .option('--workload <names>', `as for run; default: ${defaultWorkloads.join(',')}`, collect)
    .option('--faults <names>', `fault profiles; default: ${defaultFaults.join(',')}`, collect)
    .option('--seeds <count>', 'how many seeds', wholeNumber(1, Number.MAX_SAFE_INTEGER), 2)
    .option('--seed <first>', 'the first seed', wholeNumber(0, Number.MAX_SAFE_INTEGER), 1)
    .option('--repeat <count>', 'runs each seed live so many times', wholeNumber(1, 10_000), 1)
    .option('--agents <count>', "how many agents; default: each workload's own number", wholeNumber(1, maxAgents))
    .option('--recovery <name>', recoveryText, defaultRecovery)
    .option('--model <name>', modelText, defaultModelName)
    .option(
      '--parallel <count>',
      'live trials at a time; a busy machine makes processes slower than they are',
      wholeNumber(1, maxParallel),
      Math.max(1, Math.floor(cores / 2)),
    )
    .option('--time-scale <factor>', 'so many virtual seconds pass in a real one', timeScale, 100)
    .addOption(
      new Option('--transport <kind>', 'what replicas talk over').choices(liveTransports).default(liveTransports[0]),
    )
    .option('--trial-timeout <seconds>', 'gives up a trial that takes longer', secondsBetween(1, 86_400), 120)
    .option('--timeout <seconds>', 'stops the whole run after that time', secondsBetween(1, 604_800), 3_600)
    .option('--json <file>', 'writes the result there; - for the standard output, without tables')
    .option('--quiet', 'no progress on the standard error');
  addTableOptions(live).action((flags: LiveFlags) => {
    found(liveCommand(flags));
  });
}

function liveCommand(flags: LiveFlags): LiveCommand {
  const { strategy = defaultStrategies, workload = defaultWorkloads, faults = defaultFaults } = flags;
  const { parallel, timeScale, transport, repeat, trialTimeout, timeout, json, quiet, by } = flags;
  return {
    kind: 'live',
    selection: selectionOf({ ...flags, strategy, workload, faults }),
    setup: { timeScale, transport, repetitions: repeat },
    parallel,
    trialTimeoutSeconds: trialTimeout,
    timeoutSeconds: timeout,
    by,
    json: json ?? null,
    quiet: quiet === true,
  };
}

function timeScale(text: string): number {
  const value = /^\d+(\.\d+)?$/.test(text) ? Number(text) : NaN;
  if (value > 0 && value <= maxTimeScale) return value;
  throw new InvalidArgumentError(`Expected a factor, more than 0 and at most ${String(maxTimeScale)}.`);
}
