/** A strategy whose replicas answer at once, and whose every handler a test can replace. */

import type { Host, MergeStrategy, Replica } from '../../src/contract/index.ts';

const noPromises: MergeStrategy['promises'] = {
  converges: false,
  keepsCommittedWrites: false,
  keepsRefusedOut: false,
  exactlyOnce: false,
  allOrNothing: false,
  escalatesTruly: false,
  serializable: false,
  serialInRankOrder: false,
  neverWaits: false,
};

export function probe(handlers: (host: Host) => Partial<Replica>, layout: 'peers' | 'hub' = 'peers'): MergeStrategy {
  return {
    name: 'probe',
    summary: 'answers at once and keeps nothing',
    layout,
    promises: noPromises,
    open: (host) => ({
      begin: () => undefined,
      read: (tx) => {
        host.view(tx, { fields: [], escalations: [] });
      },
      write: (tx) => {
        host.written(tx);
      },
      commit: (tx) => {
        host.settle(tx, { kind: 'committed' });
      },
      receive: () => undefined,
      sync: () => undefined,
      state: () => ({ fields: [], escalations: [], resolutions: [] }),
      close: () => undefined,
      ...handlers(host),
    }),
  };
}
