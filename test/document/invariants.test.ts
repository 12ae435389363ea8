import { describe, expect, it } from 'vitest';
import {
  agentAt,
  field,
  transactionId,
  writeId,
  type Change,
  type DocumentState,
  type FieldState,
  type Write,
} from '../../src/contract/index.ts';
import { countersAddUp, everyElementOnce, everyLineOnce, scalarsWereWritten } from '../../src/document/invariants.ts';

const name = field('f');
let count = 0;
function write(change: Change, where = name): Write {
  count += 1;
  const agent = agentAt(count);
  return { id: writeId(transactionId(agent, 0), 0), agent, number: 1, attempt: 1, field: where, ...change };
}
const state = (...fields: FieldState[]): DocumentState => ({ fields, escalations: [], resolutions: [] });
const anonymous = <Value>(values: readonly Value[]): { value: Value; author: null }[] =>
  values.map((value) => ({ value, author: null }));

const set = (...elements: string[]): DocumentState =>
  state({ field: name, kind: 'grow_set', elements: anonymous(elements) });
const log = (...lines: string[]): DocumentState => state({ field: name, kind: 'append_text', lines: anonymous(lines) });

describe('every element once', () => {
  const committed = [write({ kind: 'grow_set', value: ['x', 'y'] }), write({ kind: 'grow_set', value: ['y'] })];
  const check = (...finals: DocumentState[]): string | null =>
    everyElementOnce.violation({ finals, committed, unknown: [] });

  it('accepts a set with what was committed, and more', () => expect(check(set('x', 'y', 'z'))).toBeNull());
  it('finds a missing element on any replica', () =>
    expect(check(set('x', 'y'), set('x'))).toBe('replica 2 of 2: the committed element "y" of f is missing'));
  it('finds an element that stands there twice', () =>
    expect(check(set('x', 'y', 'y'))).toBe('replica 1 of 1: the element "y" of f stands there 2 times'));
  it('does not take an element of another field for this one', () =>
    expect(check(state({ field: field('g'), kind: 'grow_set', elements: anonymous(['x', 'y']) }))).toMatch('missing'));
});

describe('every line once', () => {
  const committed = [write({ kind: 'append_text', value: ['x'] }), write({ kind: 'append_text', value: ['', 'y'] })];
  const unknown = [write({ kind: 'append_text', value: ['', 'z'] })];
  const check = (final: DocumentState): string | null =>
    everyLineOnce.violation({ finals: [final], committed, unknown });

  it('accepts the committed lines with and without the unknown ones', () => {
    expect(check(log('x', '', 'y'))).toBeNull();
    expect(check(log('x', '', 'y', '', 'z'))).toBeNull();
  });
  it('finds a missing line', () => expect(check(log('x', ''))).toMatch('"y" of f stands there 0 times, not 1'));
  it('does not take a part of a line for the line', () => expect(check(log('xx', '', 'y'))).toMatch('"x"'));
  it('finds a line that stands there twice', () => expect(check(log('x', 'x', '', 'y'))).toMatch('2 times, not 1'));
  it('finds an equal line that stands there more often than it was written', () =>
    expect(check(log('x', '', '', '', 'y'))).toMatch('3 times, not 2'));
});

describe('no invented value', () => {
  const committed = [write({ kind: 'scalar', value: { a: 1, b: 2 } })];
  const scalar = (value: string | { b: number; a: number }): FieldState => ({
    field: name,
    kind: 'scalar',
    value,
    author: null,
  });
  const check = (final: DocumentState): string | null =>
    scalarsWereWritten.violation({ finals: [final], committed, unknown: [write({ kind: 'scalar', value: 'u' })] });

  it('accepts a committed value in any order of keys, an unknown one, and none', () => {
    expect(check(state(scalar({ b: 2, a: 1 })))).toBeNull();
    expect(check(state(scalar('u')))).toBeNull();
    expect(check(state())).toBeNull();
  });
  it('accepts a value that a conflict was settled on', () => {
    const resolution = { field: name, kept: null, value: 'both', discarded: [], by: 'person' as const };
    expect(check({ ...state(scalar('both')), resolutions: [resolution] })).toBeNull();
  });
  it('finds a value that nobody wrote', () => expect(check(state(scalar('made up')))).toMatch('"made up" of f'));
});

describe('counters add up', () => {
  const invariant = countersAddUp(new Map([[name, 100]]));
  const committed = [write({ kind: 'counter', value: 10 }), write({ kind: 'counter', value: 3 }, field('g'))];
  const unknown = [write({ kind: 'counter', value: 5 })];
  const check = (f: number, g: number): string | null => {
    const fields: FieldState[] = [
      { field: name, kind: 'counter', value: f },
      { field: field('g'), kind: 'counter', value: g },
    ];
    return invariant.violation({ finals: [state(...fields)], committed, unknown });
  };

  it.each([110, 115])('accepts %i', (value) => expect(check(value, 3)).toBeNull());
  it.each([100, 109, 116])('refuses %i', (value) => expect(check(value, 3)).toMatch('not 110 to 115'));
  it('begins at 0 where no start is given', () => expect(check(110, 2)).toMatch('g is 2, not 3'));
  it('takes an absent counter for its start', () =>
    expect(invariant.violation({ finals: [state()], committed: [], unknown: [] })).toBeNull());
});
