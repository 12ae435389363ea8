/** Machines stop at an instant and restart from their disks: OOM kill, segfault, `kill -9`, power loss. */

import type { Fault, FaultProfile, RandomStream } from '../../contract/index.ts';
import { anyMoment, anyStep, drawSlots, logUniform, stepped, timed } from './tape-slot.ts';

const agentSlots = [timed('time/1', 0.7, 0, 1), timed('time/2', 0.2, 0, 1), stepped('step/1', 0.4, anyStep, anyMoment)];
const hubSlots = [timed('time/1', 1, 0, 1), stepped('step/1', 1, anyStep, anyMoment)];

const fall = (random: RandomStream): Fault => ({ kind: 'crash', downMicros: logUniform(random, 5, 60) });

export const crash: FaultProfile = {
  name: 'crash',
  summary: 'machines lose their memory and restart from disk after 5 to 60 s; the hub too',
  survivable: true,
  draw: (context) => [
    ...drawSlots(context, 'crash', context.machines, agentSlots, fall),
    ...drawSlots(context, 'crash', [context.hub], hubSlots, fall),
  ],
};
