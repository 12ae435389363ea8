/**
 * Agents' machines come back from an older backup of their disks: a snapshot restore, a rolled-back volume. Not the hub:
 * that would lose the only copy. Early times are left out, since there is nothing to roll back yet.
 */

import type { Fault, FaultProfile, RandomStream } from '../../contract/index.ts';
import { drawSlots, logUniform, stepped, timed } from './tape-slot.ts';

const slots = [
  timed('time/1', 0.45, 0.25, 0.75),
  timed('time/2', 0.35, 0.6, 1),
  stepped('step/1', 0.2, ['settle'], ['after']),
];

const rollBack = (random: RandomStream): Fault => ({
  kind: 'restore',
  downMicros: logUniform(random, 5, 60),
  backupsBack: 1 + random.below(3),
});

export const restore: FaultProfile = {
  name: 'restore',
  summary: "agents' machines come back after 5 to 60 s from a backup that is 1 to 3 checkpoints old",
  survivable: true,
  draw: (context) => drawSlots(context, 'restore', context.machines, slots, rollBack),
};
