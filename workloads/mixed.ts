/** The dial between merging and conflict: with probability `conflictRatio` a write sets a shared scalar, else it merges. */

import {
  field,
  type FieldDeclaration,
  type FieldName,
  type KnobValues,
  type Knobs,
  type RandomStream,
  type View,
  type Workload,
  type WriteDraft,
} from '../src/contract/index.ts';
import { latestWrite } from '../src/document/latest-write.ts';
import { countersAddUp, everyElementOnce, everyLineOnce, scalarsWereWritten } from '../src/document/invariants.ts';
import { editText } from '../src/document/text-draft.ts';
import { draftScripts, type Intent, type TurnPlace } from '../src/random/agent-script.ts';

const knobs: Knobs = {
  conflictRatio: {
    kind: 'number',
    summary: 'share of writes that set a shared scalar',
    default: 0.3,
    min: 0,
    max: 1,
    whole: false,
  },
  turns: { kind: 'number', summary: 'turns per agent', default: 4, min: 1, max: 1000, whole: true },
  fields: { kind: 'number', summary: 'shared fields of each kind', default: 4, min: 1, max: 1000, whole: true },
};

const mergingKinds = ['grow_set', 'append_text', 'counter', 'text'] as const;
const kinds = ['scalar', ...mergingKinds] as const;
type SharedKind = (typeof kinds)[number];

/** A write whose value may still depend on the view. */
interface Planned {
  readonly kind: SharedKind;
  readonly field: FieldName;
  readonly text: string;
  readonly amount: number;
  readonly share: number;
}

/** All plans share the names: the engine looks up a text that it has seen before faster than one that is equal to it. */
type FieldsByKind = ReadonlyMap<SharedKind, readonly FieldName[]>;

function nameFields(count: number): FieldsByKind {
  const ofKind = (kind: SharedKind): readonly FieldName[] =>
    Array.from({ length: count }, (_field, rank) => field(`${kind}-${String(rank + 1)}`));
  return new Map(kinds.map((kind) => [kind, ofKind(kind)]));
}

function declare(names: FieldsByKind): readonly FieldDeclaration[] {
  return Array.from(names).flatMap(([kind, ofKind]) =>
    ofKind.map((name) => ({ field: name, kind, meaning: `shared ${kind}` })),
  );
}

/** Zipf's law with exponent 1: the second field is chosen half as often as the first, the third a third as often. */
function zipfWeights(count: number): readonly number[] {
  return Array.from({ length: count }, (_field, rank) => 1 / (rank + 1));
}

function drawRank(random: RandomStream, weights: readonly number[]): number {
  let left = random.next() * weights.reduce((sum, weight) => sum + weight, 0);
  const rank = weights.findIndex((weight) => (left -= weight) < 0);
  return rank === -1 ? weights.length - 1 : rank;
}

interface Dial {
  readonly conflictRatio: number;
  readonly names: FieldsByKind;
  readonly weights: readonly number[];
}

function planWrite(
  { agent, turn, random }: TurnPlace,
  index: number,
  { conflictRatio, names, weights }: Dial,
): Planned {
  const merging = random.pick(mergingKinds);
  const kind = random.next() < conflictRatio ? 'scalar' : merging;
  const text = `${agent}, turn ${String(turn + 1)}, write ${String(index + 1)}`;
  return {
    kind,
    field: names.get(kind)?.[drawRank(random, weights)] as FieldName,
    text,
    amount: 1 + random.below(9),
    share: random.next(),
  };
}

function draft({ kind, field: name, text, amount, share }: Planned, view: View): WriteDraft {
  switch (kind) {
    case 'scalar':
      return { field: name, kind, value: text };
    case 'grow_set':
    case 'append_text':
      return { field: name, kind, value: [text] };
    case 'counter':
      return { field: name, kind, value: amount };
    case 'text':
      return editText(view, name, { share, deleted: 0, inserted: `${text}. ` });
  }
}

/** One or two writes to different fields. */
function work(place: TurnPlace, dial: Dial): Intent {
  const first = planWrite(place, 0, dial);
  const second = planWrite(place, 1, dial);
  const planned = place.random.chance(0.5) && second.field !== first.field ? [first, second] : [first];
  return { reads: planned.map((write) => write.field), write: (view) => planned.map((write) => draft(write, view)) };
}

function mixedWith(conflictRatio: number, turns: number, fields: number): Workload {
  const names = nameFields(fields);
  const schema = { fields: declare(names) };
  const dial = { conflictRatio, names, weights: zipfWeights(fields) };
  return {
    name: 'mixed',
    summary: 'writes to shared fields of every kind; the knob conflictRatio says how many set a scalar',
    conflict: 'agents write the same field at the same time',
    contended: true,
    agents: { default: 4, min: 2, max: 64 },
    knobs,
    configure: (values: KnobValues) =>
      mixedWith(Number(values['conflictRatio']), Number(values['turns']), Number(values['fields'])),
    plan: (setting) => ({
      schema,
      agents: draftScripts(setting, turns, (place) => [work(place, dial)]),
      rightChoice: latestWrite,
    }),
    exercised: ({ byField }) => [...byField.values()].some((pairs) => pairs > 0),
    invariants: [scalarsWereWritten, everyElementOnce, everyLineOnce, countersAddUp(new Map())],
  };
}

export const mixed: Workload = mixedWith(0.3, 4, 4);
