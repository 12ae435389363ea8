/** What the store of LangGraph.js does, as far as ours is compared with it: an update of the package that changes it is noticed. */

import { Annotation, END, InMemoryStore, START, StateGraph, type LangGraphRunnableConfig } from '@langchain/langgraph';
import type { Operation } from '@langchain/langgraph-checkpoint';
import { describe, expect, it } from 'vitest';

const State = Annotation.Root({ topic: Annotation<string> });

/** Reads the item and adds its own element, as a node of a user would. */
function adding(tag: string) {
  return async (_state: typeof State.State, { store }: LangGraphRunnableConfig) => {
    const item = await store!.get(['shared'], 'report');
    await store!.put(['shared'], 'report', { tags: [...(item!.value['tags'] as string[]), tag] });
    return {};
  };
}

class WatchedStore extends InMemoryStore {
  readonly batches: string[] = [];

  override batch<Operations extends readonly Operation[]>(operations: Operations) {
    this.batches.push(operations.map((operation) => ('value' in operation ? 'put' : 'get')).join(' '));
    return super.batch(operations);
  }
}

describe('the stock store', () => {
  it('drops the write of one of two parallel nodes, and nobody is told', async () => {
    const store = new WatchedStore();
    await store.put(['shared'], 'report', { tags: [] });
    const graph = new StateGraph(State)
      .addNode('researcher', adding('researched'))
      .addNode('reviewer', adding('reviewed'))
      .addEdge(START, 'researcher')
      .addEdge(START, 'reviewer')
      .addEdge('researcher', END)
      .addEdge('reviewer', END)
      .compile({ store });
    await graph.invoke({ topic: 'merging' });
    expect((await store.get(['shared'], 'report'))?.value).toEqual({ tags: ['reviewed'] });
    // What both nodes ask at one time comes in one batch, and nothing in it says who asked.
    expect(store.batches.slice(1, 3)).toEqual(['get get', 'put put']);
  });

  it('keeps the last of several puts to one key in a batch, and answers gets with what was there before', async () => {
    const store = new InMemoryStore();
    const put = (value: number) => ({ namespace: ['a'], key: 'k', value: { value } });
    const get = { namespace: ['a'], key: 'k' };
    expect(await store.batch([put(1), get, put(2)])).toEqual([null, null, null]);
    expect((await store.get(['a'], 'k'))?.value).toEqual({ value: 2 });
  });

  it('has put when the call returns, before anything is awaited', async () => {
    const store = new InMemoryStore();
    const put = store.put(['a'], 'k', { value: 1 });
    const got = store.get(['a'], 'k');
    await put;
    expect((await got)?.value).toEqual({ value: 1 });
  });

  it('takes labels with a colon for several labels', async () => {
    const store = new InMemoryStore();
    await store.put(['a:b'], 'k', { value: 1 });
    expect((await store.get(['a', 'b'], 'k'))?.value).toEqual({ value: 1 });
    expect(await store.listNamespaces()).toEqual([['a', 'b']]);
  });

  it('finds namespaces that only begin with the same letters', async () => {
    const store = new InMemoryStore();
    await store.put(['users'], 'k', { value: 1 });
    expect(await store.search(['user'])).toHaveLength(1);
  });

  it('hands out what it holds, so that a change of it is a change of the store', async () => {
    const store = new InMemoryStore();
    const value = { tags: ['mine'] };
    await store.put(['a'], 'k', value);
    value.tags.push('after the put');
    const item = await store.get(['a'], 'k');
    (item!.value['tags'] as string[]).push('after the get');
    expect((await store.get(['a'], 'k'))?.value).toEqual({ tags: ['mine', 'after the put', 'after the get'] });
  });

  it('goes on listing a namespace whose items were deleted', async () => {
    const store = new InMemoryStore();
    await store.put(['a'], 'k', { value: 1 });
    await store.delete(['a'], 'k');
    expect(await store.listNamespaces()).toEqual([['a']]);
  });
});
