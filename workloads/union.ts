/** Many agents add elements to one set. Some add the same ones: that is agreement, not conflict. */

import { field, type Json, type Workload } from '../src/contract/index.ts';
import { latestWrite } from '../src/document/latest-write.ts';
import { everyElementOnce } from '../src/document/invariants.ts';
import { draftScripts, readThenWrite, type TurnPlace } from '../src/random/agent-script.ts';

const sources = field('sources');
const turns = 4;

/** Few enough that agents often add the same one. */
const wellKnown = ['RFC 677', 'Lamport 1978', 'Kung 1981', 'Shapiro 2011', 'Kleppmann 2017', 'Gentle 2024'] as const;

/** One element that only this turn adds, and one or two that others may add as well. */
function found({ agent, turn, random }: TurnPlace): readonly Json[] {
  const shared = random.shuffle(wellKnown).slice(0, 1 + random.below(2));
  return random.shuffle([`source ${String(turn + 1)} found by ${agent}`, ...shared]);
}

export const union: Workload = {
  name: 'union',
  summary: 'many agents add elements to one set, some of them equal',
  conflict: 'agents add to the set at the same time',
  contended: true,
  agents: { default: 4, min: 2, max: 64 },
  plan: (setting) => ({
    schema: { fields: [{ field: sources, kind: 'grow_set', meaning: 'the sources that anyone has found' }] },
    agents: draftScripts(setting, turns, (place) => [
      readThenWrite([{ field: sources, kind: 'grow_set', value: found(place) }]),
    ]),
    rightChoice: latestWrite,
  }),
  exercised: ({ byField }) => (byField.get(sources) ?? 0) > 0,
  invariants: [everyElementOnce],
};
