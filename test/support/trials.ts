/** Trials for tests of strategies, and the law that all of them share. */

import type { MergeStrategy, TrialResult } from '../../src/contract/index.ts';
import { runTrial } from '../../src/experiment/index.ts';
import { defaultModel, faultProfiles } from '../../src/simulator/index.ts';
import { workloads } from '../../workloads/index.ts';

/** The trials of one cell, with the seeds 1, 2, ... */
export function trialsOf(strategy: MergeStrategy, workloadName: string, faults: string, seeds: number): TrialResult[] {
  return Array.from({ length: seeds }, (_, index) => trialOf(strategy, workloadName, faults, index + 1));
}

export function trialOf(
  strategy: MergeStrategy,
  workloadName: string,
  faults: string,
  seed: number,
  agents: number | null = null,
): TrialResult {
  const workload = named(workloads, workloadName);
  const profile = named(faultProfiles, faults);
  const spec = { strategy: strategy.name, workload: workloadName, faults, seed, agents };
  return runTrial(spec, { strategy, workload, profile, model: defaultModel, story: false }).record.result;
}

export function named<Item extends { readonly name: string }>(items: readonly Item[], name: string): Item {
  const item = items.find((candidate) => candidate.name === name);
  if (item === undefined) throw new Error(`there is no ${name}`);
  return item;
}

export function total(trials: readonly TrialResult[], count: (trial: TrialResult) => number): number {
  return trials.reduce((sum, trial) => sum + count(trial), 0);
}

/** One line per broken promise or failure, with the seed that shows it. */
export function complaintsAbout(trials: readonly TrialResult[]): string[] {
  return trials.flatMap(({ workload, faults, seed, failure, settled, brokenPromises }) => [
    ...(failure === null ? [] : [`${workload} ${faults} ${String(seed)}: ${failure}`]),
    ...(settled ? [] : [`${workload} ${faults} ${String(seed)}: did not settle`]),
    ...brokenPromises.map(({ promise, evidence }) => `${workload} ${faults} ${String(seed)}: ${promise}: ${evidence}`),
  ]);
}
