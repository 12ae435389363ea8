/** A Yjs document on every machine: commits locally, never waits, gossips what each commit changed. */

import * as Y from 'yjs';
import type { Host, MergeStrategy } from '../src/contract/index.ts';
import { crdtDocument, gossiping, type CrdtLibrary, type Identity } from '../src/replication/index.ts';

/** The client id decides whose text comes first, and must never be used again once it has made a change. */
export function yjsLibrary(client: number): CrdtLibrary {
  const document = new Y.Doc({ guid: 'document' });
  document.clientID = client;
  let local: Uint8Array = new Uint8Array();
  document.on('update', (update: Uint8Array, origin: unknown) => {
    if (origin === document) local = update;
  });
  const map = (name: string): Y.Map<string> => document.getMap(name);
  const list = (name: string): Y.Array<string> => document.getArray(name);
  const text = (name: string): Y.Text => document.getText(name);
  return {
    entries: (name) => [...map(name).entries()],
    set: (name, key, value) => {
      map(name).set(key, value);
    },
    items: (name) => list(name).toArray(),
    push: (name, item) => {
      list(name).push([item]);
    },
    content: (name) => text(name).toJSON(),
    length: (name) => text(name).length,
    splice: (name, position, deleted, inserted) => {
      if (deleted > 0) text(name).delete(position, deleted);
      if (inserted !== '') text(name).insert(position, inserted);
    },
    change: (edit) => {
      local = new Uint8Array();
      document.transact(edit, document);
      return local;
    },
    apply: (updates) => {
      document.transact(() => {
        for (const update of updates) if (update.length > 0) Y.applyUpdate(document, update);
      });
    },
    close: () => document.destroy(),
  };
}

/**
 * Fresh in every life of the replica, but in the order of the replicas' names. Y.Text puts an insertion behind what has been
 * deleted at its place, so that it may meet another one that was typed behind the deleted text: then the ids decide, and
 * this way they decide alike in every life. Nothing else that is kept here depends on their order.
 */
function clientOf(host: Host, identity: Identity): number {
  const rank = host.peers.filter((peer) => peer < host.self).length;
  return rank * 2 ** 32 + (identity % 2 ** 32);
}

export const yjs: MergeStrategy = {
  name: 'yjs',
  summary: 'a Yjs document on every machine, scalars as registers that know causality',
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
  open: (host) => gossiping(host, (identity) => crdtDocument(host, yjsLibrary(clientOf(host, identity)), identity)),
};
