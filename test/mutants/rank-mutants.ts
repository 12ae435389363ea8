/** Bugs of hubs that write in place and notify: each is `mtpo` with one thing wrong. */

import type { MergeStrategy, TransactionId } from '../../src/contract/index.ts';
import { rankReplica, type RankOptions } from '../../src/replication/index.ts';
import { mtpo } from '../../strategies/mtpo.ts';
import { altered } from '../support/altered.ts';
import { strategyMutant, type Mutant } from './mutant.ts';

const right: RankOptions = {
  placed: 'by-rank',
  shown: 'lower-ranks',
  acts: 'when-settled',
  failingUndo: 0,
  lostNotices: 0,
};

function wrongIn(name: string, wrong: Partial<RankOptions>): MergeStrategy {
  return { ...mtpo, name, open: (host) => rankReplica(host, { ...right, ...wrong }) };
}

const notifiesLowerRanks = wrongIn('notifies-lower-ranks', { shown: 'everything' });
const forgetsToUndo = wrongIn('forgets-to-undo', { placed: 'by-arrival' });
const actsAtOnce = wrongIn('acts-at-once', { acts: 'at-once' });

/** A notice for a turn that is over is thrown away. */
const leavesFinishedTurnsAlone = altered(mtpo, 'leaves-finished-turns', {
  host: (host) => {
    const finished = new Set<TransactionId>();
    return {
      settle: (tx, outcome) => {
        finished.add(tx.id);
        host.settle(tx, outcome);
      },
      notify: (tx, changed) => {
        if (!finished.has(tx.id)) host.notify(tx, changed);
      },
    };
  },
});

export const rankMutants: readonly Mutant[] = [
  strategyMutant({
    strategy: notifiesLowerRanks,
    right: mtpo,
    bug: 'turns are shown and told what higher ranks wrote, and react to it',
    caughtBy: 'RankOrder',
    place: { workload: 'ping-pong', faults: 'none', seeds: 8 },
  }),
  strategyMutant({
    strategy: forgetsToUndo,
    right: mtpo,
    bug: 'a write that comes late is put on top of what higher ranks have written, and not below it',
    caughtBy: 'RankOrder',
    place: { workload: 'notes', faults: 'none', seeds: 8 },
  }),
  strategyMutant({
    strategy: leavesFinishedTurnsAlone,
    right: mtpo,
    bug: 'a turn that is finished is not opened again when what it rests on changes',
    caughtBy: 'RankOrder',
    place: { workload: 'ping-pong', faults: 'none', seeds: 8 },
  }),
  strategyMutant({
    strategy: actsAtOnce,
    right: mtpo,
    bug: 'a mail is sent when it is written, although a lower rank may still change what it says',
    caughtBy: 'lost',
    place: { workload: 'outbox', faults: 'none', seeds: 8 },
  }),
];
