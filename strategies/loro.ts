/** A Loro document on every machine: commits locally, never waits, gossips what each commit changed. */

import { LoroDoc, type LoroList, type LoroMap, type LoroText } from 'loro-crdt';
import type { MergeStrategy } from '../src/contract/index.ts';
import { crdtDocument, gossiping, type CrdtLibrary, type Identity } from '../src/replication/index.ts';

/** The peer id decides who wins, and must never be used again once it has made a change. */
export function loroLibrary(peer: Identity): CrdtLibrary {
  const document = new LoroDoc();
  document.setPeerId(BigInt(peer));
  let local: Uint8Array = new Uint8Array();
  const unsubscribe = document.subscribeLocalUpdates((update) => void (local = update));
  const maps = handles((name): LoroMap => document.getMap(name));
  const lists = handles((name): LoroList => document.getList(name));
  const texts = handles((name): LoroText => document.getText(name));
  return {
    entries: (map) => maps.get(map).entries() as [string, string][],
    set: (map, key, value) => {
      maps.get(map).set(key, value);
    },
    items: (list) => lists.get(list).toArray() as string[],
    push: (list, item) => {
      lists.get(list).push(item);
    },
    content: (text) => texts.get(text).toString(),
    length: (text) => texts.get(text).length,
    splice: (text, position, deleted, inserted) => {
      const handle = texts.get(text);
      if (deleted > 0) handle.delete(position, deleted);
      if (inserted !== '') handle.insert(position, inserted);
    },
    change: (edit) => {
      local = new Uint8Array();
      edit();
      document.commit();
      return local;
    },
    apply: (updates) => {
      // Detached, the document takes all in before it brings its state up to date: half the time of importBatch.
      document.detach();
      for (const update of updates) if (update.length > 0) document.import(update);
      document.checkoutToLatest();
    },
    close: () => {
      unsubscribe();
      for (const { free } of [maps, lists, texts]) free();
      document.free();
    },
  };
}

/** A container's handle costs memory of the library until it is freed: one for each container, as long as the document lives. */
function handles<Handle extends { free(): void }>(
  open: (name: string) => Handle,
): { readonly get: (name: string) => Handle; readonly free: () => void } {
  const opened = new Map<string, Handle>();
  return {
    get: (name) => {
      const handle = opened.get(name) ?? open(name);
      opened.set(name, handle);
      return handle;
    },
    free: () => {
      for (const handle of opened.values()) handle.free();
    },
  };
}

export const loro: MergeStrategy = {
  name: 'loro',
  summary: 'a Loro document on every machine, scalars as registers that know causality',
  layout: 'peers',
  servesManyAgents: true,
  promises: {
    converges: 'survivable',
    keepsCommittedWrites: 'survivable',
    keepsRefusedOut: 'survivable',
    exactlyOnce: 'survivable',
    allOrNothing: false,
    escalatesTruly: 'survivable',
    serializable: false,
    serialInRankOrder: false,
    neverWaits: 'survivable',
  },
  open: (host) => gossiping(host, (identity) => crdtDocument(host, loroLibrary(identity), identity)),
};
