/** Everyone writes fields of its own, of every kind: what coordination costs where none is needed. */

import {
  agentAt,
  field,
  type AgentId,
  type FieldDeclaration,
  type FieldName,
  type View,
  type Workload,
  type WriteDraft,
} from '../src/contract/index.ts';
import { countersAddUp, everyElementOnce, everyLineOnce, scalarsWereWritten } from '../src/document/invariants.ts';
import { editText } from '../src/document/text-draft.ts';
import { draftScripts, type Intent, type TurnPlace } from '../src/random/agent-script.ts';

const kinds = ['scalar', 'grow_set', 'append_text', 'counter', 'text'] as const;
type OwnKind = (typeof kinds)[number];

const turns = 4;

const ownField = (agent: AgentId, kind: OwnKind): FieldName => field(`${agent}-${kind}`);

function declare(agent: AgentId): readonly FieldDeclaration[] {
  return kinds.map((kind) => ({ field: ownField(agent, kind), kind, meaning: `what only ${agent} works on` }));
}

/** One or two of the agent's own fields per turn, read and then written. */
function work(place: TurnPlace): Intent {
  const chosen = place.random.shuffle(kinds).slice(0, 1 + place.random.below(2));
  const amount = 1 + place.random.below(9);
  const share = place.random.next();
  return {
    reads: chosen.map((kind) => ownField(place.agent, kind)),
    write: (view) => chosen.map((kind) => draft(place, kind, view, amount, share)),
  };
}

function draft({ agent, turn }: TurnPlace, kind: OwnKind, view: View, amount: number, share: number): WriteDraft {
  const own = ownField(agent, kind);
  const value = `${agent}, turn ${String(turn + 1)}`;
  switch (kind) {
    case 'scalar':
      return { field: own, kind, value };
    case 'grow_set':
    case 'append_text':
      return { field: own, kind, value: [value] };
    case 'counter':
      return { field: own, kind, value: amount };
    case 'text':
      return editText(view, own, { share, deleted: 0, inserted: `${value}. ` });
  }
}

export const disjoint: Workload = {
  name: 'disjoint',
  summary: 'everyone writes its own fields, of every kind: the price of coordination alone',
  conflict: 'none: agents work at the same time and share no field',
  contended: false,
  agents: { default: 4, min: 2, max: 64 },
  plan: (setting) => ({
    schema: { fields: Array.from({ length: setting.agents }, (_agent, seat) => declare(agentAt(seat))).flat() },
    agents: draftScripts(setting, turns, (place) => [work(place)]),
  }),
  exercised: ({ overlappingTurns, byField }) =>
    overlappingTurns > 0 && [...byField.values()].every((pairs) => pairs === 0),
  invariants: [scalarsWereWritten, everyElementOnce, everyLineOnce, countersAddUp(new Map())],
};
