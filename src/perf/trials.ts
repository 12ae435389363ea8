/** Whole trials on one core: 4 agents, about 40 writes, the four fault profiles in turn. */

import { Bench } from 'tinybench';
import type { MergeStrategy, TrialResult, Workload } from '../contract/index.ts';
import { runTrial } from '../experiment/index.ts';
import { checkpoint, defaultFaultProfiles, defaultModel } from '../simulator/index.ts';
import { workloads } from '../../workloads/index.ts';
import { median, samplesOf, type Figure } from './figure.ts';
import { strategies } from './strategies.ts';

const rounds = 8;
const roundMs = 250;

/** Turns of one or two writes: 4 agents with 7 of them write 42 times on average. */
export function fortyWrites(): Workload {
  const mixed = workloads.find(({ name }) => name === 'mixed');
  if (mixed?.configure === undefined) throw new Error('the workload mixed is gone');
  return mixed.configure({ conflictRatio: 0.3, turns: 7, fields: 4 });
}

export function trialRunner(strategy: MergeStrategy, workload: Workload): () => TrialResult {
  let seed = 0;
  return () => {
    seed += 1;
    const profile = defaultFaultProfiles[seed % defaultFaultProfiles.length];
    if (profile === undefined) throw new Error('there are no fault profiles');
    const named = { strategy: strategy.name, workload: workload.name, faults: profile.name };
    const world = { recovery: checkpoint.name, model: defaultModel.name };
    const parts = { strategy, workload, profile, model: defaultModel, recovery: checkpoint, story: false };
    const { result } = runTrial({ seed, agents: 4, ...named, ...world }, parts).record;
    // A trial that fails takes no time worth measuring.
    if (result.failure !== null) throw new Error(`${strategy.name}, seed ${seed}: ${result.failure}`);
    return result;
  };
}

/** Strategies take turns: what else the machine does comes and goes, and would meet one of them alone. */
export async function measureTrials(): Promise<readonly Figure[]> {
  const runners = strategies.map((strategy) => ({
    name: strategy.name,
    run: trialRunner(strategy, fortyWrites()),
    durationsMs: [] as number[],
  }));
  for (let round = 0; round < rounds; round += 1) {
    // The engine needs some hundred trials of a strategy to compile what is hot.
    const bench = new Bench({
      name: 'trials',
      time: roundMs,
      warmup: round === 0,
      warmupTime: 3_000,
      iterations: 1,
      retainSamples: true,
    });
    for (const { name, run } of runners) {
      bench.add(name, () => {
        run();
      });
    }
    await bench.run();
    for (const { name, durationsMs } of runners) durationsMs.push(...samplesOf(bench, name));
  }
  return runners.map(({ name, durationsMs }) => ({
    what: name,
    value: 1_000 / median(durationsMs),
    unit: 'trials/s',
    better: 'more',
  }));
}
