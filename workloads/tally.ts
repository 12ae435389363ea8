/**
 * Many agents add to one counter. Two agents make the textbook case of a lost update: 100, +10, +5. More agents add
 * powers of two, so that the final value tells which amounts are missing.
 */

import { field, type Workload } from '../src/contract/index.ts';
import { latestWrite } from '../src/document/latest-write.ts';
import { countersAddUp } from '../src/document/invariants.ts';
import { draftScripts, readThenWrite } from '../src/random/agent-script.ts';

const total = field('total');
const start = 100;
const textbook = [10, 5] as const;
const turns = 3;

/** 16 agents with 3 turns each add up to less than 2^48: sums stay exact. */
const maxAgents = 16;

const amountOf = (seat: number, turn: number): number => 2 ** (seat * turns + turn);

export const tally: Workload = {
  name: 'tally',
  summary: 'many agents read a counter and add to it; with --agents 2 exactly 100, +10, +5',
  conflict: 'agents add to the counter at the same time',
  contended: true,
  agents: { default: 4, min: 2, max: maxAgents },
  plan: (setting) => {
    const two = setting.agents === 2;
    return {
      schema: { fields: [{ field: total, kind: 'counter', initial: start, meaning: 'what has been counted so far' }] },
      agents: draftScripts(setting, two ? 1 : turns, ({ seat, turn }) => [
        readThenWrite([{ field: total, kind: 'counter', value: two ? (textbook[seat] ?? 0) : amountOf(seat, turn) }]),
      ]),
      rightChoice: latestWrite,
    };
  },
  exercised: ({ byField }) => (byField.get(total) ?? 0) > 0,
  invariants: [countersAddUp(new Map([[total, start]]))],
};
