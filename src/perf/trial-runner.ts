/** Trials as they are measured: 4 agents, about 40 writes, the four fault profiles in turn. */

import type { MergeStrategy, TrialResult, Workload } from '../contract/index.ts';
import { findNamed } from '../cli/workers/find-named.ts';
import { runTrial } from '../experiment/index.ts';
import { checkpoint, defaultFaultProfiles, defaultModel } from '../simulator/index.ts';
import { workloads } from '../../workloads/index.ts';

/** Turns of one or two writes: 4 agents with 7 of them write 42 times on average. */
export function fortyWrites(): Workload {
  const mixed = findNamed('workload', 'mixed', workloads);
  if (mixed.configure === undefined) throw new Error('the workload mixed has lost its knobs');
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
