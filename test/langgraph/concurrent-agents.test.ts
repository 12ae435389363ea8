/** Agents that put to one key without having seen each other. */

import { beforeEach, describe, expect, it } from 'vitest';
import { SyncedStore, type Escalation } from '../../src/langgraph/index.ts';

const place: [string[], string] = [['team'], 'plan'];
type Value = Record<string, unknown>;

let raised: Escalation[];
let store: SyncedStore;

beforeEach(() => {
  raised = [];
  store = new SyncedStore({ onEscalation: (escalation) => raised.push(escalation) });
});

const valueNow = async (): Promise<unknown> => (await store.get(...place))?.value ?? null;

/** All agents read the item, and only then do they put one after the other. */
async function putUnseen(changes: Readonly<Record<string, (seen: Value) => Value | null>>): Promise<void> {
  const agents = Object.entries(changes).map(([name, change]) => ({ store: store.as(name), change }));
  const seen = await Promise.all(agents.map((agent) => agent.store.get(...place)));
  for (const [index, agent] of agents.entries()) {
    const value = agent.change(seen[index]?.value ?? {});
    if (value === null) await agent.store.delete(...place);
    else await agent.store.put(...place, value);
  }
}

/** `field: agent=value agent=value` */
function conflicts(): readonly string[] {
  return store.escalations().map(({ place: at, contenders }) => {
    const claims = contenders.map(({ agent, value }) => `${agent}=${JSON.stringify(value)}`);
    return `${at}: ${claims.join(' ')}`;
  });
}

describe('what agents put without having seen each other', () => {
  it('is merged where three of them add to one list', async () => {
    await store.put(...place, { tags: ['base'] });
    await putUnseen({
      alice: () => ({ tags: ['base', 'a'] }),
      bob: () => ({ tags: ['base', 'b'] }),
      carol: () => ({ tags: ['c', 'base'] }),
    });
    const { tags } = (await valueNow()) as { tags: string[] };
    expect(tags.toSorted()).toEqual(['a', 'b', 'base', 'c']);
    expect(conflicts()).toEqual([]);
  });

  it('is merged where one adds to a list and another takes something away', async () => {
    await store.put(...place, { tags: ['x', 'y'] });
    await putUnseen({ alice: () => ({ tags: ['y'] }), bob: () => ({ tags: ['x', 'y', 'z'] }) });
    expect(await valueNow()).toEqual({ tags: ['y', 'z'] });
  });

  it('is merged where they touch different fields', async () => {
    await store.put(...place, { a: 1, b: 1, c: 1 });
    await putUnseen({
      alice: (seen) => ({ ...seen, a: 2 }),
      bob: (seen) => ({ ...seen, b: 2 }),
      carol: ({ a, b }) => ({ a, b, d: 2 }),
    });
    expect(await valueNow()).toEqual({ a: 2, b: 2, d: 2 });
    expect(conflicts()).toEqual([]);
  });

  it('is merged in nested objects and in lists of objects', async () => {
    await store.put(...place, {
      owner: { name: 'Ada', mail: 'ada@example.org' },
      tasks: [
        { id: 1, state: 'open' },
        { id: 2, state: 'open' },
      ],
    });
    await putUnseen({
      alice: (seen) => ({
        ...seen,
        owner: { name: 'Ada', mail: 'lovelace@example.org' },
        tasks: [
          { id: 1, state: 'done' },
          { id: 2, state: 'open' },
        ],
      }),
      bob: (seen) => ({
        ...seen,
        owner: { name: 'Augusta', mail: 'ada@example.org' },
        tasks: [
          { id: 1, state: 'open' },
          { id: 2, state: 'open', by: 'bob' },
          { id: 3, state: 'open' },
        ],
      }),
    });
    expect(await valueNow()).toEqual({
      owner: { name: 'Augusta', mail: 'lovelace@example.org' },
      tasks: [
        { id: 1, state: 'done' },
        { id: 2, state: 'open', by: 'bob' },
        { id: 3, state: 'open' },
      ],
    });
    expect(conflicts()).toEqual([]);
  });

  it('is merged where both append to a text', async () => {
    await store.put(...place, { notes: 'first\n' });
    await putUnseen({
      alice: ({ notes }) => ({ notes: `${String(notes)}from alice\n` }),
      bob: ({ notes }) => ({ notes: `${String(notes)}from bob\n` }),
    });
    expect(await valueNow()).toEqual({ notes: 'first\nfrom alice\nfrom bob\n' });
  });

  it('is escalated where they set one field to different values, and the newest is shown', async () => {
    await store.put(...place, { state: 'draft' });
    await putUnseen({ alice: () => ({ state: 'blocked' }), bob: () => ({ state: 'approved' }) });
    expect(await valueNow()).toEqual({ state: 'approved' });
    expect(conflicts()).toEqual(['state: alice="blocked" bob="approved"']);
  });

  it('is no conflict where they set one field to the same value', async () => {
    await store.put(...place, { state: 'draft' });
    await putUnseen({ alice: () => ({ state: 'done' }), bob: () => ({ state: 'done' }) });
    expect(await valueNow()).toEqual({ state: 'done' });
    expect(conflicts()).toEqual([]);
  });

  it('is escalated where one puts a list and the other a text into one field', async () => {
    await putUnseen({ alice: () => ({ owners: ['Ada'] }), bob: () => ({ owners: 'Grace' }) });
    expect(conflicts()).toEqual(['owners: alice=["Ada"] bob="Grace"']);
  });

  it('is escalated where one sets null and the other a value', async () => {
    await store.put(...place, { due: 'May' });
    await putUnseen({ alice: () => ({ due: null }), bob: () => ({ due: 'June' }) });
    expect(conflicts()).toEqual(['due: alice=null bob="June"']);
  });

  it('is merged where one puts an empty object', async () => {
    await putUnseen({ alice: () => ({}), bob: () => ({ state: 'open' }) });
    expect(await valueNow()).toEqual({ state: 'open' });
    expect(conflicts()).toEqual([]);
  });

  it('does not bring back what was deleted, and is not lost either', async () => {
    await store.put(...place, { state: 'open' });
    await putUnseen({ alice: () => null, bob: (seen) => ({ ...seen, state: 'done' }) });
    expect(store.escalations()).toHaveLength(1);
    expect(JSON.stringify(store.escalations())).toContain('"done"');
  });
});

describe('no conflict', () => {
  it('is what one agent puts twice', async () => {
    const alice = store.as('alice');
    await alice.put(...place, { state: 'draft', tags: ['a'] });
    await alice.put(...place, { state: 'final' });
    expect(await valueNow()).toEqual({ state: 'final' });
    expect(conflicts()).toEqual([]);
  });

  it('is what an agent overwrites after having read it', async () => {
    await store.as('alice').put(...place, { state: 'draft', tags: ['a'], notes: 'mine' });
    const bob = store.as('bob');
    await bob.get(...place);
    await bob.put(...place, { state: 'final', tags: ['b'], notes: 'other' });
    expect(await valueNow()).toEqual({ state: 'final', tags: ['b'], notes: 'other' });
    expect(conflicts()).toEqual([]);
  });

  it('is what an agent overwrites after having found it', async () => {
    await store.as('alice').put(...place, { state: 'draft' });
    const bob = store.as('bob');
    await bob.search(['team']);
    await bob.put(...place, { state: 'final' });
    expect(conflicts()).toEqual([]);
  });

  it('is a new item in the place of a deleted one: it has nothing of the old one', async () => {
    const alice = store.as('alice');
    await alice.put(...place, { state: 'draft', tags: ['a'] });
    await alice.delete(...place);
    expect(await valueNow()).toBeNull();
    const bob = store.as('bob');
    await bob.get(...place);
    await bob.put(...place, { notes: 'new' });
    expect(await valueNow()).toEqual({ notes: 'new' });
    expect(conflicts()).toEqual([]);
  });
});

describe('an escalation', () => {
  beforeEach(async () => {
    await store.put(...place, { state: 'draft', tags: [] });
    await putUnseen({
      alice: () => ({ state: 'blocked', tags: ['a'] }),
      bob: () => ({ state: 'approved', tags: ['b'] }),
    });
  });

  it('is told once, however often others put', async () => {
    expect(raised.map(({ id }) => id)).toEqual([store.escalations()[0]!.id]);
    await store.as('alice').put(...place, { state: 'blocked', tags: ['a', 'c'] });
    const carol = store.as('carol');
    await carol.get(...place);
    await carol.put(...place, { state: 'waiting', tags: [] });
    expect(raised).toHaveLength(1);
    expect(store.escalations()).toHaveLength(1);
    expect(conflicts()[0]).toContain('carol="waiting"');
  });

  it('stays open until it is resolved by keeping one of its values, and the record says what was discarded', async () => {
    const [{ id }] = store.escalations() as [Escalation];
    await store.resolve(id, { keep: 'alice' }, 'the editor');
    expect(await valueNow()).toEqual({ state: 'blocked', tags: ['a', 'b'] });
    expect(store.escalations()).toEqual([]);
    expect(store.resolutions()).toMatchObject([
      {
        path: ['state'],
        by: 'the editor',
        kept: { agent: 'alice', value: 'blocked' },
        discarded: [{ agent: 'bob', value: 'approved' }],
      },
    ]);
  });

  it('is resolved by another value, or by none', async () => {
    const [{ id }] = store.escalations() as [Escalation];
    await store.resolve(id, { value: 'on hold' }, 'the editor');
    expect(await valueNow()).toMatchObject({ state: 'on hold' });
    const alice = store.as('alice');
    await alice.get(...place);
    await alice.put(...place, { state: 'final', tags: [] });
    expect(conflicts()).toEqual([]);
  });

  it('that is not open cannot be resolved', async () => {
    await expect(store.resolve('nonsense', { value: 1 }, 'the editor')).rejects.toThrow(
      /no open escalation "nonsense"/,
    );
    const [{ id }] = store.escalations() as [Escalation];
    await expect(store.resolve(id, { keep: 'dave' }, 'the editor')).rejects.toThrow(/alice, bob/);
    expect(store.escalations()).toHaveLength(1);
  });
});

describe('a put without an agent', () => {
  it('goes on from what is there, as in the stock store', async () => {
    await store.put(...place, { tags: ['a'], state: 'draft' });
    await store.put(...place, { tags: ['b'] });
    expect(await valueNow()).toEqual({ tags: ['b'] });
    expect(conflicts()).toEqual([]);
  });

  it('is merged or escalated with the others of its batch, as far as that can be known', async () => {
    await store.put(...place, { tags: ['a'], state: 'draft' });
    await store.batch([
      { namespace: place[0], key: place[1], value: { tags: ['a', 'b'], state: 'open' } },
      { namespace: place[0], key: place[1], value: { tags: ['a', 'c'], state: 'done' } },
    ]);
    expect(await valueNow()).toEqual({ tags: ['a', 'b', 'c'], state: 'done' });
    expect(conflicts()).toEqual(['state: unnamed="open" unnamed 2="done"']);
    expect(raised).toHaveLength(1);
  });
});
