import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Attempt, DocumentState, Fate, Outcome, Told } from '../../src/contract/index.ts';
import { fates, micros } from '../../src/contract/index.ts';
import {
  add,
  append,
  attempt,
  committed,
  conflict,
  declare,
  escalatedWrites,
  escalation,
  fatesOn,
  linesState,
  rejected,
  resolution,
  scalarState,
  set,
  setState,
  state,
  unanswered,
  verdictOn,
  view,
  writeOf,
} from './history-builder.ts';

const schema = [declare('status', 'scalar'), declare('tags', 'grow_set'), declare('notes', 'append_text')];

const toldCases: readonly (readonly [string, Outcome | null, string, string])[] = [
  ['told committed', committed, 'survived', 'lost'],
  ['told escalated', escalatedWrites('a1.1.1'), 'survived', 'lost'],
  ['refused by a conflict', conflict, 'phantom', 'rejected'],
  ['refused for good', rejected, 'phantom', 'rejected'],
  ['told nothing', unanswered, 'survived', 'indeterminate'],
];

describe.each(toldCases)('the fate of a write %s', (_, told, whenPresent, whenMissing) => {
  const draft = attempt({ turn: 'a1.1', writes: [set('status', 'draft')], told });
  const final = scalarState('status', 'final', 'a2.1.1');
  const follower = (...saw: Attempt['views'][number][]): Attempt =>
    attempt({ turn: 'a2.1', span: [20, 30], saw, writes: [set('status', 'final')], told: committed });

  it(`is ${whenPresent} when its value is in the final state`, () => {
    expect(
      fatesOn({ schema, attempts: [draft], finals: { fields: [scalarState('status', 'draft', 'a1.1.1')] } }),
    ).toEqual({
      'a1.1.1': whenPresent,
    });
  });

  it('is superseded when a later write that had seen it replaced it', () => {
    const attempts = [draft, follower(view(scalarState('status', 'draft', 'a1.1.1')))];
    expect(fatesOn({ schema, attempts, finals: { fields: [final] } })).toEqual({
      'a1.1.1': 'superseded',
      'a2.1.1': 'survived',
    });
  });

  it('is escalated when an open escalation carries its value', () => {
    const attempts = [draft, follower()];
    const escalations = [escalation(writeOf(draft), writeOf(attempts[1]!))];
    expect(fatesOn({ schema, attempts, finals: { escalations } })).toEqual({
      'a1.1.1': 'escalated',
      'a2.1.1': 'escalated',
    });
  });

  it('is resolved when a resolution record carries its value', () => {
    const attempts = [draft, follower()];
    const resolutions = [resolution(writeOf(attempts[1]!), 'final', writeOf(draft))];
    expect(fatesOn({ schema, attempts, finals: { fields: [final], resolutions } })).toEqual({
      'a1.1.1': 'resolved',
      'a2.1.1': 'survived',
    });
  });

  it(`is ${whenMissing} when its value is nowhere`, () => {
    expect(fatesOn({ schema, attempts: [draft, follower()], finals: { fields: [final] } })['a1.1.1']).toBe(whenMissing);
  });
});

describe('superseding', () => {
  const turn = (name: string, at: number, value: string, saw: string | null): Attempt =>
    attempt({
      turn: name,
      span: [at, at + 5],
      saw: saw === null ? [] : [view(scalarState('status', saw))],
      writes: [set('status', value)],
      told: committed,
    });

  it('is handed on: what replaced it may itself have been replaced', () => {
    const attempts = [turn('a1.1', 0, 'one', null), turn('a2.1', 10, 'two', 'one'), turn('a3.1', 20, 'three', 'two')];
    expect(fatesOn({ schema, attempts, finals: { fields: [scalarState('status', 'three')] } })).toEqual({
      'a1.1.1': 'superseded',
      'a2.1.1': 'superseded',
      'a3.1.1': 'survived',
    });
  });

  it('does not excuse a loss when what replaced it is gone too', () => {
    const attempts = [turn('a1.1', 0, 'one', null), turn('a2.1', 10, 'two', 'one'), turn('a3.1', 20, 'three', null)];
    expect(fatesOn({ schema, attempts, finals: { fields: [scalarState('status', 'three')] } })).toEqual({
      'a1.1.1': 'lost',
      'a2.1.1': 'lost',
      'a3.1.1': 'survived',
    });
  });

  it('counts what stands in an escalation as an effect', () => {
    const attempts = [turn('a1.1', 0, 'one', null), turn('a2.1', 10, 'two', 'one'), turn('a3.1', 10, 'three', null)];
    const escalations = [escalation(writeOf(attempts[1]!), writeOf(attempts[2]!))];
    expect(fatesOn({ schema, attempts, finals: { escalations } })['a1.1.1']).toBe('superseded');
  });

  it('happens when an agent sets again what it set before', () => {
    const attempts = [turn('a1.1', 0, 'one', null), turn('a1.2', 10, 'two', null)];
    expect(fatesOn({ schema, attempts, finals: { fields: [scalarState('status', 'two')] } })['a1.1.1']).toBe(
      'superseded',
    );
  });

  it('happens by who has seen the value among the contenders of an escalation', () => {
    const [one, two] = [turn('a1.1', 0, 'one', null), turn('a2.1', 0, 'two', null)];
    const settled = attempt({
      turn: 'a3.1',
      span: [20, 30],
      saw: [{ fields: [], escalations: [escalation(writeOf(one), writeOf(two))] }],
      writes: [set('status', 'three')],
      told: committed,
    });
    expect(
      fatesOn({ schema, attempts: [one, two, settled], finals: { fields: [scalarState('status', 'three')] } }),
    ).toEqual({
      'a1.1.1': 'superseded',
      'a2.1.1': 'superseded',
      'a3.1.1': 'survived',
    });
  });

  it('does not happen through a write that began only after the reader had ended', () => {
    const attempts = [turn('a1.1', 0, 'one', 'late'), turn('a2.1', 20, 'late', null)];
    expect(fatesOn({ schema, attempts, finals: { fields: [scalarState('status', 'one')] } })['a2.1.1']).toBe('lost');
  });

  it('does not happen to elements of a set: they are added, never replaced', () => {
    const one = attempt({ turn: 'a1.1', writes: [add('tags', 'red')], told: committed });
    const saw = [view(setState('tags', ['red', 'a1.1.1']))];
    const two = attempt({ turn: 'a2.1', span: [20, 30], saw, writes: [add('tags', 'blue')], told: committed });
    expect(
      fatesOn({ schema, attempts: [one, two], finals: { fields: [setState('tags', ['blue', 'a2.1.1'])] } }),
    ).toEqual({
      'a1.1.1': 'lost',
      'a2.1.1': 'survived',
    });
  });

  it('happens in an undeclared field to a write of another kind that was seen', () => {
    const one = attempt({ turn: 'a1.1', writes: [add('extra', 'red')], told: committed });
    const saw = [view(setState('extra', ['red', 'a1.1.1']))];
    const two = attempt({ turn: 'a2.1', span: [20, 30], saw, writes: [set('extra', 'red and blue')], told: committed });
    const finals = { fields: [scalarState('extra', 'red and blue', 'a2.1.1')] };
    expect(fatesOn({ attempts: [one, two], finals })).toEqual({ 'a1.1.1': 'superseded', 'a2.1.1': 'survived' });
    expect(fatesOn({ attempts: [one, { ...two, views: [] }], finals })).toEqual({
      'a1.1.1': 'lost',
      'a2.1.1': 'survived',
    });
  });

  it('does not happen in an undeclared field to what only grows', () => {
    const one = attempt({ turn: 'a1.1', writes: [add('extra', 'red')], told: committed });
    const saw = [view(setState('extra', ['red', 'a1.1.1']))];
    const two = attempt({ turn: 'a2.1', span: [20, 30], saw, writes: [add('extra', 'blue')], told: committed });
    const finals = { fields: [setState('extra', ['blue', 'a2.1.1'])] };
    expect(fatesOn({ attempts: [one, two], finals })['a1.1.1']).toBe('lost');
  });

  it('is handed on over kinds: a set that replaced a text that had replaced a set', () => {
    const one = attempt({ turn: 'a1.1', writes: [add('extra', 'red')], told: committed });
    const two = attempt({
      turn: 'a2.1',
      span: [20, 30],
      saw: [view(setState('extra', ['red', 'a1.1.1']))],
      writes: [set('extra', 'a text')],
      told: committed,
    });
    const three = attempt({
      turn: 'a3.1',
      span: [40, 50],
      saw: [view(scalarState('extra', 'a text'))],
      writes: [add('extra', 'blue')],
      told: committed,
    });
    const finals = { fields: [setState('extra', ['blue', 'a3.1.1'])] };
    expect(fatesOn({ attempts: [one, two, three], finals })).toEqual({
      'a1.1.1': 'superseded',
      'a2.1.1': 'superseded',
      'a3.1.1': 'survived',
    });
  });

  it('does not happen to a refused write that nobody was ever shown', () => {
    const attempts = [{ ...turn('a1.1', 0, 'one', null), outcome: conflict }, turn('a1.2', 10, 'two', null)];
    expect(fatesOn({ schema, attempts, finals: { fields: [scalarState('status', 'two')] } })['a1.1.1']).toBe(
      'rejected',
    );
  });
});

describe('a turn that its agent repeats though it had landed', () => {
  const status = (value: string): DocumentState['fields'] => [scalarState('status', value)];
  const landed = (
    facts: Pick<Parameters<typeof attempt>[0], 'turn' | 'attempt' | 'span' | 'saw'>,
    value: string,
  ): Attempt => attempt({ ...facts, writes: [set('status', value)], told: committed });

  it('replaced what its first attempt had seen, though the second one saw nothing', () => {
    const attempts = [
      landed({ turn: 'a2.1', span: [0, 10] }, 'two'),
      landed({ turn: 'a1.1', span: [20, 30], saw: [view(scalarState('status', 'two'))] }, 'one'),
      landed({ turn: 'a1.1', attempt: 2, span: [40, 50] }, 'one'),
    ];
    expect(fatesOn({ schema, attempts, finals: { fields: status('one') } })['a2.1.1']).toBe('superseded');
  });

  it('may have replaced what an attempt saw that was never answered', () => {
    const attempts = [
      landed({ turn: 'a2.1', span: [0, 10] }, 'two'),
      attempt({
        turn: 'a1.1',
        span: [20, 30],
        saw: [view(scalarState('status', 'two'))],
        writes: [set('status', 'one')],
        told: unanswered,
      }),
      landed({ turn: 'a1.1', attempt: 2, span: [40, 50] }, 'one'),
    ];
    expect(fatesOn({ schema, attempts, finals: { fields: status('one') } })['a2.1.1']).toBe('superseded');
  });

  it('may have replaced what only its second attempt saw', () => {
    const attempts = [
      landed({ turn: 'a1.1', span: [0, 10] }, 'one'),
      landed({ turn: 'a2.1', span: [20, 30] }, 'two'),
      landed({ turn: 'a1.1', attempt: 2, span: [40, 50], saw: [view(scalarState('status', 'two'))] }, 'one'),
    ];
    expect(fatesOn({ schema, attempts, finals: { fields: status('one') } })['a2.1.1']).toBe('superseded');
  });

  it('replaced what an attempt saw that was never answered, and not what one saw that was refused', () => {
    const repeated = (facts: Pick<Parameters<typeof attempt>[0], 'attempt' | 'span' | 'saw' | 'told'>): Attempt =>
      attempt({ turn: 'a1.1', writes: [set('status', 'one')], ...facts });
    const saw = [view(scalarState('status', 'two'))];
    const own = [view(scalarState('status', 'one'))];
    const informed = attempt({ turn: 'a1.1', attempt: 3, span: [60, 70], told: committed });
    const fateOfTwo = (...attempts: Attempt[]): string | undefined => {
      const two = landed({ turn: 'a2.1', span: [0, 10] }, 'two');
      return fatesOn({ schema, attempts: [two, ...attempts], finals: { fields: status('one') } })['a2.1.1'];
    };
    const silent = repeated({ span: [20, 30], saw, told: unanswered });
    expect(fateOfTwo(silent, repeated({ attempt: 2, span: [40, 50], saw: own, told: conflict }), informed)).toBe(
      'superseded',
    );
    expect(fateOfTwo(silent, repeated({ attempt: 2, span: [40, 50], saw: own, told: unanswered }), informed)).toBe(
      'superseded',
    );
    const blind = repeated({ span: [20, 30], told: unanswered });
    expect(fateOfTwo(blind, repeated({ attempt: 2, span: [40, 50], saw, told: conflict }), informed)).toBe('lost');
  });

  it('may have replaced a later turn of the same agent', () => {
    const attempts = [
      landed({ turn: 'a1.1', span: [0, 10] }, 'one'),
      landed({ turn: 'a1.2', span: [20, 30] }, 'two'),
      landed({ turn: 'a1.1', attempt: 2, span: [40, 50] }, 'one'),
    ];
    expect(fatesOn({ schema, attempts, finals: { fields: status('one') } })).toEqual({
      'a1.1.1': 'survived',
      'a1.2.1': 'superseded',
    });
  });
});

describe('a claim', () => {
  const one = attempt({ turn: 'a1.1', writes: [set('status', 'one')], told: escalatedWrites('a1.1.1') });

  it('of an escalation without the value covers nothing', () => {
    const empty = { field: writeOf(one).field, contenders: [] };
    expect(fatesOn({ schema, attempts: [one], finals: { escalations: [empty] } })).toEqual({ 'a1.1.1': 'lost' });
  });

  it('with another value under the same id covers nothing', () => {
    const forged = { ...writeOf(one), kind: 'scalar' as const, value: 'other' };
    expect(fatesOn({ schema, attempts: [one], finals: { escalations: [escalation(forged)] } })['a1.1.1']).toBe('lost');
    expect(fatesOn({ schema, attempts: [one], finals: { resolutions: [resolution(forged, 'other')] } })['a1.1.1']).toBe(
      'lost',
    );
  });

  it('on another field covers nothing', () => {
    const elsewhere = {
      ...escalation(writeOf(one)),
      field: writeOf(attempt({ turn: 'a1.1', writes: [set('title', '')], told: null })).field,
    };
    expect(fatesOn({ schema, attempts: [one], finals: { escalations: [elsewhere] } })['a1.1.1']).toBe('lost');
  });

  it('with a write to another field covers nothing', () => {
    const foreign = {
      ...writeOf(one),
      field: writeOf(attempt({ turn: 'a1.1', writes: [set('title', '')], told: null })).field,
    };
    const misplaced = { field: writeOf(one).field, contenders: [foreign] };
    expect(fatesOn({ schema, attempts: [one], finals: { escalations: [misplaced] } })['a1.1.1']).toBe('lost');
  });

  it('that keeps the write covers it, even when the value was replaced later', () => {
    const finals = { resolutions: [resolution(writeOf(one), 'one')], fields: [scalarState('status', 'two')] };
    const two = attempt({ turn: 'a2.1', writes: [set('status', 'two')], told: committed });
    expect(fatesOn({ schema, attempts: [one, two], finals })['a1.1.1']).toBe('resolved');
  });
});

describe('the weakest replica decides', () => {
  const one = attempt({ turn: 'a1.1', writes: [set('status', 'one')], told: committed });
  const here = { fields: [scalarState('status', 'one', 'a1.1.1')] };

  it('so a value that is missing on one of them is lost', () => {
    const verdict = verdictOn({ schema, attempts: [one], finals: [here, here, {}] });
    expect(verdict.fates[0]!.fate).toBe('lost');
    expect(verdict.fates[0]!.reason).toBe('told committed at 0.010 s; its value is missing on a3');
    expect(verdict.converged).toBe(false);
    expect(verdict.outcome).toBe('corrupted');
  });

  it('so a value that is escalated on one of them is escalated', () => {
    const finals = [here, { escalations: [escalation(writeOf(one))] }];
    expect(fatesOn({ schema, attempts: [one], finals })['a1.1.1']).toBe('escalated');
  });

  it('but one replica that shows a refused value is enough for a phantom', () => {
    const refused = { ...one, outcome: conflict };
    const verdict = verdictOn({ schema, attempts: [refused], finals: [{}, here] });
    expect(verdict.fates[0]!.fate).toBe('phantom');
    expect(verdict.fates[0]!.reason).toContain('yet its value stands on a2');
  });
});

describe('sets and lines', () => {
  it('are lost as a whole when one element of two is missing, with the note torn', () => {
    const one = attempt({ turn: 'a1.1', writes: [add('tags', 'red', 'blue')], told: committed });
    expect(fatesOn({ schema, attempts: [one], finals: { fields: [setState('tags', ['red', 'a1.1.1'])] } })).toEqual({
      'a1.1.1': 'lost, torn',
    });
  });

  it('are compared by whole lines, never by a part of one', () => {
    const one = attempt({ turn: 'a1.1', writes: [append('notes', 'done')], told: committed });
    expect(
      fatesOn({ schema, attempts: [one], finals: { fields: [linesState('notes', ['not done yet', null])] } })['a1.1.1'],
    ).toBe('lost');
  });

  it('count every line: two equal ones that were appended must both be there', () => {
    const one = attempt({ turn: 'a1.1', writes: [append('notes', 'done')], told: committed });
    const two = attempt({ turn: 'a2.1', writes: [append('notes', 'done')], told: committed });
    const finals = { fields: [linesState('notes', ['done', 'a2.1.1'])] };
    expect(fatesOn({ schema, attempts: [one, two], finals })).toEqual({ 'a1.1.1': 'lost', 'a2.1.1': 'survived' });
  });

  it('give a line that stands once to the write that was told it is safe', () => {
    const one = attempt({ turn: 'a1.1', writes: [append('notes', 'done')], told: conflict });
    const two = attempt({ turn: 'a2.1', writes: [append('notes', 'done')], told: committed });
    const finals = { fields: [linesState('notes', ['done', 'a1.1.1'])] };
    expect(fatesOn({ schema, attempts: [one, two], finals })).toEqual({ 'a1.1.1': 'rejected', 'a2.1.1': 'survived' });
  });

  it('have nothing to lose when nothing was added', () => {
    const one = attempt({ turn: 'a1.1', writes: [add('tags'), append('notes')], told: committed });
    expect(fatesOn({ schema, attempts: [one], finals: {} })).toEqual({ 'a1.1.1': 'survived', 'a1.1.2': 'survived' });
  });

  it('make a refused write a phantom when one of its elements shows', () => {
    const one = attempt({ turn: 'a1.1', writes: [add('tags', 'red', 'blue')], told: conflict });
    const two = attempt({ turn: 'a2.1', writes: [add('tags', 'blue')], told: committed });
    const blue = setState('tags', ['blue', 'a2.1.1']);
    const both = setState('tags', ['red', 'a1.1.1'], ['blue', 'a2.1.1']);
    expect(fatesOn({ schema, attempts: [one, two], finals: { fields: [blue] } })['a1.1.1']).toBe('rejected');
    expect(fatesOn({ schema, attempts: [one, two], finals: { fields: [both] } })['a1.1.1']).toBe('phantom');
  });

  it('know an element by its value, whatever the order of its keys', () => {
    const one = attempt({ turn: 'a1.1', writes: [add('tags', { x: 1, y: [null] })], told: committed });
    expect(
      fatesOn({ schema, attempts: [one], finals: { fields: [setState('tags', [{ y: [null], x: 1 }, null])] } })[
        'a1.1.1'
      ],
    ).toBe('survived');
  });
});

describe('equal values', () => {
  const one = attempt({ turn: 'a1.1', writes: [set('status', 'same')], told: committed });
  const finals = { fields: [scalarState('status', 'same', 'a1.1.1')] };

  it('satisfy each other', () => {
    const two = attempt({ turn: 'a2.1', writes: [set('status', 'same')], told: committed });
    expect(fatesOn({ schema, attempts: [one, two], finals })).toEqual({ 'a1.1.1': 'survived', 'a2.1.1': 'survived' });
  });

  it('of others keep a refused write from being a phantom', () => {
    const two = attempt({ turn: 'a2.1', writes: [set('status', 'same')], told: rejected });
    expect(fatesOn({ schema, attempts: [one, two], finals })['a2.1.1']).toBe('rejected');
  });

  it('keep a refused write from being a phantom also when the field started with it', () => {
    const two = attempt({ turn: 'a2.1', writes: [set('mode', 'on')], told: rejected });
    const declared = [{ ...declare('mode', 'scalar'), kind: 'scalar' as const, initial: 'on' }];
    expect(
      fatesOn({ schema: declared, attempts: [two], finals: { fields: [scalarState('mode', 'on')] } })['a2.1.1'],
    ).toBe('rejected');
  });

  it('tell null from a missing value', () => {
    const nothing = attempt({ turn: 'a1.1', writes: [set('status', null)], told: committed });
    expect(fatesOn({ schema, attempts: [nothing], finals: {} })['a1.1.1']).toBe('lost');
    expect(fatesOn({ schema, attempts: [nothing], finals: { fields: [scalarState('status', null)] } })['a1.1.1']).toBe(
      'survived',
    );
  });
});

describe('a repeated turn', () => {
  const first = attempt({ turn: 'a1.1', writes: [set('status', 'first')], told: unanswered });
  const again = (value: string, told: Outcome | null, asked = true): Attempt =>
    attempt({ turn: 'a1.1', attempt: 2, span: [20, 30], writes: [set('status', value)], told, asked });
  const finals = (value: string): { fields: ReturnType<typeof scalarState>[] } => ({
    fields: [scalarState('status', value, 'a1.1.1')],
  });

  it('is one write, with the value of its last attempt', () => {
    const verdict = verdictOn({ schema, attempts: [first, again('second', committed)], finals: finals('second') });
    expect(verdict.counts.issued).toBe(1);
    expect(verdict.fates[0]).toMatchObject({
      fate: 'survived',
      told: 'committed',
      write: { value: 'second', attempt: 2 },
    });
  });

  it('is lost when only an earlier value than the committed one stands', () => {
    expect(fatesOn({ schema, attempts: [first, again('second', committed)], finals: finals('first') })['a1.1.1']).toBe(
      'lost',
    );
  });

  it('that was refused after a commit without an answer was told nothing', () => {
    const verdict = verdictOn({ schema, attempts: [first, again('second', conflict)], finals: {} });
    expect(verdict.fates[0]).toMatchObject({ fate: 'indeterminate', told: 'nothing' });
  });

  it('that was refused after a crash before the commit was refused', () => {
    const attempts = [{ ...first, committedAt: null }, again('second', conflict)];
    expect(verdictOn({ schema, attempts, finals: {} }).fates[0]).toMatchObject({ fate: 'rejected', told: 'refused' });
  });

  it('that was told committed once may rely on it, whatever comes later', () => {
    const attempts = [{ ...first, outcome: committed }, again('second', unanswered, false)];
    expect(verdictOn({ schema, attempts, finals: finals('first') }).fates[0]).toMatchObject({
      fate: 'survived',
      told: 'committed',
    });
    expect(verdictOn({ schema, attempts, finals: {} }).fates[0]).toMatchObject({ fate: 'lost', told: 'committed' });
  });

  it('that gave up before it wrote again is judged by the attempt that wrote', () => {
    const silent = attempt({ turn: 'a1.1', attempt: 2, span: [20, 30], told: unanswered });
    const refused = { ...first, outcome: conflict };
    expect(verdictOn({ schema, attempts: [refused, silent], finals: {} }).fates[0]).toMatchObject({ told: 'refused' });
    expect(verdictOn({ schema, attempts: [first, silent], finals: {} }).fates[0]).toMatchObject({ told: 'nothing' });
  });

  it('that is told committed before it wrote again was told so of what it wrote before', () => {
    const informed = attempt({ turn: 'a1.1', attempt: 2, span: [20, 30], told: committed });
    const attempts = [first, informed];
    expect(verdictOn({ schema, attempts, finals: finals('first') }).fates[0]).toMatchObject({
      fate: 'survived',
      told: 'committed',
    });
    expect(verdictOn({ schema, attempts, finals: {} }).fates[0]).toMatchObject({ fate: 'lost', told: 'committed' });
  });

  it('knows what its last attempt was shown, not what an earlier one saw', () => {
    const other = attempt({ turn: 'a2.1', writes: [set('status', 'other')], told: committed });
    const informed = { ...first, outcome: conflict, views: [view(scalarState('status', 'other'))] };
    const attempts = [other, informed, again('second', committed)];
    expect(fatesOn({ schema, attempts, finals: finals('second') })['a2.1.1']).toBe('lost');
  });
});

describe('escalated turns', () => {
  it('are told committed for the writes that the escalation does not name', () => {
    const one = attempt({
      turn: 'a1.1',
      writes: [set('status', 'one'), add('tags', 'red')],
      told: escalatedWrites('a1.1.1'),
    });
    const verdict = verdictOn({ schema, attempts: [one], finals: { escalations: [escalation(writeOf(one))] } });
    expect(verdict.fates.map(({ told, fate }) => [told, fate])).toEqual([
      ['escalated', 'escalated'],
      ['committed', 'lost'],
    ]);
  });
});

describe('the reason', () => {
  it('names when the agent was told, where the value is, and who overwrote it', () => {
    const one = attempt({ turn: 'a1.1', writes: [set('status', 'one')], told: committed, span: [0, 12_300] });
    const two = attempt({ turn: 'a2.1', writes: [set('status', 'two')], told: committed });
    const verdict = verdictOn({
      schema,
      attempts: [one, two],
      finals: { fields: [scalarState('status', 'two', 'a2.1.1')] },
    });
    expect(verdict.fates[0]!.reason).toBe(
      'told committed at 12.300 s; its value is on none of the replicas; overwritten by a2.1.1, whose view did not contain it',
    );
  });
});

const fields = ['status', 'tags', 'notes', 'sum', 'extra'];
const smallValue = fc.constantFrom('x', 'y', 'z');

interface RandomWrite {
  readonly field: number;
  readonly value: string;
  readonly amount: number;
}

const randomWrite = fc.record({ field: fc.nat(4), value: smallValue, amount: fc.integer({ min: -3, max: 3 }) });
const randomAttempt = fc.record({
  agent: fc.nat(2),
  turn: fc.nat(2),
  writes: fc.array(randomWrite, { maxLength: 3 }),
  outcome: fc.constantFrom(committed, conflict, rejected, unanswered, escalatedWrites('a1.1.1')),
  saw: fc.array(smallValue, { maxLength: 2 }),
});

const impossible: Record<Told, readonly Fate[]> = {
  committed: ['rejected', 'indeterminate', 'phantom'],
  escalated: ['rejected', 'indeterminate', 'phantom'],
  refused: ['survived', 'lost', 'indeterminate'],
  nothing: ['lost', 'rejected', 'phantom'],
};

describe('conservation', () => {
  it('holds in whatever history: every write has exactly one fate', () => {
    fc.assert(
      fc.property(
        fc.array(randomAttempt, { maxLength: 12 }),
        fc.array(fc.array(randomWrite, { maxLength: 6 }), { minLength: 1, maxLength: 3 }),
        (steps, finals) => {
          const repeats = new Map<string, number>();
          const attempts = steps.map((step, index) => {
            const turn = `a${step.agent + 1}.${step.turn + 1}`;
            repeats.set(turn, (repeats.get(turn) ?? 0) + 1);
            return attempt({
              turn,
              attempt: repeats.get(turn)!,
              span: [index, index + 3],
              saw: step.saw.map((value) => view(scalarState('status', value))),
              writes: step.writes.map(draftOf),
              told: step.outcome,
            });
          });
          const verdict = verdictOn({
            schema: [...schema, declare('sum', 'counter')],
            attempts,
            finals: finals.map((writes) => stateOf(writes, attempts)),
          });
          expect(fates.reduce((sum, fate) => sum + verdict.counts[fate], 0)).toBe(verdict.counts.issued);
          expect(verdict.counts.issued).toBe(
            new Set(attempts.flatMap(({ writes }) => writes.map(({ id }) => id))).size,
          );
          for (const { told, fate } of verdict.fates) expect(impossible[told]).not.toContain(fate);
          expect(verdict.escalations.true + verdict.escalations.false).toBe(verdict.escalations.raised);
        },
      ),
      { numRuns: 500 },
    );
  });
});

function draftOf({ field, value, amount }: RandomWrite): ReturnType<typeof set> {
  switch (fields[field] ?? 'status') {
    case 'tags':
      return add('tags', value);
    case 'notes':
      return append('notes', value);
    case 'sum':
      return { ...set('sum', 0), kind: 'counter', value: amount };
    case 'extra':
      return amount > 0 ? add('extra', value) : set('extra', value);
    default:
      return set('status', value);
  }
}

function stateOf(writes: readonly RandomWrite[], attempts: readonly Attempt[]): DocumentState {
  const issued = attempts.flatMap((one) => one.writes);
  const [status, tags, notes, sum] = [0, 1, 2, 3].map((wanted) => writes.filter(({ field }) => field === wanted));
  return state({
    fields: [
      ...status!.slice(0, 1).map(({ value }) => scalarState('status', value)),
      setState('tags', ...tags!.map(({ value }) => [value, null] as const)),
      linesState('notes', ...notes!.map(({ value }) => [value, null] as const)),
      ...sum!
        .slice(0, 1)
        .map(({ amount, field }) => ({ field: 'sum' as never, kind: 'counter' as const, value: amount + field })),
    ],
    escalations: issued.slice(0, writes.length % 3).map((write) => escalation(write)),
    resolutions: issued.slice(2, 2 + (writes.length % 2)).map((write) => resolution(null, micros(0), write)),
  });
}
