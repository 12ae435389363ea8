/** Many agents set one scalar again and again, about half of the time without looking at it. */

import { field, type Json, type Workload } from '../src/contract/index.ts';
import { latestWrite } from '../src/document/latest-write.ts';
import { scalarsWereWritten } from '../src/document/invariants.ts';
import { draftScripts, type Intent, type TurnPlace } from '../src/random/agent-script.ts';

const status = field('status');
const turns = 4;
const blindShare = 0.5;
const words = ['planned', 'running', 'blocked', 'in review', 'done'] as const;

/** Names its place in the plan, so that no two writes agree by accident. */
function report({ agent, turn, random }: TurnPlace): Json {
  return `${random.pick(words)}: ${agent}, turn ${String(turn + 1)}`;
}

function setStatus(place: TurnPlace): Intent {
  const value = report(place);
  const reads = place.random.chance(blindShare) ? [] : [status];
  return { reads, write: () => [{ field: status, kind: 'scalar', value }] };
}

export const statusRace: Workload = {
  name: 'status-race',
  summary: 'many agents set one scalar again and again, half of the time without reading it',
  conflict: 'agents set the status at the same time, to different values',
  contended: true,
  agents: { default: 4, min: 2, max: 64 },
  plan: (setting) => ({
    schema: {
      fields: [{ field: status, kind: 'scalar', meaning: 'what the team is doing; the latest report counts' }],
    },
    agents: draftScripts(setting, turns, (place) => [setStatus(place)]),
    rightChoice: latestWrite,
  }),
  exercised: ({ byField }) => (byField.get(status) ?? 0) > 0,
  invariants: [scalarsWereWritten],
};
