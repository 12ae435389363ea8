/**
 * The store that LangGraph.js comes with, on the hub: the whole document under one key, put back without a check. What was
 * put last is made durable beside it, as a database would do; the store itself forgets all in a crash.
 */

import type { GetOperation, InMemoryStore, Item } from '@langchain/langgraph-checkpoint';
import type { FieldState, MergeStrategy, OptionalPackage } from '../src/contract/index.ts';
import { wholeDocument, wholeDocumentPromises, type Shelf } from '../src/replication/index.ts';

interface Exported {
  readonly InMemoryStore: new () => InMemoryStore;
}

const place = { namespace: ['lostwrites'], key: 'document' };

/** What `batch` itself gets with. It is private: from outside, the store answers with a promise only. */
interface Getting {
  getOperation(operation: GetOperation): Item | null;
}

/** A trial waits for no promise. The store has put when `batch` returns, and gets at once where `batch` itself does. */
function shelfIn(store: InMemoryStore): Shelf {
  const getting = store as unknown as Getting;
  return {
    get: () => (getting.getOperation(place)?.value['fields'] ?? []) as readonly FieldState[],
    put: (fields) => {
      void store.batch([{ ...place, value: { fields } }]);
    },
  };
}

const needs: OptionalPackage = {
  name: '@langchain/langgraph-checkpoint',
  with: (exported) => {
    const { InMemoryStore: Store } = exported as Exported;
    return { ...langgraphStore, open: (host) => wholeDocument(host, () => shelfIn(new Store())) };
  },
};

export const langgraphStore: MergeStrategy = {
  name: 'langgraph-store',
  summary: 'the InMemoryStore of LangGraph.js: each commit puts the whole document back under one key',
  layout: 'hub',
  promises: wholeDocumentPromises,
  canary: true,
  needs,
  open: () => {
    throw new Error(`the package ${needs.name} was not handed over`);
  },
};
