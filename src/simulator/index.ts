/** Plan, strategy and fault tape in, history out: one synchronous function. */

import type { History } from '../contract/index.ts';
import { guarded } from './guard.ts';
import { Simulation, type SimulationInput } from './simulation.ts';

export { environment } from './environment.ts';
export { EventLoop } from './event-loop.ts';
export { CallTrouble } from './call-trouble.ts';
export { defaultFaultProfiles, faultProfiles } from './faults/index.ts';
export { horizonOf } from './horizon.ts';
export { simulatedJudge } from './model.ts';
export { defaultModel, models } from './models.ts';
export { checkpoint } from './recovery/checkpoint.ts';
export { recoveryPolicies } from './recovery/index.ts';
export type { RecoveryPolicy } from './recovery/policy.ts';
export type { SimulationInput } from './simulation.ts';

/** Runs one trial. The same input gives the same history, and the same digest, everywhere. */
export function simulate(input: SimulationInput): History {
  const simulation = new Simulation(input);
  return guarded({ random: input.streams.stream('guard'), now: () => simulation.now }, () => simulation.run());
}
