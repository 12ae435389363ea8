/** The options of a calibration. */

import type { Command } from 'commander';
import { secondsBetween, wholeNumber } from './numbers.ts';
import { maxWorkers, poolChoice, type PoolChoice, type Surroundings } from './suite-options.ts';

export interface CalibrateCommand extends PoolChoice {
  readonly kind: 'calibrate';
  readonly json: string | null;
  readonly quiet: boolean;
}

interface CalibrateFlags {
  readonly workers: number;
  readonly json?: string;
  readonly trialTimeout: number;
  readonly quiet?: true;
}

export function declareCalibrate(
  program: Command,
  { cores }: Surroundings,
  found: (command: CalibrateCommand) => void,
): void {
  program
    .command('calibrate')
    .description('runs published cases, and says how far our results are from theirs')
    .option('--workers <count>', 'worker threads', wholeNumber(1, maxWorkers), Math.min(cores, maxWorkers))
    .option('--json <file>', 'writes the result there; - for the standard output, without tables')
    .option('--trial-timeout <seconds>', 'gives up a trial that hangs', secondsBetween(0.1, 86_400), 60)
    .option('--quiet', 'no progress on the standard error')
    .action((flags: CalibrateFlags) => {
      const { json = null, quiet } = flags;
      found({ kind: 'calibrate', json, ...poolChoice(flags), quiet: quiet === true });
    });
}
