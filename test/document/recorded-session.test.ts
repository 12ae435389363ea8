import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { recordedTurns, type RecordedTransaction, type RecordedTurn } from '../../src/document/recorded-session.ts';

/** Types one letter, named after its position in the recording so that it can be found again. */
function typed(author: number, ...parents: number[]): RecordedTransaction {
  return { author, parents, edits: [{ position: 0, deleted: 0, inserted: 'x' }] };
}
const joined = (author: number, ...parents: number[]): RecordedTransaction => ({ author, parents, edits: [] });

const shape = (turns: readonly RecordedTurn[]): unknown[] =>
  turns.map(({ agent, turn, seen, edits }) => [agent, turn, edits.length, [...seen]]);

describe('the turns of a recorded session', () => {
  it('take together what one author typed without looking up', () => {
    expect(shape(recordedTurns([typed(0), typed(0, 0), typed(0, 1)]))).toEqual([[0, 0, 3, []]]);
  });

  it('go on while another author types unseen', () => {
    const session = [typed(0), typed(1, 0), typed(0, 0), typed(1, 1), typed(0, 2), typed(0, 4, 3)];
    expect(shape(recordedTurns(session))).toEqual([
      [0, 0, 1, []],
      [1, 0, 2, [1]],
      [0, 1, 2, [1]],
      [0, 2, 1, [2, 1]],
    ]);
  });

  it('end where another author has seen them', () => {
    const session = [typed(0), typed(0, 0), typed(0, 1), typed(1, 1)];
    expect(shape(recordedTurns(session))).toEqual([
      [0, 0, 2, []],
      [0, 1, 1, [1]],
      [1, 0, 1, [1]],
    ]);
  });

  it('look through transactions that only join', () => {
    const session = [typed(0), typed(1, 0), typed(2, 0), joined(0, 1, 2), joined(1, 3), typed(1, 4), joined(0, 5)];
    expect(shape(recordedTurns(session))).toEqual([
      [0, 0, 1, []],
      [1, 0, 1, [1]],
      [2, 0, 1, [1]],
      [1, 1, 1, [1, 1, 1]],
    ]);
  });

  it('are not cut by a transaction that joins nothing', () => {
    expect(shape(recordedTurns([typed(0), joined(0, 0), typed(0, 1)]))).toEqual([[0, 0, 2, []]]);
  });

  it('give an author who worked at two places at once two agents', () => {
    const session = [typed(0), typed(0, 0), typed(0, 0), typed(0, 1, 2)];
    expect(shape(recordedTurns(session))).toEqual([
      [0, 0, 1, []],
      [0, 1, 1, [1]],
      [1, 0, 1, [1]],
      [0, 2, 1, [2, 1]],
    ]);
  });

  it('have seen exactly what their transactions had seen', () => {
    fc.assert(
      fc.property(sessions, (session) => {
        expect(seenLettersOf(recordedTurns(session))).toEqual(seenLetters(session));
      }),
      { numRuns: 500 },
    );
  });
});

/** Random recordings: any author, one to three parents, now and then a join. Letters are numbered by transaction. */
const sessions = fc
  .array(fc.tuple(fc.nat(2), fc.array(fc.nat(1000), { minLength: 1, maxLength: 3 }), fc.nat(4)), { maxLength: 30 })
  .map((rows) =>
    rows.map(([author, parents, edits], index): RecordedTransaction => ({
      author,
      parents: index === 0 ? [] : [...new Set(parents.map((parent) => Math.max(0, index - 1 - (parent % 4))))],
      edits: edits === 0 ? [] : [{ position: index, deleted: 0, inserted: String(index) }],
    })),
  );

/** By letter, all letters that its author saw, after the definition: the ancestors with edits. */
function seenLetters(session: readonly RecordedTransaction[]): ReadonlyMap<string, string[]> {
  const ancestors: Set<number>[] = [];
  for (const { parents } of session) {
    ancestors.push(new Set(parents.flatMap((parent) => [parent, ...ancestors[parent]!])));
  }
  const letters = session.map(({ edits }) => edits[0]?.inserted);
  const entries = letters.flatMap((letter, index) =>
    letter === undefined ? [] : [[letter, sorted([...ancestors[index]!].map((one) => letters[one]))] as const],
  );
  return new Map(entries);
}

/** The same, after the turns: the letters of all turns that were seen, and those before it in the turn itself. */
function seenLettersOf(turns: readonly RecordedTurn[]): ReadonlyMap<string, string[]> {
  const entries = turns.flatMap(({ seen, edits }) => {
    const earlier = turns.filter((other) => other.turn < (seen[other.agent] ?? 0)).flatMap((other) => other.edits);
    return edits.map(({ inserted }, index) => {
      const before = [...earlier, ...edits.slice(0, index)];
      return [inserted, sorted(before.map((edit) => edit.inserted))] as const;
    });
  });
  return new Map(entries.sort(([one], [other]) => Number(one) - Number(other)));
}

const sorted = (letters: readonly (string | undefined)[]): string[] =>
  letters.filter((letter) => letter !== undefined).sort();
