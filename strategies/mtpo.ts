/**
 * Monotonic Trajectory Pre-Order (CoAgent, arXiv 2606.15376). Every turn gets a rank when the hub first hears of it. What a
 * turn writes is there at once, at its rank: if higher ranks have written already, they are undone and made again on top of
 * it, without a model. A turn is shown what lower ranks wrote. When that changes, it is notified, whether it is finished or
 * not: its agent judges whether it matters, and repairs just the writes that depend on it. Notices only ever go from lower to
 * higher ranks, so they come to an end, and at rest the state is the one that the turns would have made one after another.
 *
 * What can't be undone is held back until nothing that it rests on can change any more. What a turn wrote that is given up, or
 * whose agent has been silent for two minutes, is undone; if its agent comes back, the turn is launched anew.
 *
 * Left out: undoing costs no time. Ranks are the order of the launches, as in the paper, and not chosen by what turns are
 * about to do.
 */

import type { Knobs, MergeStrategy, PromiseScope } from '../src/contract/index.ts';
import { rankReplica } from '../src/replication/index.ts';

interface Options {
  readonly failingUndo: number;
  readonly lostNotices: number;
}

const knobs: Knobs = {
  failingUndo: {
    kind: 'number',
    summary: 'how often a write that comes in below others cannot be put there: a person must settle it then',
    default: 0,
    min: 0,
    max: 1,
    whole: false,
  },
  lostNotices: {
    kind: 'number',
    summary: 'how often a notice is lost for good',
    default: 0,
    min: 0,
    max: 1,
    whole: false,
  },
};

function mtpoWith({ failingUndo, lostNotices }: Options): MergeStrategy {
  const undoes = failingUndo === 0;
  const notifies = lostNotices === 0;
  const always = (isKept: boolean): PromiseScope => (isKept ? 'survivable' : false);
  const ifJudged: PromiseScope = undoes && notifies ? { faults: 'survivable', given: 'right-judgements' } : false;
  return {
    name: 'mtpo',
    summary: 'writes in place in an order of ranks; agents repair what rests on what a lower rank has changed',
    layout: 'hub',
    promises: {
      converges: 'survivable',
      keepsCommittedWrites: always(notifies),
      keepsRefusedOut: 'survivable',
      exactlyOnce: 'survivable',
      allOrNothing: always(undoes),
      escalatesTruly: always(undoes && notifies),
      serializable: ifJudged,
      serialInRankOrder: ifJudged,
      neverWaits: false,
    },
    knobs,
    configure: (values) =>
      mtpoWith({ failingUndo: Number(values['failingUndo']), lostNotices: Number(values['lostNotices']) }),
    open: (host) =>
      rankReplica(host, { placed: 'by-rank', shown: 'lower-ranks', acts: 'when-settled', failingUndo, lostNotices }),
  };
}

export const mtpo: MergeStrategy = mtpoWith({ failingUndo: 0, lostNotices: 0 });
