import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  agentAt,
  field,
  transactionId,
  writeId,
  writeNumber,
  type Change,
  type Schema,
  type Write,
} from '../../src/contract/index.ts';
import { FoldedDocument } from '../../src/document/index.ts';

const schema: Schema = {
  fields: [
    { field: field('status'), kind: 'scalar', meaning: '', initial: 'new' },
    { field: field('tags'), kind: 'grow_set', meaning: '', initial: ['seed'] },
    { field: field('log'), kind: 'append_text', meaning: '', initial: ['start'] },
    { field: field('tally'), kind: 'counter', meaning: '', initial: 100 },
    { field: field('draft'), kind: 'text', meaning: '' },
  ],
};

/** A write by an agent (counted from 0), the first of one of its turns. */
function write(agent: number, turn: number, attempt: number, name: string, change: Change): Write {
  const author = agentAt(agent);
  const id = writeId(transactionId(author, turn), 0);
  return { id, agent: author, number: writeNumber(turn, 0), attempt, field: field(name), ...change };
}

function fold(writes: readonly Write[]): FoldedDocument {
  const document = new FoldedDocument(schema);
  for (const one of writes) document.apply(one);
  return document;
}

describe('a folded document', () => {
  it('starts from the initial values, in the order of the names', () => {
    const fields = fold([]).fields();
    expect(fields.map(({ field: name }) => name)).toEqual(['log', 'status', 'tags', 'tally']);
    expect(fields[1]).toEqual({ field: 'status', kind: 'scalar', value: 'new', author: null });
  });

  it('gives a scalar the value that arrived last', () => {
    const document = fold([
      write(0, 0, 1, 'status', { kind: 'scalar', value: 'done' }),
      write(1, 0, 1, 'status', { kind: 'scalar', value: 'open' }),
    ]);
    expect(document.field(field('status'))).toMatchObject({ value: 'open', author: 'a2.1.1' });
  });

  it('keeps an element once, with its first author', () => {
    const document = fold([
      write(0, 0, 1, 'tags', { kind: 'grow_set', value: [{ a: 1, b: 2 }] }),
      write(1, 0, 1, 'tags', { kind: 'grow_set', value: [{ b: 2, a: 1 }, 'new'] }),
    ]);
    expect(document.field(field('tags'))).toMatchObject({
      elements: [
        { value: 'seed', author: null },
        { value: { a: 1, b: 2 }, author: 'a1.1.1' },
        { value: 'new', author: 'a2.1.1' },
      ],
    });
  });

  it('replaces what an earlier attempt at the same write did, and ignores an earlier attempt that comes late', () => {
    const document = fold([
      write(0, 0, 2, 'log', { kind: 'append_text', value: ['second'] }),
      write(0, 0, 1, 'log', { kind: 'append_text', value: ['first'] }),
      write(0, 1, 1, 'tally', { kind: 'counter', value: 10 }),
      write(0, 1, 2, 'tally', { kind: 'counter', value: 7 }),
      write(0, 2, 1, 'tags', { kind: 'grow_set', value: ['x', 'y'] }),
      write(0, 2, 2, 'tags', { kind: 'grow_set', value: ['y'] }),
    ]);
    expect(document.field(field('log'))).toMatchObject({ lines: [{ value: 'start' }, { value: 'second' }] });
    expect(document.field(field('tally'))).toMatchObject({ value: 107 });
    expect(document.field(field('tags'))).toMatchObject({ elements: [{ value: 'seed' }, { value: 'y' }] });
  });

  it('refuses a write of another kind, declared or brought by the first write', () => {
    const document = new FoldedDocument(schema);
    const list = write(0, 0, 1, 'topic', { kind: 'grow_set', value: ['a'] });
    const text = write(1, 0, 1, 'topic', { kind: 'scalar', value: 'a' });
    expect(document.apply(write(0, 1, 1, 'status', { kind: 'counter', value: 1 }))).toBe('type-mismatch');
    expect(document.apply(list)).toBe('applied');
    expect(document.apply(text)).toBe('type-mismatch');
    expect(document.field(field('topic'))).toMatchObject({ kind: 'grow_set', elements: [{ value: 'a' }] });
  });

  it('takes fields with the names of object properties', () => {
    const document = fold([write(0, 0, 1, '__proto__', { kind: 'scalar', value: 1 })]);
    expect(document.field(field('__proto__'))).toMatchObject({ value: 1 });
    expect(document.field(field('constructor'))).toBeUndefined();
  });
});

const changes: fc.Arbitrary<readonly [string, Change]> = fc.oneof(
  fc
    .record({ kind: fc.constant('scalar' as const), value: fc.string({ maxLength: 2 }) })
    .map((one) => ['status', one] as const),
  fc
    .record({
      kind: fc.constant('grow_set' as const),
      value: fc.array(fc.constantFrom('a', 'b', 'c'), { maxLength: 3 }),
    })
    .map((one) => ['tags', one] as const),
  fc
    .record({ kind: fc.constant('append_text' as const), value: fc.array(fc.constantFrom('a', 'b'), { maxLength: 2 }) })
    .map((one) => ['log', one] as const),
  fc
    .record({ kind: fc.constant('counter' as const), value: fc.integer({ min: -5, max: 5 }) })
    .map((one) => ['tally', one] as const),
  fc
    .record({ position: fc.nat(4), deleted: fc.nat(2), inserted: fc.string({ maxLength: 3 }) })
    .map((edit) => ['draft', { kind: 'text', value: { basis: {}, edits: [edit] } }] as const),
);

/** Up to three turns of each of two agents; each turn is attempted up to three times, perhaps with other values. */
const attempts = fc
  .array(fc.tuple(fc.nat(1), fc.nat(2), changes, fc.array(fc.nat(9), { minLength: 1, maxLength: 3 })), { maxLength: 6 })
  .map((turns) => {
    const once = new Map(
      turns.map(([agent, turn, change, tries]) => [`${String(agent)}.${String(turn)}`, { agent, turn, change, tries }]),
    );
    return [...once.values()].flatMap(({ agent, turn, change: [name, change], tries }) =>
      tries.map((_, index) => write(agent, turn, index + 1, name, change)),
    );
  });

describe('the laws of folding', () => {
  it('folding the same writes once more changes nothing', () => {
    fc.assert(
      fc.property(attempts, (writes) => {
        const document = fold(writes);
        const before = document.fields();
        for (const one of writes) document.apply(one);
        expect(document.fields()).toEqual(before);
      }),
    );
  });

  it('repeats that arrive anywhere behind the first arrival change nothing', () => {
    fc.assert(
      fc.property(attempts, fc.array(fc.tuple(fc.nat(20), fc.nat(20))), (writes, repeats) => {
        const arrivals = writes.slice();
        for (const [which, later] of repeats) {
          const repeated = arrivals[which];
          if (repeated !== undefined) arrivals.splice(Math.min(which + 1 + later, arrivals.length), 0, repeated);
        }
        expect(fold(arrivals).fields()).toEqual(fold(writes).fields());
      }),
    );
  });

  it('only the last attempt at each write counts, wherever values merge', () => {
    fc.assert(
      fc.property(attempts, (writes) => {
        const merging = writes.filter(({ kind }) => kind !== 'scalar' && kind !== 'text');
        const last = merging.filter(
          (one) => !merging.some(({ id, attempt }) => id === one.id && attempt > one.attempt),
        );
        expect(fold(merging).fields()).toEqual(fold(last).fields());
      }),
    );
  });
});
