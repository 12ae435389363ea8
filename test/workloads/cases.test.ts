import { describe, expect, it } from 'vitest';
import { field, type Workload } from '../../src/contract/index.ts';
import { createStreams } from '../../src/random/index.ts';
import { draftsOf, named, nothing, quiet, state, violations, written } from '../support/workload-cases.ts';
import { defaultModel } from '../../src/simulator/index.ts';

describe('clean-merge', () => {
  it('makes the five writes of AgentSync', () => {
    expect(draftsOf(named('clean-merge'))).toEqual([
      [
        { field: 'title', kind: 'scalar', value: 'Project Sync' },
        { field: 'tags', kind: 'grow_set', value: ['crdt', 'agents'] },
        { field: 'notes', kind: 'append_text', value: ['A: seeded the doc.'] },
      ],
      [
        { field: 'tags', kind: 'grow_set', value: ['benchmark', 'loro'] },
        { field: 'notes', kind: 'append_text', value: ['B: added a note.'] },
      ],
    ]);
  });
});

describe('semantic-conflict', () => {
  const contenders = ['published', 'draft'].map((value, seat) => written(seat, 0, 'status', { kind: 'scalar', value }));
  const plan = named('semantic-conflict').plan({ agents: 2, random: createStreams('cases'), model: defaultModel });

  it('sets one status to draft and to published', () => {
    expect(
      draftsOf(named('semantic-conflict'))
        .flat()
        .map(({ value }) => value),
    ).toEqual(['draft', 'published']);
  });

  it('holds the published one for right, whoever wrote it', () => {
    const conflict = { field: field('status'), meaning: '', contenders };
    expect(plan.rightChoice?.(conflict)).toBe('a1.1.1');
    expect(plan.rightChoice?.({ ...conflict, contenders: contenders.slice(1) })).toBe('a2.1.1');
  });
});

describe('status-race', () => {
  it('reads before it writes in about half of the turns', () => {
    const plan = named('status-race').plan({ agents: 64, random: createStreams('cases'), model: defaultModel });
    const reads = plan.agents.flatMap(({ turns }) => turns.map(({ steps }) => steps[0]!.reads.length));
    expect(reads.filter((count) => count > 0).length / reads.length).toBeCloseTo(0.5, 1);
  });

  it('holds the latest report for right, and of two equally late ones the one with the last id', () => {
    const plan = named('status-race').plan({ agents: 4, random: createStreams('cases'), model: defaultModel });
    const early = written(3, 0, 'status', { kind: 'scalar', value: 'early' });
    const [one, other] = [0, 1].map((seat) =>
      written(seat, 1, 'status', { kind: 'scalar', value: `late ${String(seat)}` }),
    );
    const conflict = { field: field('status'), meaning: '', contenders: [one!, early, other!] };
    expect(plan.rightChoice?.(conflict)).toBe(other!.id);
  });
});

describe('tally', () => {
  it('is 100, +10, +5 for two agents', () => {
    const plan = named('tally').plan({ agents: 2, random: createStreams('cases'), model: defaultModel });
    expect(plan.schema.fields).toMatchObject([{ field: 'total', kind: 'counter', initial: 100 }]);
    expect(draftsOf(named('tally'), 2)).toMatchObject([
      [{ kind: 'counter', value: 10 }],
      [{ kind: 'counter', value: 5 }],
    ]);
  });

  it('adds amounts whose sums stay exact and tell which of them are missing', () => {
    const amounts = draftsOf(named('tally'), 16)
      .flat()
      .map(({ value }) => value as number);
    expect(amounts.every((amount) => Number.isInteger(Math.log2(amount)))).toBe(true);
    expect(Number.isSafeInteger(100 + amounts.reduce((sum, amount) => sum + amount, 0))).toBe(true);
  });

  it('sees that 105 is not 115', () => {
    const committed = [10, 5].map((value, seat) => written(seat, 0, 'total', { kind: 'counter', value }));
    const finals = [state({ field: field('total'), kind: 'counter', value: 105 })];
    expect(violations(named('tally'), { finals, committed })).toEqual(['replica 1 of 1: total is 105, not 115']);
    const [first, second] = committed;
    expect(violations(named('tally'), { finals, committed: [second!], unknown: [first!] })).toEqual([null]);
  });
});

describe('mixed', () => {
  const configured = (conflictRatio: number): Workload =>
    named('mixed').configure!({ conflictRatio, turns: 20, fields: 4 });

  it('has the default knobs that it declares', () => {
    const knobs = Object.entries(named('mixed').knobs!).map(([name, knob]) => [name, knob.default] as const);
    const same = named('mixed').configure!(Object.fromEntries(knobs));
    expect(draftsOf(same)).toEqual(draftsOf(named('mixed')));
  });

  it.each([0, 0.5, 1])('sets scalars in a share of %s of its writes', (ratio) => {
    const kinds = draftsOf(configured(ratio), 32)
      .flat()
      .map(({ kind }) => kind);
    expect(kinds.filter((kind) => kind === 'scalar').length / kinds.length).toBeCloseTo(ratio, 1);
  });

  it('prefers the first fields', () => {
    const names = draftsOf(configured(1), 32)
      .flat()
      .map((draft) => draft.field);
    const counts = [1, 2, 3, 4].map((rank) => names.filter((name) => name === `scalar-${String(rank)}`).length);
    expect(counts).toEqual([...counts].sort((one, other) => other - one));
    expect(counts[0]! / counts[3]!).toBeGreaterThan(2.5);
  });

  it('writes a field once in a turn, however few there are', () => {
    const plan = named('mixed').configure!({ conflictRatio: 0.5, turns: 20, fields: 1 }).plan({
      model: defaultModel,
      agents: 8,
      random: createStreams('cases'),
    });
    for (const { steps } of plan.agents.flatMap(({ turns }) => turns)) {
      const names = steps[0]!.write(nothing).map((draft) => draft.field);
      expect(new Set(names).size).toBe(names.length);
    }
  });

  it('keeps its earlier turns when it takes more of them', () => {
    const short = named('mixed').configure!({ conflictRatio: 0.3, turns: 2, fields: 4 });
    const [few] = draftsOf(short);
    expect(draftsOf(named('mixed'))[0]!.slice(0, few!.length)).toEqual(few);
  });
});

describe('values', () => {
  const drafts = draftsOf(named('values')).flat();

  it('sets null against a value, and equal values that are written differently', () => {
    const verdicts = drafts.filter((draft) => draft.field === 'verdict').map(({ value }) => value);
    expect(verdicts).toContain(null);
    expect(verdicts).toContain('accepted by a2');
    const locales = drafts.filter((draft) => draft.field === 'locale').map(({ value }) => JSON.stringify(value));
    expect(new Set(locales).size).toBe(2);
  });

  it('uses __proto__ as a field and as an own key', () => {
    expect(drafts.some((draft) => draft.field === '__proto__')).toBe(true);
    const elements = drafts.flatMap((draft) => (draft.kind === 'grow_set' ? draft.value : []));
    expect(elements.some((element) => JSON.stringify(element).startsWith('{"__proto__":{"polluted":true'))).toBe(true);
  });

  it('writes no half character', () => {
    expect(JSON.stringify(drafts)).not.toMatch(/\\ud[89a-f]/i);
    const longest = Math.max(...drafts.map((draft) => JSON.stringify(draft.value).length));
    expect(longest).toBeGreaterThan(1_000);
  });

  it('notices a key that changed the prototype of all objects', () => {
    const untouched = { finals: [], committed: [], unknown: [] };
    const check = named('values').invariants.at(-1)!;
    Object.defineProperty(Object.prototype, 'polluted', { value: true, configurable: true });
    try {
      expect(check.violation(untouched)).toMatch('prototype');
    } finally {
      delete (Object.prototype as { polluted?: boolean }).polluted;
    }
    expect(check.violation(untouched)).toBeNull();
  });
});

describe('disjoint', () => {
  it('was not exercised if two agents wrote one field', () => {
    const { exercised } = named('disjoint');
    expect(exercised({ ...quiet, overlappingTurns: 3, byField: new Map([[field('a1-text'), 0]]) })).toBe(true);
    expect(exercised({ ...quiet, overlappingTurns: 3, byField: new Map([[field('a1-text'), 1]]) })).toBe(false);
  });

  it('uses every kind of field', () => {
    const kinds = draftsOf(named('disjoint'), 16)
      .flat()
      .map(({ kind }) => kind);
    expect([...new Set(kinds)].sort()).toEqual(['append_text', 'counter', 'grow_set', 'scalar', 'text']);
  });
});

describe('type-mismatch', () => {
  it('writes a list and a string to one field that no schema declares', () => {
    const plan = named('type-mismatch').plan({ agents: 2, random: createStreams('cases'), model: defaultModel });
    expect(plan.schema.fields).toEqual([]);
    expect(
      draftsOf(named('type-mismatch'))
        .flat()
        .map(({ kind }) => kind),
    ).toEqual(['grow_set', 'scalar']);
  });
});
