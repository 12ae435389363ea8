/**
 * Agents need x and y in opposite order: one writes x, thinks, and writes y, the other y, thinks, and x. Whoever locks what
 * it has written waits in a circle.
 */

import { field, type FieldName, type Workload } from '../src/contract/index.ts';
import { scalarsWereWritten } from '../src/document/invariants.ts';
import { latestWrite } from '../src/document/latest-write.ts';
import { draftScripts, readThenWrite, type TurnPlace } from '../src/random/agent-script.ts';

const x = field('x');
const y = field('y');
const turns = 3;

function orderOf(seat: number): readonly FieldName[] {
  return seat % 2 === 0 ? [x, y] : [y, x];
}

function update({ agent, turn }: TurnPlace, name: FieldName) {
  return readThenWrite([{ field: name, kind: 'scalar', value: `${agent}, turn ${String(turn + 1)}` }]);
}

export const oppositeOrder: Workload = {
  name: 'opposite-order',
  summary: 'two agents update x and y, one after the other: one begins with x, the other with y',
  conflict: 'each agent has written what the other one needs next',
  contended: true,
  agents: { default: 2, min: 2, max: 16 },
  plan: (setting) => ({
    schema: {
      fields: [
        { field: x, kind: 'scalar', meaning: 'one half of what both agents update' },
        { field: y, kind: 'scalar', meaning: 'the other half' },
      ],
    },
    agents: draftScripts(setting, turns, (place) => orderOf(place.seat).map((name) => update(place, name))),
    rightChoice: latestWrite,
  }),
  exercised: ({ byField }) => [x, y].every((name) => (byField.get(name) ?? 0) > 0),
  invariants: [scalarsWereWritten],
};
