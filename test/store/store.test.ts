import { describe, expect, it } from 'vitest';
import type { AgentId, MergeStrategy } from '../../src/contract/index.ts';
import {
  Store,
  type JsonObject,
  type PutOutcome,
  type StoreEscalation,
  type StoreOptions,
} from '../../src/store/index.ts';
import { loro } from '../../strategies/loro.ts';
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
