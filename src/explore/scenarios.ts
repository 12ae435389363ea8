/** The small worlds: two agents with one turn each. Whatever is larger has too many interleavings to walk them all. */

import {
  agentAt,
  field,
  seconds,
  type FieldName,
  type Micros,
  type Plan,
  type Step,
  type View,
} from '../contract/index.ts';

export interface Scenario {
  readonly name: string;
  readonly summary: string;
  readonly plan: Plan;
}

const x = field('x');
const y = field('y');

/** Everything that may take time is a choice of the walk: how long it takes says nothing. */
const thinkMicros = seconds(1);

function step(reads: readonly FieldName[], write: Step['write']): Step {
  return { reads, thinkMicros, write };
}

function planOf(fields: Plan['schema']['fields'], ...scripts: readonly (readonly Step[])[]): Plan {
  return {
    schema: { fields },
    agents: scripts.map((steps, index) => ({
      agent: agentAt(index),
      turns: [{ pauseMicros: 0 as Micros, steps }],
    })),
  };
}

function scalar(name: FieldName): Plan['schema']['fields'][number] {
  return { field: name, kind: 'scalar', initial: 0, meaning: 'a number' };
}

function sets(name: FieldName, value: number): Step['write'] {
  return () => [{ field: name, kind: 'scalar', value }];
}

function valueIn(view: View, name: FieldName): number {
  const state = view.fields.find((candidate) => candidate.field === name);
  return state?.kind === 'scalar' && typeof state.value === 'number' ? state.value : 0;
}

function raises(name: FieldName, amount: number): Step['write'] {
  return (view) => [{ field: name, kind: 'scalar', value: valueIn(view, name) + amount }];
}

export const scenarios: readonly Scenario[] = [
  {
    name: 'same-field',
    summary: 'both read one field and set it to a value of their own',
    plan: planOf([scalar(x)], [step([x], sets(x, 1))], [step([x], sets(x, 2))]),
  },
  {
    name: 'read-modify-write',
    summary: 'both read one number and set it to what they read plus 10 and plus 5',
    plan: planOf([scalar(x)], [step([x], raises(x, 10))], [step([x], raises(x, 5))]),
  },
  {
    name: 'counter',
    summary: 'both add to one counter',
    plan: planOf(
      [{ field: x, kind: 'counter', initial: 0, meaning: 'a sum' }],
      [step([x], () => [{ field: x, kind: 'counter', value: 10 }])],
      [step([x], () => [{ field: x, kind: 'counter', value: 5 }])],
    ),
  },
  {
    name: 'write-skew',
    summary: 'both read two fields, and each sets another one of them by what it saw in the other',
    plan: planOf(
      [scalar(x), scalar(y)],
      [step([x, y], (view) => [{ field: x, kind: 'scalar', value: valueIn(view, y) + 1 }])],
      [step([x, y], (view) => [{ field: y, kind: 'scalar', value: valueIn(view, x) + 2 }])],
    ),
  },
  {
    name: 'opposite-order',
    summary: 'both read and set two fields, in opposite order',
    plan: planOf(
      [scalar(x), scalar(y)],
      [step([x], sets(x, 1)), step([y], sets(y, 1))],
      [step([y], sets(y, 2)), step([x], sets(x, 2))],
    ),
  },
];
