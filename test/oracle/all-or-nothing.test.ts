import { describe, expect, it } from 'vitest';
import {
  add,
  append,
  attempt,
  committed,
  conflict,
  counterState,
  declare,
  escalatedWrites,
  escalation,
  increase,
  linesState,
  scalarState,
  set,
  setState,
  unanswered,
  verdictOn,
  view,
  writeOf,
} from './history-builder.ts';

type Facts = Parameters<typeof verdictOn>[0];

const schema = [
  declare('status', 'scalar'),
  declare('tags', 'grow_set'),
  declare('notes', 'append_text'),
  declare('count', 'counter'),
];
const both = [set('status', 'one'), add('tags', 'x')];

/** The evidence against the promise, or null. */
function torn(facts: Facts): string | null {
  const verdict = verdictOn({ schema, ...facts, promises: { allOrNothing: 'survivable' } });
  return verdict.brokenPromises[0]?.evidence ?? null;
}

describe('a turn', () => {
  const turn = attempt({ turn: 'a1.1', writes: both, told: committed });
  const status = scalarState('status', 'one', 'a1.1.1');
  const tags = setState('tags', ['x', 'a1.1.2']);

  it('is torn where one of its writes stands and another is nowhere, whatever its agent was told', () => {
    for (const told of [committed, unanswered, conflict])
      expect(torn({ attempts: [{ ...turn, outcome: told }], finals: { fields: [status] } })).toBe(
        'the writes of a1.1 don\'t stand together: a1.1.1 (status: "one") is in effect, a1.1.2 (tags: ["x"]) is nowhere',
      );
  });

  it('is whole where all of it stands, or nothing', () => {
    expect(torn({ attempts: [turn], finals: { fields: [status, tags] } })).toBeNull();
    expect(torn({ attempts: [{ ...turn, outcome: unanswered }], finals: {} })).toBeNull();
  });

  it('is whole where all of it is set aside, and torn where a part is', () => {
    const aside = { ...turn, outcome: escalatedWrites('a1.1.1', 'a1.1.2') };
    const escalations = [escalation(writeOf(turn, 0)), escalation(writeOf(turn, 1))];
    expect(torn({ attempts: [aside], finals: { escalations } })).toBeNull();
    expect(torn({ attempts: [aside], finals: { escalations: escalations.slice(1), fields: [status] } })).toContain(
      'a1.1.1 (status: "one") is in effect, a1.1.2 (tags: ["x"]) is set aside',
    );
  });
});

describe('the benefit of the doubt', () => {
  const turn = attempt({ turn: 'a1.1', writes: both, told: unanswered });

  it('is given where another write explains the value, or the start of the field', () => {
    const other = attempt({ turn: 'a2.1', writes: [set('status', 'one')], told: committed });
    const fields = [scalarState('status', 'one', 'a2.1.1')];
    expect(torn({ attempts: [turn, other], finals: { fields } })).toBeNull();
    const initial = [{ ...schema[0]!, kind: 'scalar' as const, initial: 'one' }, ...schema.slice(1)];
    expect(torn({ schema: initial, attempts: [turn], finals: { fields } })).toBeNull();
  });

  it('is given to counters, whose amounts melt into one', () => {
    const counting = attempt({ turn: 'a1.1', writes: [increase('count', 3), add('tags', 'x')], told: unanswered });
    expect(torn({ attempts: [counting], finals: { fields: [counterState('count', 3)] } })).toBeNull();
  });

  it('is given where a write was replaced knowingly, which may have stood or not', () => {
    const later = attempt({ turn: 'a1.2', span: [20, 30], writes: [set('status', 'two')], told: committed });
    expect(torn({ attempts: [turn, later], finals: { fields: [scalarState('status', 'two', 'a1.2.1')] } })).toBeNull();
    const landed = attempt({ turn: 'a1.1', writes: both, told: committed });
    const seen = attempt({
      turn: 'a2.1',
      span: [20, 30],
      saw: [view(scalarState('status', 'one', 'a1.1.1'))],
      writes: [set('status', 'two')],
      told: committed,
    });
    const fields = [scalarState('status', 'two', 'a2.1.1'), setState('tags', ['x', 'a1.1.2'])];
    expect(torn({ attempts: [landed, seen], finals: { fields } })).toBeNull();
  });

  it('is given where several attempts may have landed, but not to the one that followed a refusal', () => {
    const again = {
      turn: 'a1.1',
      attempt: 2,
      span: [20, 30] as const,
      writes: [set('status', 'one'), append('notes', 'n')],
    };
    const fields = [scalarState('status', 'one', 'a1.1.1')];
    expect(torn({ attempts: [turn, attempt({ ...again, told: unanswered })], finals: { fields } })).toBeNull();
    const refused = { ...turn, outcome: conflict };
    expect(torn({ attempts: [refused, attempt({ ...again, told: committed })], finals: { fields } })).toContain(
      'a1.1.2 (notes: ["n"]) is nowhere',
    );
    const lines = linesState('notes', ['n', 'a1.1.2']);
    expect(
      torn({ attempts: [refused, attempt({ ...again, told: committed })], finals: { fields: [...fields, lines] } }),
    ).toBeNull();
  });

  it('is given to replicas that differ', () => {
    const status = scalarState('status', 'one', 'a1.1.1');
    const finals = [{ fields: [status] }, { fields: [status, setState('tags', ['x', 'a1.1.2'])] }];
    expect(torn({ attempts: [turn], finals })).toBeNull();
  });

  it('is given to a turn whose earlier, refused attempt has left something: that is a phantom', () => {
    const first = attempt({ turn: 'a1.1', writes: both, told: conflict });
    const writes = [set('status', 'two'), add('tags', 'x')];
    const second = attempt({ turn: 'a1.1', attempt: 2, span: [20, 30], writes, told: conflict });
    expect(
      torn({ attempts: [first, second], finals: { fields: [scalarState('status', 'one', 'a1.1.1')] } }),
    ).toBeNull();
  });
});

describe('invariants of whole turns', () => {
  const finals = { fields: [scalarState('status', 'one', 'a1.1.1')] };
  const attempts = [attempt({ turn: 'a1.1', writes: both, told: unanswered })];

  it('are reported beside those of protocols, where they are promised', () => {
    const found = (promises: NonNullable<Facts['promises']>): unknown =>
      verdictOn({ schema, attempts, finals, promises })
        .protocol.filter(({ invariant }) => invariant === 'AllOrNothing')
        .map(({ judged, violation }) => [judged, violation?.violation.slice(0, 39)]);
    expect(found({ allOrNothing: 'survivable' })).toEqual([[1, "the writes of a1.1 don't stand together"]]);
    expect(found({})).toEqual([[0, undefined]]);
  });
});
