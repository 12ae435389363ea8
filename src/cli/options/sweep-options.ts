/** The options of a sweep. */

import type { Command } from 'commander';
import { sweepMetrics, type SweepMetric } from '../../contract/index.ts';
import { shownMetrics } from '../../../reports/index.ts';
import { parseDial, type DialChoice } from './dial.ts';
import { unknownName } from './nearest.ts';
import { reportChoices, type ReportChoice, type ReportFlags } from '../report-files.ts';
import { splitNames } from './selector.ts';
import {
  collect,
  poolChoice,
  selectionOf,
  suiteOptions,
  type PoolChoice,
  type SuiteFlags,
  type Surroundings,
} from './suite-options.ts';
import { everyName, type Selection } from '../workers/tasks.ts';

export interface SweepCommand extends PoolChoice {
  readonly kind: 'sweep';
  readonly selection: Selection;
  readonly dial: DialChoice;
  /** What the terminal shows; null: what it shows by default. */
  readonly metrics: readonly SweepMetric[] | null;
  readonly json: string | null;
  /** The page, if one is wanted. */
  readonly outputs: readonly ReportChoice[];
  readonly quiet: boolean;
}

interface SweepFlags extends SuiteFlags, Pick<ReportFlags, 'html'> {
  readonly dial: string;
  readonly metric?: string[];
}

export function declareSweep(program: Command, around: Surroundings, found: (command: SweepCommand) => void): void {
  const sweep = program.command('sweep');
  sweep.description('runs all combinations at each point of a dial, and says where strategies change places');
  suiteOptions(sweep, 'none', around)
    .requiredOption(
      '--dial <knob=values>',
      'a number of a workload, a strategy or a model: conflictRatio=0:1:0.1, both ends included, or occ.maxRetries=0|1|3',
    )
    .option('--metric <names>', `what to show, or all; default: ${shownMetrics.join(',')}`, collect)
    .option('--html <file>', 'one page to look at, with the curves along the dial')
    .action((flags: SweepFlags) => {
      found(sweepCommand(flags));
    });
}

function sweepCommand(flags: SweepFlags): SweepCommand {
  return {
    kind: 'sweep',
    selection: selectionOf({ ...flags, faults: flags.faults ?? ['none'] }),
    dial: parseDial(flags.dial),
    metrics: flags.metric === undefined ? null : metricsNamed(splitNames('--metric', flags.metric)),
    json: flags.json ?? null,
    outputs: reportChoices(flags),
    ...poolChoice(flags),
    quiet: flags.quiet === true,
  };
}

function metricsNamed(names: readonly string[]): readonly SweepMetric[] {
  if (names.includes(everyName)) return sweepMetrics;
  return names.map((name) => {
    const found = sweepMetrics.find((metric) => metric === name);
    if (found === undefined) throw unknownName('metric', name, sweepMetrics);
    return found;
  });
}
