/** Whole trials on one core: 4 agents, about 40 writes, the four fault profiles in turn. */

import { Bench, type BenchOptions } from 'tinybench';
import type { MergeStrategy, TrialResult, Workload } from '../contract/index.ts';
import { runTrial } from '../experiment/index.ts';
import { checkpoint, defaultFaultProfiles, defaultModel } from '../simulator/index.ts';
import { workloads } from '../../workloads/index.ts';
import { median, type Figure } from './figure.ts';
import { strategies } from './strategies.ts';

const warmUpMs = 3_000;
const rounds = 8;
const trialsPerRound = 40;

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

/**
 * Strategies take turns: what else the machine does comes and goes, and would meet one of them alone. Each round runs the same
 * trials, so that rounds differ by what the machine did meanwhile and by nothing else: the fastest run of each trial is the one
 * that was disturbed least (and met no garbage collection).
 */
export async function measureTrials(): Promise<readonly Figure[]> {
  // The engine needs some hundred trials of a strategy to compile what is hot.
  await runAll({ time: warmUpMs, iterations: 1 });
  const measured: (readonly TimedTrials[])[] = [];
  for (let round = 0; round < rounds; round += 1) measured.push(await runAll({ time: 0, iterations: trialsPerRound }));
  return strategies.map(({ name }, position) => {
    const ofStrategy = measured.map((round) => round[position] ?? []);
    const fastest = Array.from({ length: trialsPerRound }, (_, trial) =>
      Math.min(...ofStrategy.map((durationsMs) => durationsMs[trial] ?? Infinity)),
    );
    return {
      what: name,
      value: median(ofStrategy.map(perSecond)),
      undisturbed: perSecond(fastest),
      unit: 'trials/s',
      better: 'more',
    };
  });
}

/** How long each trial took, in milliseconds, from the first seed on. */
type TimedTrials = readonly number[];

/** Of all together: where a few trials take long, most of them are faster than that. */
function perSecond(durationsMs: TimedTrials): number {
  return (1_000 * durationsMs.length) / durationsMs.reduce((total, durationMs) => total + durationMs, 0);
}

/** The samples of the bench itself are in the order of how long they took, so that nobody knows of which trial one is. */
async function runAll(options: BenchOptions): Promise<readonly TimedTrials[]> {
  const bench = new Bench({ ...options, name: 'trials', warmup: false });
  const timed = strategies.map((strategy) => {
    const run = trialRunner(strategy, fortyWrites());
    const durationsMs: number[] = [];
    bench.add(strategy.name, () => {
      const begin = performance.now();
      run();
      durationsMs.push(performance.now() - begin);
    });
    return durationsMs;
  });
  await bench.run();
  return timed;
}
