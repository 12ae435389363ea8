/** The command line, and nothing else: words in, a command with checked values out. */

import { Command, CommanderError } from 'commander';
import {
  defaultModelName,
  defaultRecovery,
  walkedFaults,
  type Shard,
  type WalkBounds,
  type WalkedFaults,
} from '../contract/index.ts';
import type { OutputChoice } from './conclude.ts';
import { withAnomalyWorkloads } from './options/anomalies-options.ts';
import { declareCalibrate, type CalibrateCommand } from './options/calibrate-options.ts';
import { declareCompare, type CompareCommand, type CompareMeasuredCommand } from './options/compare-options.ts';
import { InputError } from './input-error.ts';
import { addJudgeOptions, judgeChoice, type JudgeChoice, type JudgeFlags } from './options/judge-options.ts';
import { declareLive, type LiveCommand } from './options/live-options.ts';
import { declareMerge, type MergeCommand } from './options/merge-options.ts';
import { unknownName } from './options/nearest.ts';
import { secondsBetween, wholeNumber } from './options/numbers.ts';
import { addTableOptions, declareReport, type ReportCommand, type TableFlags } from './options/report-options.ts';
import {
  addRegressionOptions,
  regressionChoice,
  type RegressionChoice,
  type RegressionFlags,
} from './options/regression-options.ts';
import { addReportOptions, reportChoices, type ReportFlags } from './report-files.ts';
import {
  addStoreOptions,
  shardChoice,
  storeChoice,
  type StoreChoice,
  type StoreFlags,
} from './options/store-options.ts';
import {
  collect,
  maxAgents,
  maxWorkers,
  modelText,
  namesOf,
  poolChoice,
  recoveryText,
  selectionOf,
  suiteOptions,
  type PoolChoice,
  type SuiteFlags,
  type Surroundings,
} from './options/suite-options.ts';
import { declareSweep, type SweepCommand } from './options/sweep-options.ts';
import { everyName, type Selection, type WalkSelection } from './workers/tasks.ts';

export interface RunCommand extends PoolChoice, OutputChoice {
  readonly kind: 'run';
  readonly selection: Selection;
  /** Null: the simulated one. */
  readonly judge: JudgeChoice | null;
  /** Null: the run isn't kept while it goes on. */
  readonly store: StoreChoice | null;
  readonly shard: Shard | null;
  readonly regression: RegressionChoice | null;
  readonly quiet: boolean;
}

export interface ReplayCommand extends PoolChoice {
  readonly kind: 'replay';
  readonly selection: Selection;
  readonly judge: JudgeChoice | null;
}

export interface ExploreCommand {
  readonly kind: 'explore';
  readonly selection: WalkSelection;
  readonly faults: readonly WalkedFaults[];
  readonly bounds: WalkBounds;
  readonly workers: number;
  readonly quiet: boolean;
}

export interface ListCommand {
  readonly kind: 'list';
  readonly json: boolean;
}

/** `shown`: help or the version was asked for and printed. */
export type CliCommand =
  | RunCommand
  | SweepCommand
  | CalibrateCommand
  | LiveCommand
  | MergeCommand
  | ReportCommand
  | CompareCommand
  | CompareMeasuredCommand
  | ReplayCommand
  | ExploreCommand
  | ListCommand
  | { readonly kind: 'shown' };

interface RunFlags extends SuiteFlags, TableFlags, JudgeFlags, ReportFlags, StoreFlags, RegressionFlags {}

interface ReplayFlags extends JudgeFlags {
  readonly strategy: string;
  readonly workload: string;
  readonly faults: string;
  readonly seed: number;
  readonly agents?: number;
  readonly recovery: string;
  readonly model: string;
  readonly trace?: string;
  readonly trialTimeout: number;
}

interface ExploreFlags {
  readonly strategy?: string[];
  readonly scenario?: string[];
  readonly faults?: string[];
  readonly timers: number;
  readonly rounds: number;
  readonly maxStates: number;
  readonly workers: number;
  readonly quiet?: true;
}

/** A hundred bytes each. */
const maxStates = 20_000_000;
const commandNames = [
  'run',
  'anomalies',
  'merge',
  'report',
  'compare',
  'sweep',
  'calibrate',
  'live',
  'list',
  'replay',
  'explore',
];

/** Throws {@link InputError} for whatever is wrong with the words. */
export function parseArguments(words: readonly string[], around: Surroundings): CliCommand {
  let command: CliCommand = { kind: 'shown' };
  const program = declareCommands(around, (parsed) => {
    command = parsed;
  });
  try {
    program.parse(words, { from: 'user' });
    return command;
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return { kind: 'shown' };
    throw new InputError(error.message.replace(/^error: /, ''));
  }
}

function declareCommands(around: Surroundings, found: (command: CliCommand) => void): Command {
  const program = new Command('lostwrites')
    .description(
      'Which merge strategy loses whose writes when agents write at once and machines crash, stall and come back?',
    )
    .version(around.version)
    .helpCommand(false)
    .configureOutput({ writeOut: around.print, writeErr: () => undefined })
    .exitOverride();
  const run = declareRun(program, around, found);
  declareAnomalies(program, around, found);
  declareSweep(program, around, found);
  declareCalibrate(program, around, found);
  declareLive(program, around, found);
  declareMerge(program, found);
  declareReport(program, found);
  declareCompare(program, found);
  declareReplay(program, found);
  declareExplore(program, around, found);
  program
    .command('list')
    .description('strategies with their promises, workloads, fault profiles and models')
    .option('--json', 'for programs')
    .action((flags: { readonly json?: true }) => {
      found({ kind: 'list', json: flags.json === true });
    });
  program.addHelpText('after', () => `\n${run.helpInformation()}`);
  return program;
}

function declareRun(program: Command, around: Surroundings, found: (command: CliCommand) => void): Command {
  const run = program.command('run', { isDefault: true });
  run.description('runs all combinations and prints the tables (default)');
  suiteOptions(run, 'those of the default suite, see list', around);
  return addJudgeOptions(addRegressionOptions(addReportOptions(addStoreOptions(addTableOptions(run)))))
    .allowExcessArguments(true)
    .action((flags: RunFlags, command: Command) => {
      refuseExcess(command.args);
      found(runCommand(flags));
    });
}

function declareAnomalies(program: Command, around: Surroundings, found: (command: CliCommand) => void): void {
  const anomalies = program.command('anomalies');
  anomalies.description('runs what can show anomalies, and prints which strategy shows which');
  suiteOptions(anomalies, 'those of the default suite, see list', around);
  addJudgeOptions(addReportOptions(addStoreOptions(anomalies))).action((flags: RunFlags) => {
    const command = runCommand({ ...flags, by: 'anomaly' });
    found({ ...command, selection: withAnomalyWorkloads(command.selection) });
  });
}

function declareReplay(program: Command, found: (command: CliCommand) => void): void {
  const replay = program
    .command('replay')
    .description('one trial again, told event by event')
    .requiredOption('--strategy <name>', 'as for run, but one')
    .requiredOption('--workload <name>', 'as for run, but one')
    .option('--faults <name>', 'the fault profile', 'none')
    .requiredOption('--seed <seed>', 'the seed', wholeNumber(0, Number.MAX_SAFE_INTEGER))
    .option('--agents <count>', "how many agents; default: the workload's own number", wholeNumber(1, maxAgents))
    .option('--recovery <name>', recoveryText, defaultRecovery)
    .option('--model <name>', modelText, defaultModelName)
    .option('--trace <file>', 'a recorded session, for the workload editing-trace')
    .option('--trial-timeout <seconds>', 'gives up a trial that hangs', secondsBetween(0.1, 86_400), 60)
    .action((flags: ReplayFlags) => {
      found(replayCommand(flags));
    });
  addJudgeOptions(replay);
}

function declareExplore(program: Command, { cores }: Surroundings, found: (command: CliCommand) => void): void {
  program
    .command('explore')
    .description('walks every interleaving of a small scenario, and says what is wrong and how to get there')
    .option('--strategy <names>', 'as for run; default: those that wait for other machines', collect)
    .option('--scenario <names>', 'small scenarios of two agents; default: same-field', collect)
    .option('--faults <names>', `of ${walkedFaults.join(', ')}; default: all`, collect)
    .option('--timers <count>', 'so many timers may fire before the end', wholeNumber(0, 1_000), 1)
    .option('--rounds <count>', 'so many rounds of anti-entropy may come before the end', wholeNumber(0, 1_000), 0)
    .option('--max-states <count>', 'stops a walk after so many states', wholeNumber(1, maxStates), 100_000)
    .option('--workers <count>', 'worker threads', wholeNumber(1, maxWorkers), Math.min(cores, maxWorkers))
    .option('--quiet', 'no progress on the standard error')
    .action((flags: ExploreFlags) => {
      found(exploreCommand(flags));
    });
}

function refuseExcess(words: readonly string[]): void {
  const first = words[0];
  if (first !== undefined) throw unknownName('command', first, commandNames);
}

function exploreCommand({
  strategy,
  scenario,
  faults,
  timers,
  rounds,
  maxStates,
  workers,
  quiet,
}: ExploreFlags): ExploreCommand {
  return {
    kind: 'explore',
    selection: { strategies: namesOf('--strategy', strategy), scenarios: namesOf('--scenario', scenario) },
    faults: namesOf('--faults', faults)?.map(walkedFault) ?? walkedFaults,
    bounds: { timers, rounds, states: maxStates },
    workers,
    quiet: quiet === true,
  };
}

function walkedFault(name: string): WalkedFaults {
  const found = walkedFaults.find((known) => known === name);
  if (found === undefined) throw unknownName('faults of a walk', name, walkedFaults);
  return found;
}

function runCommand(flags: RunFlags): RunCommand {
  return {
    kind: 'run',
    selection: selectionOf(flags),
    judge: judgeChoice(flags),
    by: flags.by,
    json: flags.json ?? null,
    outputs: reportChoices(flags),
    store: storeChoice(flags),
    shard: shardChoice(flags),
    regression: regressionChoice(flags, shardChoice(flags)),
    ...poolChoice(flags),
    quiet: flags.quiet === true,
  };
}

function replayCommand(flags: ReplayFlags): ReplayCommand {
  const { strategy, workload, faults, seed, agents, recovery, model, trace, trialTimeout } = flags;
  for (const [option, name] of Object.entries({ strategy, workload, faults })) {
    if (name === everyName)
      throw new InputError(`--${option} ${everyName}: replay tells one trial, so it takes one name`);
  }
  return {
    kind: 'replay',
    selection: {
      strategies: [strategy],
      workloads: [workload],
      faults: [faults],
      seeds: { first: seed, count: 1 },
      agents: agents ?? null,
      recovery,
      model,
      trace: trace ?? null,
    },
    judge: judgeChoice(flags),
    workers: 1,
    trialTimeoutSeconds: trialTimeout,
  };
}
