import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { agentAt, field, transactionId, writeId, writeNumber, type Write } from '../../src/contract/index.ts';
import {
  currentSlots,
  learn,
  parseSlot,
  registerContent,
  slotText,
  type Known,
  type Slot,
} from '../../src/replication/register.ts';

const name = field('status');
const nothing: Known = new Map();

function scalar(agent: number, turn: number, value: string, attempt = 1): Write {
  const author = agentAt(agent);
  const id = writeId(transactionId(author, turn), 0);
  return { id, agent: author, number: writeNumber(turn, 0), attempt, field: name, kind: 'scalar', value };
}

const ids = (slots: readonly Slot[]): readonly string[] => slots.map(({ write }) => write.id);

describe('a register', () => {
  it('shows one value that was overwritten by somebody who had seen it', () => {
    const draft: Slot = { write: scalar(0, 0, 'draft'), known: nothing };
    const published: Slot = { write: scalar(1, 0, 'published'), known: learn(nothing, [draft]) };
    expect(registerContent(name, currentSlots([draft, published]))).toMatchObject({
      value: 'published',
      author: 'a2.1.1',
    });
  });

  it('escalates two different values whose authors knew nothing of each other', () => {
    const slots = [scalar(0, 0, 'draft'), scalar(1, 0, 'published')].map((write) => ({ write, known: nothing }));
    expect(registerContent(name, currentSlots(slots))).toEqual({
      field: name,
      contenders: slots.map(({ write }) => write),
    });
  });

  it('shows equal values as one', () => {
    const slots = [scalar(0, 0, 'done'), scalar(1, 0, 'done')].map((write) => ({ write, known: nothing }));
    expect(registerContent(name, currentSlots(slots))).toMatchObject({
      kind: 'scalar',
      value: 'done',
      author: 'a1.1.1',
    });
  });

  it('is settled by a write whose author has seen the escalation', () => {
    const contenders = [scalar(0, 0, 'draft'), scalar(1, 0, 'published')].map((write) => ({ write, known: nothing }));
    const verdict: Slot = { write: scalar(2, 0, 'withdrawn'), known: learn(nothing, contenders) };
    expect(ids(currentSlots([...contenders, verdict]))).toEqual(['a3.1.1']);
  });

  it('replaces what the same agent wrote before, also by a later attempt at the same write', () => {
    const slots = [scalar(0, 0, 'one'), scalar(0, 1, 'two'), scalar(0, 1, 'three', 2)];
    expect(currentSlots(slots.map((write) => ({ write, known: nothing }))).map(({ write }) => write.value)).toEqual([
      'three',
    ]);
  });

  it('reads back as it was written', () => {
    const slot: Slot = {
      write: scalar(0, 0, '__proto__'),
      known: learn(nothing, [{ write: scalar(1, 3, 'x'), known: nothing }]),
    };
    expect(parseSlot(slotText(slot))).toEqual(slot);
  });
});

/** One agent reads what it holds and writes, or hears of all that another one holds. */
type Step = { readonly agent: number } & (
  { readonly kind: 'write'; readonly reads: boolean } | { readonly kind: 'hear'; readonly from: number }
);

const agents = 3;
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ kind: fc.constant('write' as const), agent: fc.nat(agents - 1), reads: fc.boolean() }),
  fc.record({ kind: fc.constant('hear' as const), agent: fc.nat(agents - 1), from: fc.nat(agents - 1) }),
);

/** The reference: every write with all writes that it knows, directly or through others. */
interface History {
  readonly id: string;
  readonly agent: number;
  readonly knows: ReadonlySet<string>;
}

function play(steps: readonly Step[]): readonly (readonly [shown: readonly string[], expected: readonly string[]])[] {
  const slots = Array.from({ length: agents }, () => new Map<number, Slot>());
  const heard = Array.from({ length: agents }, () => new Map<string, History>());
  const turns = Array.from({ length: agents }, () => 0);
  const at = <Item>(items: readonly Item[], index: number): Item => items[index]!;
  const unknownToOthers = (histories: readonly History[]): readonly History[] =>
    histories.filter(({ id }) => !histories.some(({ knows }) => knows.has(id)));
  for (const move of steps) {
    const [mine, known] = [at(slots, move.agent), at(heard, move.agent)];
    if (move.kind === 'hear') {
      for (const [author, slot] of at(slots, move.from)) {
        const newer = slot.write.number > (mine.get(author)?.write.number ?? 0);
        if (newer) mine.set(author, slot);
      }
      for (const [id, history] of at(heard, move.from)) known.set(id, history);
      continue;
    }
    const write = scalar(move.agent, turns[move.agent]!, 'same');
    turns[move.agent]! += 1;
    const own = mine.get(move.agent);
    const seen = move.reads ? currentSlots([...mine.values()]) : [];
    const view = move.reads ? unknownToOthers([...known.values()]) : [];
    const before = [...known.values()].filter(({ agent }) => agent === move.agent);
    mine.set(move.agent, { write, known: learn(nothing, own === undefined ? seen : [...seen, own]) });
    const knows = new Set([...view, ...before].flatMap((history) => [history.id, ...history.knows]));
    known.set(write.id, { id: write.id, agent: move.agent, knows });
  }
  return slots.map((mine, agent) => [
    ids(currentSlots([...mine.values()])),
    unknownToOthers([...at(heard, agent).values()])
      .map(({ id }) => id)
      .sort(),
  ]);
}

it('a register shows what a complete history of who knew what says', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
      for (const [shown, expected] of play(steps)) expect(shown).toEqual(expected);
    }),
    { numRuns: 1000 },
  );
});

describe('an agent that comes back to an older turn', () => {
  const newer: Slot = {
    write: scalar(0, 1, 'newer'),
    known: learn(nothing, [{ write: scalar(0, 0, 'older'), known: nothing }]),
  };
  const repeated = scalar(0, 0, 'older', 2);

  it('replaces its newer write if it has seen it', () => {
    const seeing: Slot = { write: repeated, known: learn(nothing, [newer]) };
    expect(ids(currentSlots([seeing, newer]))).toEqual(['a1.1.1']);
  });

  it('leaves its newer write alone if its machine has forgotten it', () => {
    expect(ids(currentSlots([{ write: repeated, known: nothing }, newer]))).toEqual(['a1.2.1']);
  });
});
