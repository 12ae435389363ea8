/**
 * The contrast to a register that knows causality: every field is one cell of a Loro map, texts included. It converges and
 * silently picks a winner, by Lamport time and then by peer id.
 */

import { LoroDoc } from 'loro-crdt';
import type { FieldName, FieldState, Host, MergeStrategy } from '../src/contract/index.ts';
import { gossiping, OpaqueFields, type Identity, type Merge } from '../src/replication/index.ts';

function createCells(host: Host, peer: Identity): Merge {
  const document = new LoroDoc();
  document.setPeerId(BigInt(peer));
  const cells = document.getMap('cells');
  let local: Uint8Array = new Uint8Array();
  const unsubscribe = document.subscribeLocalUpdates((update) => void (local = update));
  const opaque = new OpaqueFields(host.schema);
  const held = (field: FieldName): FieldState | undefined => {
    const cell = cells.get(JSON.stringify(field)) as string | undefined;
    return cell === undefined ? undefined : stateIn(cell);
  };
  return {
    begin: () => opaque.begin(),
    view: (_tx, fields) => opaque.view(fields, held),
    commit: (_tx, writes) => {
      for (const write of writes) {
        const cell = opaque.put(write, held(write.field));
        // A cell that is set to what it holds already stays as it is, and would lose to an older concurrent value.
        cells.set(JSON.stringify(write.field), JSON.stringify([cell, write.id, write.attempt]));
      }
      document.commit();
      return local;
    },
    apply: (updates) => {
      // Detached, the document takes all in before it brings its state up to date: half the time of importBatch.
      document.detach();
      for (const update of updates) document.import(update);
      document.checkoutToLatest();
    },
    state: () => opaque.state(cells.values().map((cell) => stateIn(cell as string))),
    close: () => {
      unsubscribe();
      cells.free();
      document.free();
    },
  };
}

function stateIn(cell: string): FieldState {
  const [state] = JSON.parse(cell) as [FieldState, ...unknown[]];
  return state;
}

export const crdtCell: MergeStrategy = {
  name: 'crdt-cell',
  summary: "each field is one cell of a CRDT library's map, which picks a winner and tells nobody",
  layout: 'peers',
  servesManyAgents: true,
  canary: true,
  promises: {
    converges: 'survivable',
    keepsCommittedWrites: false,
    keepsRefusedOut: false,
    exactlyOnce: false,
    allOrNothing: false,
    escalatesTruly: false,
    serializable: false,
    serialInRankOrder: false,
    neverWaits: 'survivable',
  },
  open: (host) => gossiping(host, (identity) => createCells(host, identity)),
};
