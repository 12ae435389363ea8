import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as Y from 'yjs';
import type { AgentId, TextEdit, VersionVector, WriteId } from '../../src/contract/index.ts';
import { field } from '../../src/contract/index.ts';
import type { TextWrite } from '../../src/document/text-history.ts';
import { TextHistory } from '../../src/document/text-history.ts';

function textWrite(
  agent: string,
  number: number,
  basis: VersionVector,
  edits: readonly TextEdit[],
  attempt = 1,
): TextWrite {
  return {
    id: `${agent}.${number}` as WriteId,
    agent: agent as AgentId,
    number,
    attempt,
    field: field('page'),
    kind: 'text',
    value: { basis, edits },
  };
}

function insert(position: number, inserted: string): TextEdit {
  return { position, deleted: 0, inserted };
}

function remove(position: number, deleted: number): TextEdit {
  return { position, deleted, inserted: '' };
}

function historyOf(...writes: readonly TextWrite[]): TextHistory {
  const history = new TextHistory();
  for (const write of writes) history.apply(write);
  return history;
}

describe('a text history', () => {
  it('starts empty', () => {
    expect(new TextHistory().content()).toBe('');
    expect(new TextHistory().version()).toEqual({});
  });

  it('applies the edits of a write one after another', () => {
    const history = historyOf(
      textWrite('a1', 1, {}, [insert(0, 'held'), insert(3, 'lo wor'), remove(0, 1), insert(0, 'H')]),
    );
    expect(history.content()).toBe('Hello word');
  });

  it('applies edits to the version that their author saw', () => {
    const history = historyOf(
      textWrite('a1', 1, {}, [insert(0, 'one three')]),
      textWrite('a1', 2, { a1: 1 }, [insert(0, 'zero ')]),
      textWrite('a2', 1, { a1: 1 }, [insert(4, 'two ')]),
    );
    expect(history.content()).toBe('zero one two three');
  });

  it('orders insertions at one place by the name of the agent, whoever comes first', () => {
    const seed = textWrite('a1', 1, {}, [insert(0, '()')]);
    const two = textWrite('a2', 1, { a1: 1 }, [insert(1, 'two')]);
    const three = textWrite('a3', 1, { a1: 1 }, [insert(1, 'three')]);
    expect(historyOf(seed, two, three).content()).toBe('(twothree)');
    expect(historyOf(seed, three, two).content()).toBe('(twothree)');
  });

  it('keeps what was typed into a passage that somebody else deleted', () => {
    const history = historyOf(
      textWrite('a1', 1, {}, [insert(0, 'a long passage')]),
      textWrite('a2', 1, { a1: 1 }, [remove(1, 13)]),
      textWrite('a3', 1, { a1: 1 }, [insert(6, 'X')]),
    );
    expect(history.content()).toBe('aX');
  });

  it('lets a write see its own edits but not later writes of its own agent', () => {
    const history = historyOf(
      textWrite('a1', 1, {}, [insert(0, 'abc')]),
      textWrite('a1', 3, { a1: 1 }, [insert(3, '3')]),
      textWrite('a1', 2, { a1: 1 }, [insert(0, '2'), remove(4, 1)]),
    );
    expect(history.content()).toBe('2abc3');
    expect(history.version()).toEqual({ a1: 3 });
  });

  it('shows a reader everything up to its basis, in whatever version the writers had worked', () => {
    const history = historyOf(
      textWrite('a1', 1, {}, [insert(0, 'abc')]),
      textWrite('a1', 2, { a1: 1 }, [insert(0, '2')]),
      textWrite('a1', 3, { a1: 1 }, [insert(3, '3')]),
      textWrite('a2', 1, { a1: 3 }, [remove(0, 1)]),
    );
    expect(history.content()).toBe('abc3');
  });

  it('finds positions in a text of many passages as in a plain string', () => {
    const edit = fc.record({ place: fc.nat(10_000), deleted: fc.nat(2), inserted: fc.stringMatching(/^[a-z]{1,3}$/) });
    fc.assert(
      fc.property(fc.array(edit, { minLength: 200, maxLength: 400 }), (steps) => {
        const history = new TextHistory();
        let text = '';
        steps.forEach(({ place, deleted, inserted }, index) => {
          const position = place % (text.length + 1);
          text = text.slice(0, position) + inserted + text.slice(position + deleted);
          history.apply(textWrite('a1', index + 1, { a1: index }, [{ position, deleted, inserted }]));
        });
        expect(history.content()).toBe(text);
      }),
      { numRuns: 20 },
    );
  });

  it('clamps positions and lengths', () => {
    const history = historyOf(
      textWrite('a1', 1, {}, [insert(9, 'ab'), insert(-3, '<'), insert(99, '>'), remove(3, 50), remove(77, 1)]),
    );
    expect(history.content()).toBe('<ab');
  });

  it('counts code points, not UTF-16 units', () => {
    const history = historyOf(textWrite('a1', 1, {}, [insert(0, '😀é😀'), insert(1, 'x'), remove(3, 1)]));
    expect(history.content()).toBe('😀xé');
    expect(history.standingCharacters('a1.1' as WriteId)).toBe(3);
  });

  it('ignores a repeated attempt and a lower one', () => {
    const write = textWrite('a1', 1, {}, [insert(0, 'once')], 2);
    const history = historyOf(write);
    expect(history.apply(write)).toBe(false);
    expect(history.apply({ ...write, attempt: 1 })).toBe(false);
    expect(history.content()).toBe('once');
  });

  it('replaces the effect of an earlier attempt: what it inserted goes, what it deleted comes back', () => {
    const history = historyOf(
      textWrite('a1', 1, {}, [insert(0, 'keep this')]),
      textWrite('a2', 1, { a1: 1 }, [remove(0, 5), insert(0, 'drop ')]),
      textWrite('a1', 2, { a1: 1, a2: 1 }, [insert(9, '!')]),
      textWrite('a2', 1, { a1: 1 }, [insert(4, ' all of')], 2),
    );
    expect(history.content()).toBe('keep all of this!');
    expect(history.standingCharacters('a2.1' as WriteId)).toBe(7);
    expect(history.version()).toEqual({ a1: 2, a2: 1 });
  });

  it('tells who inserted and who deleted each passage', () => {
    const history = historyOf(
      textWrite('a1', 1, {}, [insert(0, 'abc')]),
      textWrite('a2', 1, { a1: 1 }, [remove(1, 1)]),
      textWrite('a3', 1, { a1: 1 }, [remove(1, 1)]),
    );
    expect(history.runs()).toEqual([
      { text: 'a', author: 'a1.1', deletedBy: [] },
      { text: 'b', author: 'a1.1', deletedBy: ['a2.1', 'a3.1'] },
      { text: 'c', author: 'a1.1', deletedBy: [] },
    ]);
  });
});

/** A random session: per step an agent, whether it first hears from another one, and a choice of places. */
const session = fc.array(
  fc.record({
    agent: fc.nat(2),
    hears: fc.option(fc.nat(2), { nil: null }),
    place: fc.nat(10_000),
    deletes: fc.option(fc.nat(4), { nil: null }),
    inserts: fc.stringMatching(/^[a-z]{0,4}$/),
  }),
  { maxLength: 40 },
);

const agents = ['a1', 'a2', 'a3'];
const separator = '|';

describe('concurrent editing', () => {
  it('ends as in Yjs when no two agents insert at one place at once', () => {
    fc.assert(
      fc.property(session, (steps) => {
        const seed = textWrite('a0', 1, {}, [insert(0, 'one|two|three')]);
        const seedDoc = new Y.Doc();
        seedDoc.clientID = 99;
        seedDoc.getText('t').insert(0, 'one|two|three');
        const docs = agents.map((_, index) => {
          const doc = new Y.Doc();
          Y.applyUpdate(doc, Y.encodeStateAsUpdate(seedDoc));
          doc.clientID = index + 1;
          return doc;
        });
        const known = agents.map(() => new Map([['a0', 1]]));
        const history = historyOf(seed);
        steps.forEach((step, index) => {
          const doc = docs[step.agent]!;
          const mine = known[step.agent]!;
          if (step.hears !== null) {
            Y.applyUpdate(doc, Y.encodeStateAsUpdate(docs[step.hears]!));
            for (const [agent, number] of known[step.hears]!) mine.set(agent, Math.max(number, mine.get(agent) ?? 0));
          }
          const text = doc.getText('t');
          const edits = editsInOwnPart(text.toJSON(), step);
          const basis = Object.fromEntries(mine);
          for (const edit of edits) {
            if (edit.deleted > 0) text.delete(edit.position, edit.deleted);
            text.insert(edit.position, edit.inserted);
          }
          history.apply(textWrite(agents[step.agent]!, index + 1, basis, edits));
          mine.set(agents[step.agent]!, index + 1);
        });
        for (const doc of docs) Y.applyUpdate(docs[0]!, Y.encodeStateAsUpdate(doc));
        expect(history.content()).toBe(docs[0]!.getText('t').toJSON());
      }),
      { numRuns: 300 },
    );
  });

  it('reads the same in whatever causal order the writes arrive', () => {
    fc.assert(
      fc.property(session, fc.array(fc.nat(2), { minLength: 200, maxLength: 200 }), (steps, picks) => {
        const queues: TextWrite[][] = agents.map(() => []);
        const histories = agents.map(() => new TextHistory());
        const seen = agents.map(() => new Map<string, number>());
        const all: TextWrite[] = [];
        steps.forEach((step, index) => {
          const mine = seen[step.agent]!;
          const own = histories[step.agent]!;
          if (step.hears !== null) {
            for (const write of all) if (write.number <= (seen[step.hears]!.get(write.agent) ?? 0)) own.apply(write);
            for (const [agent, number] of seen[step.hears]!) mine.set(agent, Math.max(number, mine.get(agent) ?? 0));
          }
          const length = own.content().length;
          const edits = [{ position: step.place % (length + 1), deleted: step.deletes ?? 0, inserted: step.inserts }];
          const write = textWrite(agents[step.agent]!, index + 1, Object.fromEntries(mine), edits);
          own.apply(write);
          mine.set(write.agent, write.number);
          all.push(write);
          queues[step.agent]!.push(write);
        });
        const shuffled = inAnotherCausalOrder(queues, picks);
        expect(historyOf(...shuffled).content()).toBe(historyOf(...all).content());
      }),
      { numRuns: 300 },
    );
  });
});

/** Each agent inserts into its own part and deletes anywhere but the separators. */
function editsInOwnPart(
  text: string,
  step: { agent: number; place: number; deletes: number | null; inserts: string },
): TextEdit[] {
  const parts = text.split(separator);
  const start = parts.slice(0, step.agent).reduce((sum, part) => sum + part.length + 1, 0);
  const own = insert(start + (step.place % (parts[step.agent]!.length + 1)), step.inserts);
  if (step.deletes === null) return [own];
  const position = step.place % text.length;
  const upTo = (text + separator).indexOf(separator, position);
  return [remove(position, Math.min(step.deletes, upTo - position)), ...(position >= own.position ? [own] : [])];
}

function inAnotherCausalOrder(queues: readonly (readonly TextWrite[])[], picks: readonly number[]): TextWrite[] {
  const taken = queues.map(() => 0);
  const contains = new Map<string, number>();
  const order: TextWrite[] = [];
  const total = queues.reduce((sum, queue) => sum + queue.length, 0);
  for (let turn = 0; order.length < total; turn += 1) {
    for (let offset = 0; offset < queues.length; offset += 1) {
      const from = ((picks[turn % picks.length] ?? 0) + offset) % queues.length;
      const next = queues[from]![taken[from]!];
      if (next === undefined || !covers(contains, next.value.basis)) continue;
      order.push(next);
      taken[from] = taken[from]! + 1;
      contains.set(next.agent, next.number);
      break;
    }
  }
  return order;
}

function covers(version: ReadonlyMap<string, number>, basis: VersionVector): boolean {
  return Object.entries(basis).every(([agent, number]) => (version.get(agent) ?? 0) >= number);
}
