import { describe, expect, it } from 'vitest';
import type { Attempt, Json, View } from '../../src/contract/index.ts';
import {
  add,
  attempt,
  committed,
  conflict,
  contestedView,
  declare,
  escalation,
  resolution,
  scalarState,
  set,
  setState,
  verdictOn,
  view,
  writeOf,
} from './history-builder.ts';

const schema = [declare('status', 'scalar')];

function turn(name: string, at: number, value: Json, ...saw: View[]): Attempt {
  return attempt({ turn: name, span: [at, at + 5], saw, writes: [set('status', value)], told: committed });
}

describe('an escalation', () => {
  it('is true when its contenders differ and did not know each other', () => {
    const attempts = [turn('a1.1', 0, 'draft'), turn('a2.1', 0, 'final')];
    const escalations = [escalation(writeOf(attempts[0]!), writeOf(attempts[1]!))];
    expect(verdictOn({ schema, attempts, finals: { escalations } }).escalations).toEqual({
      raised: 1,
      true: 1,
      false: 0,
      missed: 0,
    });
  });

  it('is false when one contender had seen the other', () => {
    const attempts = [turn('a1.1', 0, 'draft'), turn('a2.1', 10, 'final', view(scalarState('status', 'draft')))];
    const escalations = [escalation(writeOf(attempts[0]!), writeOf(attempts[1]!))];
    expect(verdictOn({ schema, attempts, finals: { escalations } }).escalations).toMatchObject({ true: 0, false: 1 });
  });

  it('is false when both come from one agent', () => {
    const attempts = [turn('a1.1', 0, 'draft'), turn('a1.2', 10, 'final')];
    const escalations = [escalation(writeOf(attempts[0]!), writeOf(attempts[1]!))];
    expect(verdictOn({ schema, attempts, finals: { escalations } }).escalations).toMatchObject({ true: 0, false: 1 });
  });

  it('is false when one knew the other through a third', () => {
    const attempts = [
      turn('a1.1', 0, 'one'),
      turn('a2.1', 10, 'two', view(scalarState('status', 'one'))),
      turn('a3.1', 20, 'three', view(scalarState('status', 'two'))),
    ];
    const escalations = [escalation(writeOf(attempts[0]!), writeOf(attempts[2]!))];
    expect(verdictOn({ schema, attempts, finals: { escalations } }).escalations).toMatchObject({ true: 0, false: 1 });
  });

  it('is true when only an attempt that was refused had seen the other', () => {
    const other = turn('a1.1', 0, 'draft');
    const silent = { ...turn('a2.1', 0, 'final'), outcome: null };
    const contested = escalation(writeOf(other), writeOf(silent));
    const refused = attempt({
      turn: 'a2.1',
      attempt: 2,
      span: [20, 30],
      saw: [contestedView(contested)],
      writes: [set('status', 'final')],
      told: conflict,
    });
    const informed = attempt({ turn: 'a2.1', attempt: 3, span: [40, 50], told: committed });
    const finals = { escalations: [contested] };
    expect(verdictOn({ schema, attempts: [other, silent, refused, informed], finals }).escalations).toMatchObject({
      true: 1,
      false: 0,
    });
  });

  it('is false when all its values are equal', () => {
    const attempts = [turn('a1.1', 0, 'same'), turn('a2.1', 0, 'same')];
    const escalations = [escalation(writeOf(attempts[0]!), writeOf(attempts[1]!))];
    expect(verdictOn({ schema, attempts, finals: { escalations } }).escalations).toMatchObject({ true: 0, false: 1 });
  });

  it('is false when it names a value that nobody issued', () => {
    const attempts = [turn('a1.1', 0, 'draft'), turn('a2.1', 0, 'final')];
    const invented = { ...writeOf(attempts[1]!), kind: 'scalar' as const, value: 'made up' };
    const escalations = [escalation(writeOf(attempts[0]!), invented)];
    const verdict = verdictOn({
      schema,
      attempts,
      finals: { escalations },
      promises: { escalatesTruly: 'survivable' },
    });
    expect(verdict.escalations).toMatchObject({ true: 0, false: 1 });
    expect(verdict.brokenPromises[0]!.evidence).toBe(
      'the escalation on status names a2.1.1 with "made up", which nobody issued',
    );
  });

  it('is not called false when it can be doubted whose value was seen', () => {
    const attempts = [
      turn('a1.1', 0, 'same'),
      turn('a2.1', 0, 'same'),
      turn('a3.1', 10, 'other', view(scalarState('status', 'same'))),
    ];
    const escalations = [escalation(writeOf(attempts[0]!), writeOf(attempts[2]!))];
    expect(verdictOn({ schema, attempts, finals: { escalations } }).escalations).toMatchObject({ true: 1, false: 0 });
  });

  it('is counted once, however many replicas show it', () => {
    const attempts = [turn('a1.1', 0, 'draft'), turn('a2.1', 0, 'final')];
    const [one, two] = attempts.map((source) => writeOf(source));
    const finals = [{ escalations: [escalation(one!, two!)] }, { escalations: [escalation(two!, one!)] }];
    expect(verdictOn({ schema, attempts, finals }).escalations.raised).toBe(1);
  });

  it('may be known through an escalation that a transaction was shown', () => {
    const [one, two] = [turn('a1.1', 0, 'one'), turn('a2.1', 0, 'two')];
    const three = turn('a3.1', 10, 'three', contestedView(escalation(writeOf(one), writeOf(two))));
    const escalations = [escalation(writeOf(two), writeOf(three))];
    expect(verdictOn({ schema, attempts: [one, two, three], finals: { escalations } }).escalations).toMatchObject({
      true: 0,
      false: 1,
    });
  });
});

describe('a missed escalation', () => {
  const attempts = [turn('a1.1', 0, 'draft'), turn('a2.1', 0, 'final')];
  const final = scalarState('status', 'final', 'a2.1.1');

  it('is a value that was silently overwritten by one that did not know it', () => {
    const verdict = verdictOn({
      schema,
      attempts,
      finals: { fields: [final] },
      promises: { escalatesTruly: 'survivable' },
    });
    expect(verdict.escalations).toEqual({ raised: 0, true: 0, false: 0, missed: 1 });
    expect(verdict.brokenPromises[0]!.evidence).toContain('a1.1.1 set status to "draft" and a2.1.1 to "final"');
  });

  it('is counted once per field', () => {
    const three = [...attempts, turn('a3.1', 0, 'third')];
    expect(verdictOn({ schema, attempts: three, finals: { fields: [final] } }).escalations.missed).toBe(1);
  });

  it('is none when a resolution says what was discarded', () => {
    const resolutions = [resolution(writeOf(attempts[1]!), 'final', writeOf(attempts[0]!))];
    expect(verdictOn({ schema, attempts, finals: { fields: [final], resolutions } }).escalations.missed).toBe(0);
  });

  it('is none when the overwritten value was seen', () => {
    const knowing = [attempts[0]!, turn('a2.1', 10, 'final', view(scalarState('status', 'draft')))];
    expect(verdictOn({ schema, attempts: knowing, finals: { fields: [final] } }).escalations.missed).toBe(0);
  });

  it('is none when the lost value had known the one that stands', () => {
    const knowing = [attempts[0]!, turn('a2.1', 10, 'final', view(scalarState('status', 'draft')))];
    const verdict = verdictOn({
      schema,
      attempts: knowing,
      finals: { fields: [scalarState('status', 'draft', 'a1.1.1')] },
    });
    expect(verdict.counts.lost).toBe(1);
    expect(verdict.escalations.missed).toBe(0);
  });

  it('is none for elements of a set', () => {
    const sets = [
      attempt({ turn: 'a1.1', writes: [add('tags', 'red')], told: committed }),
      attempt({ turn: 'a2.1', writes: [add('tags', 'blue')], told: committed }),
    ];
    const finals = { fields: [setState('tags', ['red', 'a1.1.1'])] };
    expect(verdictOn({ schema: [declare('tags', 'grow_set')], attempts: sets, finals }).escalations.missed).toBe(0);
    expect(verdictOn({ attempts: sets, finals }).escalations.missed).toBe(0);
  });

  it('is a list that an undeclared field silently dropped for a string', () => {
    const mixed = [
      attempt({ turn: 'a1.1', writes: [add('extra', 'red')], told: committed }),
      attempt({ turn: 'a2.1', writes: [set('extra', 'red')], told: committed }),
    ];
    expect(
      verdictOn({ attempts: mixed, finals: { fields: [scalarState('extra', 'red', 'a2.1.1')] } }).escalations.missed,
    ).toBe(1);
  });
});
