/** What one process measures of one strategy: how long the same trials take, again and again. */

import type { MergeStrategy } from '../contract/index.ts';
import { fortyWrites, trialRunner } from './trial-runner.ts';

const warmUpMs = 4_000;
const rounds = 8;

export const trialsPerRound = 40;

/**
 * The duration of each round in milliseconds. All rounds run the same trials, and so many of them that each has its share of
 * garbage to collect: they differ by what the machine did meanwhile and by next to nothing else.
 */
export function timeRounds(strategy: MergeStrategy): readonly number[] {
  // The engine needs up to a thousand trials to compile what is hot.
  const warmUp = trialRunner(strategy, fortyWrites());
  const warmAt = performance.now() + warmUpMs;
  while (performance.now() < warmAt) warmUp();
  return Array.from({ length: rounds }, () => {
    const run = trialRunner(strategy, fortyWrites());
    const begin = performance.now();
    for (let trial = 0; trial < trialsPerRound; trial += 1) run();
    return performance.now() - begin;
  });
}
