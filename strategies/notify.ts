/**
 * `mtpo` without its ranks: writes are there at once, after all that is there, and whoever was under way at the same time and
 * has read the field is notified, also after it has finished. Two agents that react to each other do so for ever.
 */

import type { MergeStrategy } from '../src/contract/index.ts';
import { rankReplica } from '../src/replication/index.ts';

export const notify: MergeStrategy = {
  name: 'notify',
  summary: 'writes in place in no order; agents repair what rests on what anybody has changed meanwhile',
  layout: 'hub',
  promises: {
    converges: false,
    keepsCommittedWrites: false,
    keepsRefusedOut: 'survivable',
    exactlyOnce: 'survivable',
    allOrNothing: false,
    escalatesTruly: false,
    serializable: false,
    serialInRankOrder: false,
    neverWaits: false,
  },
  open: (host) =>
    rankReplica(host, { placed: 'by-arrival', shown: 'everything', acts: 'at-once', failingUndo: 0, lostNotices: 0 }),
};
