import { describe, expect, it } from 'vitest';
import type { AgentId, MergeStrategy } from '../../src/contract/index.ts';
import {
  Store,
  type JsonObject,
  type PutOutcome,
  type Settlement,
  type StoreEscalation,
  type StoreOptions,
} from '../../src/store/index.ts';
import { loro } from '../../strategies/loro.ts';
import { lww } from '../../strategies/lww.ts';
import { occ } from '../../strategies/occ.ts';
import { yjs } from '../../strategies/yjs.ts';
import { MemoryHost } from './memory-host.ts';

const item = { namespace: ['team'], key: 'plan' };
const [alice, bob, carol] = ['alice', 'bob', 'carol'] as AgentId[] as [AgentId, AgentId, AgentId];

class World {
  readonly host = new MemoryHost();
  readonly raised: StoreEscalation[] = [];
  readonly store: Store;

  constructor(strategy: MergeStrategy = loro, options: Partial<StoreOptions> = {}) {
    this.store = new Store(this.host, {
      strategy,
      onEscalation: (escalation) => this.raised.push(escalation),
      ...options,
    });
  }

  put(agent: AgentId, value: JsonObject): PutOutcome {
    const outcomes: PutOutcome[] = [];
    this.store.put(agent, item, value, {}, (outcome) => outcomes.push(outcome));
    this.host.rest();
    expect(outcomes).toHaveLength(1);
    return outcomes[0] as PutOutcome;
  }

  delete(agent: AgentId): void {
    this.store.delete(agent, item, {}, () => undefined);
    this.host.rest();
  }

  get(agent: AgentId): JsonObject | undefined {
    return this.store.get(agent, item)?.value;
  }

  resolve(settlement: Settlement, nth = 0): void {
    const id = this.store.escalations()[nth]?.id ?? '';
    this.store.resolve(id, settlement, 'judge' as AgentId, () => undefined);
    this.host.rest();
  }

  /** What the open conflicts are between. */
  get open(): readonly unknown[] {
    return this.store.escalations().map(({ path, contenders }) => [path, ...contenders.map(({ value }) => value)]);
  }

  get shown(): JsonObject | undefined {
    return this.store.peek(item)?.value;
  }

  /** Everybody reads the same state before anybody writes. */
  together(start: JsonObject, ...puts: readonly (readonly [AgentId, JsonObject])[]): void {
    this.put(carol, start);
    for (const [agent] of puts) this.get(agent);
    for (const [agent, value] of puts) this.put(agent, value);
  }
}

describe.each([loro, yjs, occ])('a store over $name', (strategy) => {
  it('keeps the elements of three list writers', () => {
    const world = new World(strategy);
    world.put(alice, { tags: ['a'] });
    world.put(bob, { tags: ['b'] });
    world.put(carol, { tags: ['c'] });
    expect(world.shown).toEqual({ tags: ['a', 'b', 'c'] });
    expect(world.raised).toEqual([]);
  });

  it('escalates a list against a scalar on one field', () => {
    const world = new World(strategy);
    world.put(alice, { tags: ['a'] });
    world.put(bob, { tags: 'b' });
    expect(world.store.escalations()).toMatchObject([
      {
        path: ['tags'],
        contenders: [
          { agent: 'alice', value: ['a'] },
          { agent: 'bob', value: 'b' },
        ],
      },
    ]);
    expect(world.shown).toEqual({ tags: 'b' });
    expect(world.raised).toHaveLength(1);
  });

  it('escalates null against a value', () => {
    const world = new World(strategy);
    world.put(alice, { owner: null });
    world.put(bob, { owner: 'bob' });
    expect(world.store.escalations()).toMatchObject([
      { path: ['owner'], contenders: [{ value: null }, { value: 'bob' }] },
    ]);
  });

  it('keeps an empty object', () => {
    const world = new World(strategy);
    world.put(alice, {});
    expect(world.shown).toEqual({});
    world.put(alice, { nested: {} });
    expect(world.shown).toEqual({ nested: {} });
  });

  it('lets disjoint fields stand side by side', () => {
    const world = new World(strategy);
    world.together({ x: 0 }, [alice, { x: 0, a: 1 }], [bob, { x: 0, b: 2 }]);
    expect(world.shown).toEqual({ x: 0, a: 1, b: 2 });
    expect(world.raised).toEqual([]);
  });

  it('lets one agent overwrite its own value', () => {
    const world = new World(strategy);
    world.put(alice, { status: 'draft' });
    world.put(alice, { status: 'done' });
    expect(world.shown).toEqual({ status: 'done' });
    expect(world.raised).toEqual([]);
  });

  it('lets an agent overwrite what it has read', () => {
    const world = new World(strategy);
    world.put(alice, { status: 'draft', left: 1 });
    world.get(bob);
    world.put(bob, { status: 'done' });
    expect(world.shown).toEqual({ status: 'done' });
    expect(world.raised).toEqual([]);
  });

  it('tells of a conflict once, and settles it only when told how', () => {
    const world = new World(strategy);
    world.together({ s: 0 }, [alice, { s: 1 }], [bob, { s: 2 }]);
    world.get(carol);
    world.put(carol, { s: 3 });
    world.put(bob, { s: 4 });
    expect(world.raised).toHaveLength(1);
    const [escalation] = world.store.escalations();
    expect(escalation?.contenders.map(({ agent, value }) => [agent, value])).toEqual([
      ['alice', 1],
      ['carol', 3],
      ['bob', 4],
    ]);
    world.store.resolve(escalation?.id ?? '', { keep: 1 }, 'judge' as AgentId, () => undefined);
    world.host.rest();
    expect(world.store.escalations()).toEqual([]);
    expect(world.shown).toEqual({ s: 3 });
    expect(world.store.resolutions()).toMatchObject([
      { by: 'judge', kept: { agent: 'carol' }, discarded: [{ value: 1 }, { value: 4 }] },
    ]);
  });
});

describe('places of an item', () => {
  it('lets changes stand side by side in nested objects', () => {
    const world = new World();
    world.together(
      { profile: { name: 'x', home: { city: 'a', zip: 1 } } },
      [alice, { profile: { name: 'y', home: { city: 'a', zip: 1 } } }],
      [bob, { profile: { name: 'x', home: { city: 'b', zip: 1 }, age: 3 } }],
    );
    expect(world.shown).toEqual({ profile: { name: 'y', home: { city: 'b', zip: 1 }, age: 3 } });
    expect(world.open).toEqual([]);
  });

  it('escalates an object that one makes a scalar while another one changes it', () => {
    const world = new World();
    world.together({ a: { x: 1 } }, [alice, { a: 5 }], [bob, { a: { x: 2 } }]);
    expect(world.shown).toEqual({ a: { x: 2 } });
    expect(world.open).toEqual([[['a'], 5, { x: 2 }]]);
    world.resolve({ keep: 0 });
    expect(world.shown).toEqual({ a: 5 });
    const other = new World();
    other.together({ a: { x: 1 } }, [bob, { a: { x: 2 } }], [alice, { a: 5 }]);
    expect(other.open).toEqual([[['a'], { x: 2 }, 5]]);
    other.resolve({ value: { x: 3 } });
    expect(other.shown).toEqual({ a: { x: 3 } });
  });

  it('keeps removed elements removed, and what others have added', () => {
    const world = new World();
    world.together({ l: [1, 2, 3] }, [alice, { l: [1, 3, 4] }], [bob, { l: [0, 1, 2, 3, 5] }]);
    expect(world.shown).toEqual({ l: [0, 1, 3, 4, 5] });
  });

  it('keeps the order that one wants and the element that another one adds', () => {
    const world = new World();
    world.together({ l: [1, 2, 3] }, [alice, { l: [3, 2, 1] }], [bob, { l: [1, 2, 9, 3] }]);
    expect(world.shown).toEqual({ l: [3, 2, 9, 1] });
  });

  it('merges lists of objects object by object', () => {
    const world = new World();
    world.together(
      {
        todo: [
          { id: 1, done: false, by: 'x' },
          { id: 2, done: false },
        ],
      },
      [alice, { todo: [{ id: 1, done: true, by: 'x' }, { id: 2, done: false }, { id: 3 }] }],
      [bob, { todo: [{ id: 1, done: false, by: 'bob' }] }],
    );
    expect(world.shown).toEqual({ todo: [{ id: 1, done: true, by: 'bob' }, { id: 3 }] });
    expect(world.open).toEqual([]);
  });

  it('escalates an object of a list that one removes while another one changes it', () => {
    const world = new World();
    world.together({ todo: [{ id: 1, s: 0 }] }, [alice, { todo: [] }], [bob, { todo: [{ id: 1, s: 1 }] }]);
    expect(world.open).toEqual([[['todo', { id: 1 }], undefined, { id: 1, s: 1 }]]);
    expect(world.shown).toEqual({ todo: [{ id: 1, s: 1 }] });
  });

  it('adds lines that agents append at once, and escalates a text that is written anew', () => {
    const world = new World();
    world.together({ log: 'start\n' }, [alice, { log: 'start\nalice\n' }], [bob, { log: 'start\nbob\n' }]);
    expect(world.shown).toEqual({ log: 'start\nalice\nbob\n' });
    world.together({ log: 'start' }, [alice, { log: 'start, and on' }], [bob, { log: 'all new' }]);
    expect(world.open).toHaveLength(1);
  });

  it('adds amounts to what is declared a counter', () => {
    const world = new World(loro, { kinds: { hits: 'counter', 'deep.hits': 'counter' } });
    world.together(
      { hits: 1, deep: { hits: 0 } },
      [alice, { hits: 3, deep: { hits: 1 } }],
      [bob, { hits: 2, deep: { hits: 1 } }],
    );
    expect(world.shown).toEqual({ hits: 4, deep: { hits: 2 } });
  });

  it('adds equal amounts with which agents begin a counter', () => {
    const world = new World(loro, { kinds: { hits: 'counter' } });
    world.together({}, [alice, { hits: 1 }], [bob, { hits: 1 }]);
    expect(world.shown).toEqual({ hits: 2 });
  });

  it('gives back what a put has carried', () => {
    const world = new World();
    const put = (agent: AgentId, value: JsonObject, tag: string): void => {
      world.store.put(agent, item, value, { tag }, () => undefined);
    };
    put(alice, { s: 1, tags: ['a'], log: 'one\n' }, 'first');
    put(bob, { s: 2, tags: ['b'], log: 'two\n' }, 'second');
    expect(world.store.escalations()[0]?.contenders.map(({ tag }) => tag)).toEqual(['first', 'second']);
    expect(world.store.leaves(item)).toEqual([
      {
        path: ['tags'],
        kind: 'list',
        elements: [
          { value: 'a', agent: alice, tag: 'first' },
          { value: 'b', agent: bob, tag: 'second' },
        ],
      },
      {
        path: ['log'],
        kind: 'text',
        parts: [
          { value: 'one\n', agent: alice, tag: 'first' },
          { value: 'two\n', agent: bob, tag: 'second' },
        ],
      },
    ]);
  });
});

describe('an item that is deleted', () => {
  it('comes back without old fields when it is put again', () => {
    const world = new World();
    world.put(alice, { a: 1, b: { c: 2 } });
    world.get(bob);
    world.delete(bob);
    expect(world.shown).toBeUndefined();
    world.put(bob, { b: { d: 1 } });
    expect(world.shown).toEqual({ b: { d: 1 } });
    expect(world.open).toEqual([]);
  });

  it('is a conflict with whoever writes back what was read before', () => {
    const world = new World();
    world.together({ a: 1, b: 1 }, [bob, { a: 1, b: 2 }]);
    world.get(alice);
    world.get(carol);
    world.delete(alice);
    world.put(carol, { a: 9, b: 2 });
    expect(world.open).toEqual([[[], undefined, { a: 9, b: 2 }]]);
    world.resolve({ keep: 0 });
    expect(world.shown).toBeUndefined();
    expect(world.store.resolutions()[0]?.discarded).toMatchObject([{ agent: carol, value: { a: 9, b: 2 } }]);
    world.put(bob, { b: 5 });
    expect(JSON.stringify(world.store.escalations())).not.toContain('9');
  });

  it('stays as it is for two who delete it, and is in question when one of them had not seen all', () => {
    const world = new World();
    world.together({ a: 1 }, [bob, { a: 1 }]);
    world.get(alice);
    world.delete(alice);
    world.delete(bob);
    expect(world.open).toEqual([]);
    const other = new World();
    other.together({ a: 1 }, [bob, { a: 2 }]);
    other.delete(carol);
    expect(other.open).toEqual([[[], { a: 2 }, undefined]]);
    expect(other.shown).toBeUndefined();
  });
});

describe('a conflict', () => {
  it('is none between equal values', () => {
    const world = new World();
    world.together({ s: 0 }, [alice, { s: 1 }], [bob, { s: 1 }]);
    world.put(carol, { s: 0, deep: { x: [1] } });
    world.put('dave' as AgentId, { deep: { x: [1] } });
    expect(world.open).toEqual([]);
  });

  it('can be over and begin anew', () => {
    const world = new World();
    world.put(alice, { s: 1 });
    world.put(bob, { s: 2 });
    world.resolve({ value: 3 });
    expect(world.shown).toEqual({ s: 3 });
    world.get(alice);
    world.put(alice, { s: 4 });
    expect(world.open).toEqual([]);
    world.put(bob, { s: 5 });
    expect(world.open).toEqual([[['s'], 4, 5]]);
    expect(new Set(world.raised.map(({ id }) => id)).size).toBe(2);
  });

  it('is told of to agents that appear late, and not settled by their puts', () => {
    const world = new World();
    world.put(alice, { s: 1 });
    world.put(bob, { s: 2 });
    const late = 'late' as AgentId;
    expect(world.get(late)).toEqual({ s: 2 });
    expect(world.put(late, { s: 2, more: true })).toEqual({ kind: 'stored', escalations: [] });
    expect(world.put(late, { s: 7, more: true })).toMatchObject({ escalations: [world.raised[0]?.id] });
    expect(world.open).toEqual([[['s'], 1, 2, 7]]);
    expect(() => world.store.resolve(world.raised[0]?.id ?? '', { keep: 3 }, late, () => undefined)).toThrow(
      /no contender 3/,
    );
  });

  it('is one nobody is told of where the strategy just lets the last one win', () => {
    const hybrid = lww.configure?.({ clock: 'hybrid' }) ?? lww;
    const world = new World(hybrid);
    world.together({ s: 0, tags: [] }, [alice, { s: 1, tags: ['a'] }], [bob, { s: 2, tags: ['b'] }]);
    expect(world.open).toEqual([]);
    expect(world.shown).toEqual({ s: 2, tags: ['a', 'b'] });
  });
});

it('holds thousands of items', () => {
  const { store } = new World();
  for (let number = 0; number < 1_000; number += 1) {
    store.put(alice, { namespace: ['many'], key: `k${number}` }, { number }, {}, () => undefined);
  }
  expect([...store.items()].map(({ value }) => value['number'])).toEqual(
    Array.from({ length: 1_000 }, (_, number) => number),
  );
  store.close();
});
