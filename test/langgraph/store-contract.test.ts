/** What LangGraph.js expects of every store, for its own and for ours. */

import {
  AsyncBatchedStore,
  InMemoryStore,
  InvalidNamespaceError,
  type BaseStore,
  type GetOperation,
  type ListNamespacesOperation,
  type PutOperation,
  type SearchOperation,
} from '@langchain/langgraph-checkpoint';
import { beforeEach, describe, expect, it } from 'vitest';
import { SyncedStore } from '../../src/langgraph/index.ts';

const stores: readonly (readonly [string, () => BaseStore])[] = [
  ['InMemoryStore', () => new InMemoryStore()],
  ['SyncedStore', () => new SyncedStore()],
  ['SyncedStore, as one agent sees it', () => new SyncedStore().as('alice')],
];

const values = (items: readonly { value: unknown }[]): readonly unknown[] => items.map(({ value }) => value);

describe.each(stores)('%s', (_name, create) => {
  let store: BaseStore;

  beforeEach(() => {
    store = create();
  });

  it('gets what was put, with where it is and since when', async () => {
    const before = Date.now();
    await store.put(['docs'], 'one', { title: 'Merging', pages: [1, 2], author: { name: 'Ada' } });
    const item = await store.get(['docs'], 'one');
    expect(item).toEqual({
      namespace: ['docs'],
      key: 'one',
      value: { title: 'Merging', pages: [1, 2], author: { name: 'Ada' } },
      createdAt: expect.any(Date) as Date,
      updatedAt: expect.any(Date) as Date,
    });
    expect(item!.createdAt.getTime()).toBeGreaterThanOrEqual(before);
  });

  it('answers null for what is not there', async () => {
    expect(await store.get(['docs'], 'none')).toBeNull();
    await store.delete(['docs'], 'none');
    expect(await store.get(['docs'], 'none')).toBeNull();
  });

  it('replaces the whole value, and keeps the date of its creation', async () => {
    await store.put(['docs'], 'one', { title: 'Draft', pages: 3 });
    const { createdAt } = (await store.get(['docs'], 'one'))!;
    await store.put(['docs'], 'one', { title: 'Final', tags: [] });
    const item = (await store.get(['docs'], 'one'))!;
    expect(item.value).toEqual({ title: 'Final', tags: [] });
    expect(item.createdAt).toEqual(createdAt);
    expect(item.updatedAt.getTime()).toBeGreaterThanOrEqual(createdAt.getTime());
  });

  it('deletes', async () => {
    await store.put(['docs'], 'one', { title: 'Draft' });
    await store.delete(['docs'], 'one');
    expect(await store.get(['docs'], 'one')).toBeNull();
    expect(await store.search(['docs'])).toEqual([]);
    await store.put(['docs'], 'one', { pages: 1 });
    expect((await store.get(['docs'], 'one'))?.value).toEqual({ pages: 1 });
  });

  it.each([[[]], [['the', 'thing.about']], [['some', '']], [['langgraph', 'x']]])(
    'refuses to put into the namespace %j',
    async (namespace) => {
      await expect(store.put(namespace, 'one', { title: 'Draft' })).rejects.toThrow(InvalidNamespaceError);
    },
  );

  it('leaves it to batches to write where put does not', async () => {
    await store.put(['x', 'langgraph'], 'one', { title: 'Inside' });
    await store.batch([{ namespace: ['langgraph', 'x'], key: 'one', value: { title: 'Draft' } }]);
    expect((await store.get(['langgraph', 'x'], 'one'))?.value).toEqual({ title: 'Draft' });
    expect(values(await store.search(['langgraph']))).toEqual([{ title: 'Draft' }]);
  });

  it('answers a batch in its order, with what was there before it', async () => {
    await store.put(['docs'], 'one', { title: 'Draft' });
    const operations: [GetOperation, PutOperation, SearchOperation, ListNamespacesOperation] = [
      { namespace: ['docs'], key: 'one' },
      { namespace: ['docs'], key: 'two', value: { title: 'New' } },
      { namespacePrefix: ['docs'] },
      { matchConditions: [{ matchType: 'prefix', path: ['docs'] }], limit: 10, offset: 0 },
    ];
    const [item, none, found, namespaces] = await store.batch(operations);
    expect(item?.value).toEqual({ title: 'Draft' });
    expect(none).toBeNull();
    expect(values(found)).toEqual([{ title: 'Draft' }]);
    expect(namespaces).toEqual([['docs']]);
    expect((await store.get(['docs'], 'two'))?.value).toEqual({ title: 'New' });
  });

  it('serves the queue that a compiled graph puts before it', async () => {
    const queue = new AsyncBatchedStore(store);
    queue.start();
    await Promise.all([queue.put(['docs'], 'one', { title: 'A' }), queue.put(['docs'], 'two', { title: 'B' })]);
    const [one, found] = await Promise.all([queue.get(['docs'], 'one'), queue.search(['docs'])]);
    expect(one?.value).toEqual({ title: 'A' });
    expect(values(found)).toEqual([{ title: 'A' }, { title: 'B' }]);
    await queue.stop();
  });

  describe('searching', () => {
    const docs = [
      { title: 'A', year: 2019, state: 'open' },
      { title: 'B', year: 2021, state: 'closed' },
      { title: 'C', year: 2023, state: 'open' },
    ];

    beforeEach(async () => {
      for (const doc of docs) await store.put(['docs', doc.state], doc.title, doc);
      await store.put(['notes'], 'D', { title: 'D', year: 2021 });
    });

    it('finds what lies under a prefix, in the order in which it was first put', async () => {
      expect(values(await store.search(['docs'])).map((doc) => (doc as { title: string }).title)).toEqual([
        'A',
        'C',
        'B',
      ]);
      expect(await store.search([])).toHaveLength(4);
      expect(await store.search(['docs', 'nowhere'])).toEqual([]);
    });

    it.each([
      [{ state: 'open' }, 'AC'],
      [{ state: 'open', year: 2023 }, 'C'],
      [{ year: { $gt: 2019 } }, 'CB'],
      [{ year: { $gte: 2021, $lt: 2023 } }, 'B'],
      [{ year: { $lte: 2021 } }, 'AB'],
      [{ state: { $ne: 'open' } }, 'B'],
      [{ state: { $eq: 'closed' } }, 'B'],
      [{ title: { $in: ['A', 'B'] } }, 'AB'],
      [{ title: { $nin: ['A', 'B'] } }, 'C'],
      [{ missing: 1 }, ''],
    ])('filters by %j', async (filter, titles) => {
      const found = await store.search(['docs'], { filter });
      expect(found.map(({ key }) => key).join('')).toBe(titles);
    });

    it('pages', async () => {
      expect((await store.search(['docs'], { limit: 2 })).map(({ key }) => key)).toEqual(['A', 'C']);
      expect((await store.search(['docs'], { limit: 2, offset: 2 })).map(({ key }) => key)).toEqual(['B']);
      for (let index = 0; index < 12; index += 1) await store.put(['many'], String(index), { index });
      expect(await store.search(['many'])).toHaveLength(10);
    });

    it('has a score for every item, which is undefined without embeddings', async () => {
      const [found] = await store.search(['docs'], { query: 'anything' });
      expect(found).toHaveProperty('score', undefined);
    });
  });

  describe('listing namespaces', () => {
    beforeEach(async () => {
      const namespaces = [
        ['x', 'y', 'z'],
        ['a', 'b', 'd'],
        ['a', 'b', 'c'],
        ['a', 'c'],
      ];
      for (const namespace of namespaces) await store.put(namespace, 'one', { title: 'Draft' });
    });

    it.each([
      [{}, ['a b c', 'a b d', 'a c', 'x y z']],
      [{ prefix: ['a'] }, ['a b c', 'a b d', 'a c']],
      [{ prefix: ['a', '*', 'c'] }, ['a b c']],
      [{ prefix: ['a', 'b', 'c', 'd'] }, []],
      [{ suffix: ['c'] }, ['a b c', 'a c']],
      [{ suffix: ['*', 'z'] }, ['x y z']],
      [{ prefix: ['a'], suffix: ['d'] }, ['a b d']],
      [{ maxDepth: 2 }, ['a b', 'a c', 'x y']],
      [{ prefix: ['a'], maxDepth: 1 }, ['a']],
      [{ limit: 2, offset: 1 }, ['a b d', 'a c']],
    ])('by %j', async (options, expected) => {
      const found = await store.listNamespaces(options);
      expect(found.map((namespace) => namespace.join(' '))).toEqual(expected);
    });
  });
});
