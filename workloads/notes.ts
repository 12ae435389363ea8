/** Many agents append to one log while their research goes on. Half of the turns take two steps: a finding, then what follows. */

import { field, type Workload } from '../src/contract/index.ts';
import { latestWrite } from '../src/document/latest-write.ts';
import { everyLineOnce } from '../src/document/invariants.ts';
import { draftScripts, readThenWrite, type Intent, type TurnPlace } from '../src/random/agent-script.ts';

const log = field('notes');
const turns = 3;

/** One step of a turn appends one or two lines. Every line names its place in the plan, so no two are equal. */
function append({ agent, turn, random }: TurnPlace, heading: string): Intent {
  const lines = Array.from(
    { length: 1 + random.below(2) },
    (_line, index) => `${agent}, turn ${String(turn + 1)}, ${heading} ${String(index + 1)}`,
  );
  return readThenWrite([{ field: log, kind: 'append_text', value: lines }]);
}

export const notes: Workload = {
  name: 'notes',
  summary: 'many agents append lines to one log, in turns of one or two steps',
  conflict: 'agents append to the log at the same time',
  contended: true,
  agents: { default: 4, min: 2, max: 64 },
  plan: (setting) => ({
    schema: { fields: [{ field: log, kind: 'append_text', meaning: 'what anyone has found out, line by line' }] },
    agents: draftScripts(setting, turns, (place) =>
      place.random.chance(0.5) ? [append(place, 'finding'), append(place, 'conclusion')] : [append(place, 'finding')],
    ),
    rightChoice: latestWrite,
  }),
  exercised: ({ byField }) => (byField.get(log) ?? 0) > 0,
  invariants: [everyLineOnce],
};
