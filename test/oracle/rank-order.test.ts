import { describe, expect, it } from 'vitest';
import {
  agentAt,
  field,
  seconds,
  type Attempt,
  type FieldState,
  type Outcome,
  type Plan,
  type Step,
  type TransactionId,
  type TurnEnd,
} from '../../src/contract/index.ts';
import { scalarIn } from '../../src/document/scalar-value.ts';
import {
  append,
  attempt,
  committed,
  declare,
  escalatedWrites,
  linesState,
  rejected,
  scalarState,
  set,
  unanswered,
  verdictOn,
} from './history-builder.ts';

const x = field('x');
const schema = [{ ...declare('x', 'scalar'), kind: 'scalar' as const, initial: 1 }, declare('log', 'append_text')];

/** Doubles x, or adds to it, and says so. */
const doubles: Step = {
  reads: [x],
  thinkMicros: seconds(1),
  write: ({ fields }) => [set('x', 2 * Number(scalarIn(fields, x))), append('log', 'doubled')],
};
const adds: Step = {
  reads: [x],
  thinkMicros: seconds(1),
  write: ({ fields }) => [set('x', 10 + Number(scalarIn(fields, x))), append('log', 'added')],
};

const plan: Plan = {
  schema: { fields: schema },
  agents: [doubles, adds].map((step, index) => ({
    agent: agentAt(index),
    turns: [{ pauseMicros: seconds(0), steps: [step] }],
  })),
};

const doubled = (value: number, told: Outcome | null = committed): Attempt =>
  attempt({ turn: 'a1.1', told, writes: [set('x', value), append('log', 'doubled')] });
const added = (value: number, told: Outcome | null = committed): Attempt =>
  attempt({ turn: 'a2.1', told, writes: [set('x', value), append('log', 'added')] });

function final(value: number, ...lines: readonly string[]): { readonly fields: readonly FieldState[] } {
  const log = linesState('log', ...lines.map((each) => [each, null] as const));
  return { fields: lines.length === 0 ? [scalarState('x', value)] : [log, scalarState('x', value)] };
}

interface Facts {
  readonly attempts: readonly Attempt[];
  readonly finals: { readonly fields: readonly FieldState[] };
  readonly ranks?: Readonly<Record<string, number>>;
  readonly ends?: Readonly<Record<string, TurnEnd['end']>>;
}

function evidence({ attempts, finals, ranks = { 'a1.1': 1, 'a2.1': 2 }, ends = {} }: Facts): string | null {
  const turns = ['a1.1', 'a2.1'].map((turn) => ({ transaction: turn as TransactionId, end: ends[turn] ?? 'done' }));
  const promises = { serialInRankOrder: 'survivable' } as const;
  const { brokenPromises } = verdictOn({ schema, plan, attempts, finals, ranks, turns, promises });
  return brokenPromises[0]?.evidence ?? null;
}

describe('the order of the ranks', () => {
  const both = [doubled(2), added(12)];

  it('is kept where the state is what the scripts make in that order', () => {
    expect(evidence({ attempts: both, finals: final(12, 'doubled', 'added') })).toBeNull();
    expect(
      evidence({ attempts: both, finals: final(22, 'added', 'doubled'), ranks: { 'a1.1': 2, 'a2.1': 1 } }),
    ).toBeNull();
  });

  it('is broken where the state is that of another order, though that is serial as well', () => {
    expect(evidence({ attempts: both, finals: final(22, 'added', 'doubled') })).toMatch('log is ["added","doubled"]');
    expect(evidence({ attempts: both, finals: final(22, 'doubled', 'added') })).toMatch('x is 22 but becomes 12');
  });

  it('is broken where a turn has written what it would not have written', () => {
    expect(evidence({ attempts: [doubled(2), added(11)], finals: final(11, 'doubled', 'added') })).toMatch('x is 11');
  });

  it('is broken by a turn that is done and has no rank', () => {
    expect(evidence({ attempts: both, finals: final(12, 'doubled', 'added'), ranks: { 'a1.1': 1 } })).toMatch(
      'a2.1 is done',
    );
  });

  it('leaves out turns that were refused', () => {
    const attempts = [doubled(2, rejected), added(11)];
    expect(evidence({ attempts, finals: final(11, 'added'), ends: { 'a1.1': 'rejected' } })).toBeNull();
    expect(evidence({ attempts, finals: final(12, 'doubled', 'added'), ends: { 'a1.1': 'rejected' } })).not.toBeNull();
  });

  it('may hold a turn whose agent was told nothing, or not, or as it was when it could last say', () => {
    const attempts = [doubled(7, unanswered), added(12)];
    const ends = { 'a1.1': 'gave-up-after-crashes' } as const;
    expect(evidence({ attempts, finals: final(11, 'added'), ends })).toBeNull();
    expect(evidence({ attempts, finals: final(12, 'doubled', 'added'), ends })).toBeNull();
    expect(evidence({ attempts, finals: final(17, 'doubled', 'added'), ends })).toBeNull();
    expect(evidence({ attempts, finals: final(13, 'doubled', 'added'), ends })).not.toBeNull();
  });

  it('leaves out writes that wait for a person', () => {
    const attempts = [doubled(2), added(12, escalatedWrites('a2.1.2'))];
    expect(evidence({ attempts, finals: final(12, 'doubled') })).toBeNull();
  });

  it('is asked only where the trial came to rest, on replicas that agree', () => {
    const facts = {
      schema,
      plan,
      attempts: both,
      finals: final(99),
      promises: { serialInRankOrder: 'survivable' } as const,
    };
    expect(verdictOn({ ...facts, rests: false }).brokenPromises).toEqual([]);
    expect(verdictOn({ ...facts, finals: [final(98), final(99)] }).brokenPromises).toEqual([]);
  });
});

describe('a promise that is given for right judgements', () => {
  const turns = ['a1.1', 'a2.1'].map((turn) => ({ transaction: turn as TransactionId, end: 'done' as const }));
  const promises = { serialInRankOrder: { faults: 'survivable', given: 'right-judgements' } } as const;
  const facts = {
    schema,
    plan,
    attempts: [doubled(2), added(12)],
    finals: final(99, 'doubled'),
    turns,
    ranks: { 'a1.1': 1, 'a2.1': 2 },
  };

  it('is held to where no notice was misjudged, and only there', () => {
    expect(verdictOn({ ...facts, promises, misjudged: false }).brokenPromises).toHaveLength(1);
    expect(verdictOn({ ...facts, promises, misjudged: true }).brokenPromises).toEqual([]);
  });

  it('is not made under faults that it does not name', () => {
    const none = { serialInRankOrder: { faults: ['none'], given: 'right-judgements' } } as const;
    const crash = { name: 'crash', survivable: true };
    expect(verdictOn({ ...facts, promises: none }).brokenPromises).toHaveLength(1);
    expect(verdictOn({ ...facts, promises: none, faults: crash }).brokenPromises).toEqual([]);
  });
});
