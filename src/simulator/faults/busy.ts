/**
 * Machines handle nothing for a while, then go on believing what they believed: a long collection of garbage, a blocked
 * event loop, SIGSTOP. Stalls lie below, around and above the usual times of leases and heartbeats (120 s, 300 s).
 */

import type { Fault, FaultProfile, Micros, RandomStream } from '../../contract/index.ts';
import { anyMoment, anyStep, drawSlots, logUniform, stepped, timed } from './tape-slot.ts';

const agentSlots = [timed('time/1', 0.7, 0, 1), timed('time/2', 0.2, 0, 1), stepped('step/1', 0.4, anyStep, anyMoment)];
const hubSlots = [timed('time/1', 1, 0, 1), stepped('step/1', 1, anyStep, anyMoment)];

const stall = (random: RandomStream): Fault => ({ kind: 'busy', stallMicros: drawStall(random) });

function drawStall(random: RandomStream): Micros {
  const length = random.next();
  if (length < 0.7) return logUniform(random, 0.5, 10);
  if (length < 0.9) return logUniform(random, 30, 100);
  return logUniform(random, 150, 400);
}

export const busy: FaultProfile = {
  name: 'busy',
  summary: 'machines stall for 0.5 to 400 s and go on as if nothing had happened; the hub too',
  survivable: true,
  draw: (context) => [
    ...drawSlots(context, 'busy', context.machines, agentSlots, stall),
    ...drawSlots(context, 'busy', [context.hub], hubSlots, stall),
  ],
};
