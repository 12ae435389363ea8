import { describe, expect, it } from 'vitest';
import {
  agentAt,
  field,
  transactionId,
  writeId,
  type Change,
  type FieldState,
  type Write,
} from '../../src/contract/index.ts';
import { initialState, putWrite } from '../../src/document/put.ts';

const name = field('f');
function write(change: Change, turn = 0, attempt = 1): Write {
  const agent = agentAt(0);
  return { id: writeId(transactionId(agent, turn), 0), agent, number: turn * 64 + 1, attempt, field: name, ...change };
}
const put = (...writes: readonly Write[]): FieldState | undefined =>
  writes.reduce<FieldState | undefined>(putWrite, undefined);

describe('what an agent puts back', () => {
  it('adds to a set what is not in it', () => {
    const first = write({ kind: 'grow_set', value: [{ a: 1, b: 2 }] });
    const second = write({ kind: 'grow_set', value: [{ b: 2, a: 1 }, 'x', 'x'] }, 1);
    expect(put(first, second)).toMatchObject({ elements: [{ author: 'a1.1.1' }, { value: 'x', author: 'a1.2.1' }] });
  });

  it('replaces the elements of an earlier attempt', () => {
    const attempts = [1, 2].map((attempt) => write({ kind: 'grow_set', value: [attempt] }, 0, attempt));
    expect(put(...attempts)).toMatchObject({ elements: [{ value: 2, author: 'a1.1.1' }] });
  });

  it('replaces the lines of an earlier attempt', () => {
    const attempts = [1, 2].map((attempt) =>
      write({ kind: 'append_text', value: [`try ${String(attempt)}`] }, 0, attempt),
    );
    expect(put(...attempts)).toMatchObject({ lines: [{ value: 'try 2', author: 'a1.1.1' }] });
  });

  it('adds to a counter, and replaces a field of another kind', () => {
    expect(put(write({ kind: 'counter', value: 2 }), write({ kind: 'counter', value: 3 }, 1))).toMatchObject({
      value: 5,
    });
    expect(put(write({ kind: 'counter', value: 2 }), write({ kind: 'scalar', value: 'x' }, 1))).toMatchObject({
      kind: 'scalar',
    });
  });

  it('edits a text by code points, within its bounds', () => {
    const insert = write({ kind: 'text', value: { basis: {}, edits: [{ position: 9, deleted: 9, inserted: '👩‍🚀x' }] } });
    const replace = write(
      { kind: 'text', value: { basis: {}, edits: [{ position: 3, deleted: 9, inserted: 'y' }] } },
      1,
    );
    expect(put(insert, replace)).toMatchObject({ content: '👩‍🚀y', version: { a1: 65 } });
  });
});

it('a document starts with the initial values, sorted by name, without authors', () => {
  const schema = {
    fields: [
      { field: field('b'), kind: 'counter' as const, meaning: '', initial: 0 },
      { field: field('a'), kind: 'scalar' as const, meaning: '', initial: null },
      { field: field('c'), kind: 'scalar' as const, meaning: '' },
    ],
  };
  expect(initialState(schema).fields).toEqual([
    { field: 'a', kind: 'scalar', value: null, author: null },
    { field: 'b', kind: 'counter', value: 0 },
  ]);
});
