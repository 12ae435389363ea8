/**
 * Where nothing is concurrent, our store answers as the stock store does: to any sequence of operations, whoever makes them.
 * On purpose it differs for labels with a colon, for prefixes that end within a label, and in handing out copies.
 */

import fc from 'fast-check';
import { InMemoryStore, type BaseStore, type IndexConfig, type Operation } from '@langchain/langgraph-checkpoint';
import { Embeddings } from '@langchain/core/embeddings';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { SyncedStore } from '../../src/langgraph/index.ts';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'], now: 0 });
});

afterEach(() => {
  vi.useRealTimers();
});

/** Texts are alike as far as they have the same letters as often. */
class LetterEmbeddings extends Embeddings {
  constructor() {
    super({});
  }

  override embedQuery(text: string): Promise<number[]> {
    return Promise.resolve(['a', 'b', 'c', 'd', 'e', 'f'].map((letter) => text.split(letter).length - 1));
  }

  override embedDocuments(texts: string[]): Promise<number[][]> {
    return Promise.all(texts.map((text) => this.embedQuery(text)));
  }
}

const label = fc.constantFrom('a', 'b', 'Users', 'ü', '1', '*');
const namespace = fc.array(label, { minLength: 1, maxLength: 3 });
const key = fc.constantFrom('k', 'l', '7');
const leaf = fc.oneof(fc.constantFrom('', 'x', 'abc', 'a line\n', null, true), fc.integer({ min: -2, max: 3 }));
const record = fc.record({ id: fc.constantFrom(1, 2, 'r'), state: leaf }, { requiredKeys: [] });
const list = fc.oneof(fc.array(leaf, { maxLength: 3 }), fc.array(record, { maxLength: 3 }));
const member = fc.oneof(
  leaf,
  list,
  fc.dictionary(fc.constantFrom('x', 'y', '2'), fc.oneof(leaf, list), { maxKeys: 2 }),
);
const names = fc.constantFrom('state', 'notes', 'text', 'tags', 'count', '10', '9', 'nested');
const value = fc.dictionary(names, member, { maxKeys: 4, noNullPrototype: true });
const path = fc.array(fc.oneof(label, fc.constant('*')), { minLength: 1, maxLength: 2 });
const page = { limit: fc.integer({ min: 0, max: 4 }), offset: fc.integer({ min: 0, max: 2 }) };
const filter = fc.oneof(
  fc.dictionary(names, leaf, { maxKeys: 1 }),
  fc.dictionary(names, fc.dictionary(fc.constantFrom('$eq', '$ne', '$gt', '$lte'), leaf, { minKeys: 1, maxKeys: 2 }), {
    maxKeys: 1,
  }),
);
const paths = fc.constantFrom<readonly string[]>(['state'], ['tags[*]'], ['nested.x', 'notes']);
const index = fc.oneof(
  fc.constant(undefined),
  fc.constant(false as const),
  paths.map((some) => [...some]),
);

const get = fc.record({ namespace, key });
const put = fc.record({ namespace, key, value: fc.oneof({ weight: 5, arbitrary: value }, fc.constant(null)), index });
const search = fc.record(
  { namespacePrefix: fc.oneof(fc.constant([]), namespace), filter, query: fc.constantFrom('abba', 'e'), ...page },
  { requiredKeys: ['namespacePrefix'] },
);
const condition = fc.record({ matchType: fc.constantFrom('prefix' as const, 'suffix' as const), path });
const listing = fc.record(
  { matchConditions: fc.array(condition, { maxLength: 2 }), maxDepth: fc.integer({ min: 1, max: 3 }), ...page },
  { requiredKeys: ['matchConditions', 'limit', 'offset'] },
);

/**
 * A batch touches each item once: several puts to one are concurrent, and what it gets of one that it also puts would be a
 * copy of ours and an alias of the other's.
 */
const batch = fc
  .uniqueArray(fc.oneof({ weight: 3, arbitrary: put }, { weight: 2, arbitrary: get }, search, listing), {
    minLength: 1,
    maxLength: 5,
    selector: (operation) => ('key' in operation ? JSON.stringify([operation.namespace, operation.key]) : operation),
  })
  .map((operations) => operations as Operation[]);

/** The text of an answer, so that the order of members counts, too. */
async function answers(store: BaseStore, operations: Operation[]): Promise<readonly string[]> {
  const found = await store.batch(structuredClone(operations));
  return (found as readonly unknown[]).map((answer) => JSON.stringify(answer, null, 1));
}

async function compare(
  batches: readonly Operation[][],
  stock: BaseStore,
  ours: (turn: number) => BaseStore,
): Promise<void> {
  for (const [turn, operations] of batches.entries()) {
    vi.setSystemTime(turn * 1_000);
    expect(await answers(ours(turn), operations)).toEqual(await answers(stock, operations));
  }
}

const scenario = fc.array(batch, { minLength: 1, maxLength: 12 });
const indexed: IndexConfig = { dims: 6, embeddings: new LetterEmbeddings() };

describe('our store answers as the stock store', () => {
  it('to puts without an agent', async () => {
    await fc.assert(
      fc.asyncProperty(scenario, async (batches) => {
        const synced = new SyncedStore();
        await compare(batches, new InMemoryStore(), () => synced);
        expect(synced.escalations()).toEqual([]);
        await synced.close();
      }),
      { numRuns: 25 },
    );
  });

  it('to agents that take turns and read what they write to', async () => {
    await fc.assert(
      fc.asyncProperty(scenario, async (batches) => {
        const synced = new SyncedStore();
        const reading = async (turn: number, operations: readonly Operation[]): Promise<void> => {
          for (const operation of operations) {
            if ('value' in operation)
              await synced.as(`agent ${String(turn % 3)}`).get(operation.namespace, operation.key);
          }
        };
        const stock = new InMemoryStore();
        for (const [turn, operations] of batches.entries()) {
          await reading(turn, operations);
          await compare([operations], stock, () => synced.as(`agent ${String(turn % 3)}`));
        }
        expect(synced.escalations()).toEqual([]);
        await synced.close();
      }),
      { numRuns: 25 },
    );
  });

  it('to queries by meaning', async () => {
    await fc.assert(
      fc.asyncProperty(scenario, async (batches) => {
        const synced = new SyncedStore({ index: indexed });
        await compare(batches, new InMemoryStore({ index: indexed }), () => synced);
        await synced.close();
      }),
      { numRuns: 25 },
    );
  });
});
