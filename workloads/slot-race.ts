/**
 * K agents want one slot at the same instant: all look at it at time zero, think for the same time, and write their names.
 * The agents are K; one agent alone is the falsifier: nothing may be lost, refused or waited for. An agent that is refused
 * looks again and takes the slot from whoever has it by then.
 */

import { agentAt, field, type Micros, type Setting, type Turn, type Workload } from '../src/contract/index.ts';
import { scalarsWereWritten } from '../src/document/invariants.ts';
import { latestWrite } from '../src/document/latest-write.ts';
import { drawThinking } from '../src/random/think-time.ts';

const slot = field('slot');

function takeSlot({ random, model }: Setting, name: string): Turn {
  const thinking = drawThinking(random.stream('think'), model);
  const write = () => [{ field: slot, kind: 'scalar', value: name }] as const;
  return { pauseMicros: 0 as Micros, steps: [{ reads: [slot], ...thinking, write }] };
}

export const slotRace: Workload = {
  name: 'slot-race',
  summary: 'as many agents as there are want one slot at the same instant; with --agents 1 nobody else does',
  conflict: 'all agents write the slot at the same instant',
  contended: true,
  agents: { default: 4, min: 1, max: 64 },
  plan: (setting) => ({
    schema: { fields: [{ field: slot, kind: 'scalar', meaning: 'who has the slot' }] },
    agents: Array.from({ length: setting.agents }, (_agent, seat) => {
      const agent = agentAt(seat);
      return { agent, turns: [takeSlot(setting, agent)] };
    }),
    rightChoice: latestWrite,
  }),
  exercised: ({ byField }) => (byField.get(slot) ?? 0) > 0,
  invariants: [scalarsWereWritten],
};
