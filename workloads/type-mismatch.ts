/** Agents disagree about what an undeclared field is: some write a list to it, others a string. */

import { field, type Workload, type WriteDraft } from '../src/contract/index.ts';
import { latestWrite } from '../src/document/latest-write.ts';
import { scalarsWereWritten } from '../src/document/invariants.ts';
import { draftScripts, readThenWrite, type TurnPlace } from '../src/random/agent-script.ts';

const topic = field('topic');

/** The first agent and every second one after it write a list, the others a string. */
function name({ agent, seat }: TurnPlace): WriteDraft {
  return seat % 2 === 0
    ? { field: topic, kind: 'grow_set', value: ['merging', `as seen by ${agent}`] }
    : { field: topic, kind: 'scalar', value: `merging, as seen by ${agent}` };
}

export const typeMismatch: Workload = {
  name: 'type-mismatch',
  summary: 'two agents write a list and a string to one undeclared field',
  conflict: 'agents write values of different kinds to one field at the same time',
  contended: true,
  agents: { default: 2, min: 2, max: 16 },
  plan: (setting) => ({
    schema: { fields: [] },
    agents: draftScripts(setting, 1, (place) => [readThenWrite([name(place)])]),
    rightChoice: latestWrite,
  }),
  exercised: ({ byField }) => (byField.get(topic) ?? 0) > 0,
  invariants: [scalarsWereWritten],
};
