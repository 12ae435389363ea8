/**
 * A suite in parts that cost about the same. Trials of one strategy on one workload do; so each such group is shuffled and
 * dealt out in turn, and the next group goes on where it ended. Who gets what depends on the suite alone.
 */

import type { Shard, Suite, TrialSpec } from '../contract/index.ts';
import { createStreams } from '../random/index.ts';
import { countTrials, trialsOf } from './matrix.ts';

export interface DealtTrial {
  readonly spec: TrialSpec;
  /** Index of its shard, from 1. */
  readonly shard: number;
}

/** All trials in the order of the suite, each with the shard that runs it. */
export function* dealtTrials(suite: Suite, shards: number): Generator<DealtTrial> {
  const groupSize = suite.faults.length * suite.seeds.count;
  const positions = Array.from({ length: groupSize }, (_each, index) => index);
  let shuffled = positions;
  let place = 0;
  for (const spec of trialsOf(suite)) {
    const inGroup = place % groupSize;
    const before = place - inGroup;
    if (inGroup === 0)
      shuffled = createStreams('shards')
        .stream(String(before / groupSize))
        .shuffle(positions);
    yield { spec, shard: ((before + (shuffled[inGroup] ?? 0)) % shards) + 1 };
    place += 1;
  }
}

/** In the order of the suite. */
export function* plannedTrials(suite: Suite, shard: Shard | null): Generator<TrialSpec> {
  if (shard === null) {
    yield* trialsOf(suite);
    return;
  }
  for (const dealt of dealtTrials(suite, shard.count)) if (dealt.shard === shard.index) yield dealt.spec;
}

export function countPlanned(suite: Suite, shard: Shard | null): number {
  const all = countTrials(suite);
  if (shard === null) return all;
  return Math.floor(all / shard.count) + (shard.index <= all % shard.count ? 1 : 0);
}
