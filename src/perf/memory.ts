/** What stays in memory after many trials, folded into cells as a run does it: it must not grow with the seeds. */

import { CellTally } from '../metrics/index.ts';
import type { Figure } from './figure.ts';
import { fortyWrites, trialRunner } from './trial-runner.ts';
import { strategies } from './strategies.ts';

const rounds = 4;
const trialsPerRound = 500;

export function measureMemory(): readonly Figure[] {
  const runners = strategies.map((strategy) => trialRunner(strategy, fortyWrites()));
  const tally = new CellTally();
  const figures: Figure[] = [];
  for (let round = 1; round <= rounds; round += 1) {
    for (let trial = 0; trial < trialsPerRound; trial += 1) {
      const run = runners[trial % runners.length];
      if (run === undefined) continue;
      tally.add({ result: run(), latencies: [], recoveries: [], invariantsExercised: [], culprit: null }, 4);
    }
    const megabytes = process.memoryUsage().rss / 2 ** 20;
    figures.push({
      what: `after ${String(round * trialsPerRound)} trials`,
      value: megabytes,
      unit: 'MB',
      better: 'less',
    });
  }
  return figures;
}
