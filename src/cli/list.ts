/** What there is to choose from. */

import { defaultFaultProfiles, faultProfiles, models, recoveryPolicies } from '../simulator/index.ts';
import { listJson, listText } from '../../reports/index.ts';
import { strategies } from '../../strategies/index.ts';
import { defaultWorkloads, workloads } from '../../workloads/index.ts';
import type { ListCommand } from './arguments.ts';
import { unavailable } from './workers/optional-package.ts';
import { exitCodes, type ExitCode } from './exit-codes.ts';
import type { Terminal } from './terminal.ts';

export function list({ json }: ListCommand, { paint, print }: Terminal): ExitCode {
  const choices = {
    strategies,
    unavailable: new Map(strategies.map((strategy) => [strategy, unavailable(strategy)])),
    workloads,
    defaultWorkloads,
    faults: faultProfiles,
    defaultFaults: defaultFaultProfiles,
    recoveries: recoveryPolicies,
    models,
  };
  print(`${json ? listJson(choices) : listText(choices, paint)}\n`);
  return exitCodes.kept;
}
