/**
 * The model has a bad day, and the machines don't. Rates are the upper ends of what gateways report (2024 to 2026): 2 % time
 * out, 0.3 % are server errors, 4 % are malformed, 3 % are refused in bursts. How many answers are invented, picked wrongly or
 * slow isn't published: those shares are ours.
 */

import { seconds, type FaultProfile } from '../../contract/index.ts';

export const model: FaultProfile = {
  name: 'model',
  summary: 'calls of the model time out, are refused in bursts, answer nonsense, pick wrongly, or take long',
  survivable: true,
  draw: () => [],
  calls: {
    timeout: 0.02,
    serverError: 0.003,
    malformed: 0.02,
    cut: 0.02,
    invented: 0.02,
    wrong: 0.02,
    slow: 0.02,
    // Bursts last 14.4 s on average.
    burstEveryMicros: seconds(480),
  },
};
