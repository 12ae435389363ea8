import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Attempt, Outcome, TextEdit, VersionVector } from '../../src/contract/index.ts';
import { writeNumber } from '../../src/contract/index.ts';
import { TextHistory } from '../../src/document/text-history.ts';
import { alignTexts } from '../../src/oracle/text-alignment.ts';
import {
  attempt,
  committed,
  conflict,
  declare,
  draft,
  escalatedWrites,
  escalation,
  fatesOn,
  textState,
  unanswered,
  verdictOn,
  writeOf,
} from './history-builder.ts';

const schema = [declare('page', 'text')];

function edit(
  turn: string,
  basis: VersionVector,
  edits: readonly (readonly [number, number, string])[],
  told: Outcome | null = committed,
): Attempt {
  const changes: TextEdit[] = edits.map(([position, deleted, inserted]) => ({ position, deleted, inserted }));
  return attempt({ turn, writes: [draft('page', { kind: 'text', value: { basis, edits: changes } })], told });
}

/** The number of an agent's first write, by turn. */
const first = (turn: number): number => writeNumber(turn - 1, 0);

function fatesIn(content: string, ...attempts: readonly Attempt[]): Record<string, string> {
  return fatesOn({ schema, attempts, finals: { fields: [textState('page', content)] } });
}

const seed = edit('a1.1', {}, [[0, 0, 'The quick fox jumps.']]);
const seen = { a1: first(1) };

describe('the fates of edits', () => {
  it('survive when the text is what the edits yield, each applied to the version that its author saw', () => {
    const brown = edit('a2.1', seen, [[10, 0, 'brown ']]);
    const high = edit('a3.1', seen, [[19, 0, ' high']]);
    expect(fatesIn('The quick brown fox jumps high.', seed, high, brown)).toEqual({
      'a1.1.1': 'survived',
      'a2.1.1': 'survived',
      'a3.1.1': 'survived',
    });
  });

  it('are not blurred by one of several edits that nobody was told of and that never arrived', () => {
    const never = edit('a1.1', {}, [[0, 0, 'a1, turn 1. ']], unanswered);
    const told = edit('a1.2', {}, [[0, 0, 'a1, turn 2. ']]);
    const landed = edit('a1.3', { a1: first(2) }, [[5, 0, 'a1, turn 3. ']], unanswered);
    expect(fatesIn('a1, ta1, turn 3. urn 2. ', never, told, landed)).toEqual({
      'a1.1.1': 'indeterminate',
      'a1.2.1': 'survived',
      'a1.3.1': 'survived',
    });
  });

  it('are not blurred by an edit that was escalated and stands in the escalation alone', () => {
    const insert = (turn: string, text: string, told = committed): Attempt => edit(turn, {}, [[0, 0, text]], told);
    const aside = insert('a1.1', 'Reviewed. ', escalatedWrites('a1.1.1'));
    const attempts = [aside, insert('a2.1', 'Reviewed. '), insert('a3.1', 'Tested. ')];
    const finals = { fields: [textState('page', 'Tested. Reviewed. ')], escalations: [escalation(writeOf(aside))] };
    const { 'a2.1.1': second, 'a3.1.1': third } = fatesOn({ schema, attempts, finals });
    expect([second, third]).toEqual(['survived', 'survived']);
  });

  it('survive when agents answer each other', () => {
    const brown = edit('a2.1', seen, [[10, 0, 'brown ']]);
    const shorter = edit('a1.2', { ...seen, a2: first(1) }, [[10, 3, '']]);
    const very = edit('a2.2', { a1: first(2), a2: first(1) }, [[10, 0, 'very ']]);
    const content = 'The quick very wn fox jumps.';
    expect(new Set(Object.values(fatesIn(content, seed, brown, shorter, very)))).toEqual(new Set(['survived']));
  });

  it('do not blame a refused deletion for what somebody else deleted', () => {
    const deletes = edit('a2.1', seen, [[4, 6, '']]);
    const refused = edit('a3.1', seen, [[4, 6, '']], conflict);
    const high = edit('a4.1', seen, [[19, 0, ' high']]);
    expect(fatesIn('The fox jumps.', seed, deletes, refused, high)).toMatchObject({
      'a3.1.1': 'rejected',
      'a4.1.1': 'lost',
    });
  });

  it('charge what is missing to the write that inserted it', () => {
    const brown = edit('a2.1', seen, [[10, 0, 'brown ']]);
    const high = edit('a3.1', seen, [[19, 0, ' high']]);
    expect(fatesIn('The quick fox jumps high.', seed, brown, high)).toEqual({
      'a1.1.1': 'survived',
      'a2.1.1': 'lost',
      'a3.1.1': 'survived',
    });
  });

  it('are torn when a part of what was inserted is there', () => {
    const words = edit('a2.1', seen, [
      [4, 0, 'very '],
      [15, 0, 'brown '],
    ]);
    expect(fatesIn('The very quick fox jumps.', seed, words)['a2.1.1']).toBe('lost, torn');
  });

  it('charge what should be gone to the write that deleted it', () => {
    const without = edit('a2.1', seen, [[4, 6, '']]);
    expect(fatesIn('The fox jumps.', seed, without)).toEqual({ 'a1.1.1': 'survived', 'a2.1.1': 'survived' });
    expect(fatesIn('The quick fox jumps.', seed, without)).toEqual({ 'a1.1.1': 'survived', 'a2.1.1': 'lost' });
  });

  it('do not charge what somebody else deleted', () => {
    const gone = edit('a2.1', seen, [[0, 20, '']]);
    expect(fatesIn('', seed, gone)).toEqual({ 'a1.1.1': 'survived', 'a2.1.1': 'survived' });
  });

  it('accept either order of what was typed at one place at once', () => {
    const red = edit('a2.1', seen, [[10, 0, 'red ']]);
    const blue = edit('a3.1', seen, [[10, 0, 'blue ']]);
    for (const content of ['The quick red blue fox jumps.', 'The quick blue red fox jumps.']) {
      expect(fatesIn(content, seed, red, blue)).toEqual({
        'a1.1.1': 'survived',
        'a2.1.1': 'survived',
        'a3.1.1': 'survived',
      });
    }
  });

  it('accept either order also when somebody has typed into one of the passages since', () => {
    const one = edit('a1.1', {}, [[0, 0, 'a1, turn 2, write 2. ']]);
    const other = edit('a3.1', {}, [[0, 0, 'a3, turn 1, write 2. ']]);
    const inside = edit('a2.1', { a1: first(1) }, [[17, 0, 'a2, turn 2, write 1. ']]);
    const nested = 'a1, turn 2, writea2, turn 2, write 1.  2. ';
    const last = 'a3, turn 1, write 2. ';
    for (const content of [nested + last, last + nested]) {
      expect(new Set(Object.values(fatesIn(content, one, other, inside)))).toEqual(new Set(['survived']));
    }
    expect(Object.values(fatesIn(`${last}${nested.slice(0, -1)}`, one, other, inside))).toContain('lost, torn');
  });

  it('accept positions that count on either order', () => {
    const four = edit('a4.1', {}, [[0, 0, 'four ']]);
    const one = edit('a1.1', {}, [[0, 0, 'one ']]);
    const both = edit('a2.1', { a1: first(1), a4: first(1) }, [[2, 0, '-two-']]);
    for (const content of ['fo-two-ur one ', 'on-two-e four ']) {
      expect(new Set(Object.values(fatesIn(content, four, one, both)))).toEqual(new Set(['survived']));
    }
    expect(Object.values(fatesIn('fou-two-r on ', four, one, both))).toContain('lost, torn');
  });

  it('leave open what became of an edit that was never answered', () => {
    const brown = edit('a2.1', seen, [[10, 0, 'brown ']], unanswered);
    const high = edit('a3.1', seen, [[19, 0, ' high']]);
    expect(fatesIn('The quick fox jumps high.', seed, brown, high)['a2.1.1']).toBe('indeterminate');
    expect(fatesIn('The quick brown fox jumps.', seed, brown, high)).toMatchObject({
      'a2.1.1': 'survived',
      'a3.1.1': 'lost',
    });
  });

  it('find a refused edit that shows nevertheless', () => {
    const brown = edit('a2.1', seen, [[10, 0, 'brown ']], conflict);
    const without = edit('a3.1', seen, [[4, 6, '']], conflict);
    expect(fatesIn('The quick fox jumps.', seed, brown, without)).toMatchObject({
      'a2.1.1': 'rejected',
      'a3.1.1': 'rejected',
    });
    expect(fatesIn('The quick brown fox jumps.', seed, brown, without)).toMatchObject({
      'a2.1.1': 'phantom',
      'a3.1.1': 'rejected',
    });
    expect(fatesIn('The fox jumps.', seed, brown, without)).toMatchObject({
      'a2.1.1': 'rejected',
      'a3.1.1': 'phantom',
    });
  });

  it('are lost when there is no text at all', () => {
    expect(fatesOn({ schema, attempts: [seed], finals: {} })['a1.1.1']).toBe('lost');
  });

  it('are covered by an escalation that carries the same edits', () => {
    const finals = { escalations: [escalation(writeOf(seed))] };
    expect(fatesOn({ schema, attempts: [seed], finals })['a1.1.1']).toBe('escalated');
  });

  it('count a repeated turn that landed twice as a duplicate', () => {
    const brown = edit('a2.1', seen, [[10, 0, 'brown ']], unanswered);
    const again = edit('a2.1', seen, [[10, 0, 'brown ']]);
    const attempts = [
      seed,
      brown,
      { ...again, tx: { ...again.tx, attempt: 2 }, writes: again.writes.map((write) => ({ ...write, attempt: 2 })) },
    ];
    const judged = (content: string) =>
      verdictOn({ schema, attempts, finals: { fields: [textState('page', content)] } });
    expect(judged('The quick brown fox jumps.')).toMatchObject({ duplicates: 0, counts: { survived: 2 } });
    expect(judged('The quick brown brown fox jumps.')).toMatchObject({ duplicates: 1, counts: { survived: 2 } });
  });

  it('are told apart in a long text of which one agent kept only its own part', () => {
    const paragraphs = Array.from({ length: 200 }, (_, index) => `${((index + 1) * 0x9e3779b1).toString(36)} `);
    const mine = new TextHistory();
    const attempts = paragraphs.map((paragraph, index) => {
      const own = Math.floor(index / 2);
      const agent = index % 2 === 0 ? 'a1' : 'a2';
      const other = index % 2 === 0 ? { a2: first(own) } : { a1: first(own) };
      const basis = own === 0 ? {} : { [agent]: first(own), ...other };
      const turn = edit(`${agent}.${own + 1}`, basis, [[0, 0, paragraph]]);
      if (agent === 'a1') mine.apply(writeOf(turn) as Parameters<TextHistory['apply']>[0]);
      return turn;
    });
    const verdict = verdictOn({ schema, attempts, finals: { fields: [textState('page', mine.content())] } });
    expect(verdict.counts).toMatchObject({ survived: 100, lost: 100 });
    expect(verdict.fates.filter(({ fate }) => fate === 'lost').every(({ write }) => write.agent === 'a2')).toBe(true);
  });
});

describe('alignment', () => {
  const text = fc.stringMatching(/^[ab ]{0,30}$/);

  it('matches equal characters, in order', () => {
    fc.assert(
      fc.property(text, text, (left, right) => {
        const places = [...alignTexts(left, right)];
        const matched = places.flatMap((place, index) => (place < 0 ? [] : [[place, index] as const]));
        expect(matched.map(([place]) => left[place])).toEqual(matched.map(([, index]) => right[index]));
        expect(matched.every(([place], index) => index === 0 || place > matched[index - 1]![0])).toBe(true);
      }),
    );
  });

  it('matches as many characters as possible in short texts', () => {
    fc.assert(
      fc.property(text, text, (left, right) => {
        expect(alignTexts(left, right).filter((place) => place >= 0).length).toBe(longestCommon(left, right));
      }),
    );
  });

  it('finds every kept sentence of a long text by its anchors', () => {
    const sentences = Array.from({ length: 400 }, (_, index) => `sentence ${index * 7919} is here; `);
    const kept = sentences.filter((_, index) => index % 3 !== 0);
    const places = alignTexts(sentences.join(''), ['new start ', ...kept].join(''));
    const matched = places.filter((place) => place >= 0).length;
    expect(matched).toBeGreaterThanOrEqual(kept.join('').length);
  });
});

function longestCommon(left: string, right: string): number {
  let row = new Array<number>(right.length + 1).fill(0);
  for (const character of left) {
    const next = [0];
    for (let index = 0; index < right.length; index += 1) {
      next.push(character === right[index] ? row[index]! + 1 : Math.max(row[index + 1]!, next[index]!));
    }
    row = next;
  }
  return row[right.length]!;
}
