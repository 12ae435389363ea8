/** Nothing but the network's ordinary latency: the falsifier. */

import type { FaultProfile } from '../../contract/index.ts';

export const none: FaultProfile = {
  name: 'none',
  summary: 'no faults, only the ordinary latency of the network',
  survivable: true,
  draw: () => [],
};
