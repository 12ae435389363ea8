/** Trials for tests of strategies, and the law that all of them share. */

import type { MergeStrategy, TrialResult } from '../../src/contract/index.ts';
import { runTrial, type TrialRun } from '../../src/experiment/index.ts';
import { checkpoint, defaultModel, faultProfiles, type RecoveryPolicy } from '../../src/simulator/index.ts';
import { workloads } from '../../workloads/index.ts';

/** The trials of one cell, with the seeds 1, 2, ... */
export function trialsOf(strategy: MergeStrategy, workloadName: string, faults: string, seeds: number): TrialResult[] {
  return Array.from({ length: seeds }, (_, index) => trialOf(strategy, workloadName, faults, index + 1));
}

export function trialOf(
  strategy: MergeStrategy,
  workload: string,
  faults: string,
  seed: number,
  agents: number | null = null,
): TrialResult {
  return runOf(strategy, { workload, faults, seed, agents }).record.result;
}

/** Which trial of a strategy: by name, as on the command line. */
export interface TrialPlace {
  readonly workload: string;
  readonly faults: string;
  readonly seed: number;
  readonly agents?: number | null;
}

/** A trial with all that is known of it. */
export function runOf(strategy: MergeStrategy, place: TrialPlace, recovery: RecoveryPolicy = checkpoint): TrialRun {
  const spec = {
    ...place,
    strategy: strategy.name,
    agents: place.agents ?? null,
    recovery: recovery.name,
    model: defaultModel.name,
  };
  const workload = named(workloads, place.workload);
  const profile = named(faultProfiles, place.faults);
  return runTrial(spec, { strategy, workload, profile, model: defaultModel, recovery, story: false });
}

export function named<Item extends { readonly name: string }>(items: readonly Item[], name: string): Item {
  const item = items.find((candidate) => candidate.name === name);
  if (item === undefined) throw new Error(`there is no ${name}`);
  return item;
}

export function total(trials: readonly TrialResult[], count: (trial: TrialResult) => number): number {
  return trials.reduce((sum, trial) => sum + count(trial), 0);
}

/** One line per broken promise, violated invariant or failure, with the seed that shows it. */
export function complaintsAbout(trials: readonly TrialResult[]): string[] {
  return trials.flatMap(({ workload, faults, seed, failure, settled, brokenPromises, protocolViolations }) => [
    ...(failure === null ? [] : [`${workload} ${faults} ${String(seed)}: ${failure}`]),
    ...(settled ? [] : [`${workload} ${faults} ${String(seed)}: did not settle`]),
    ...protocolViolations.map(
      ({ invariant, violation }) => `${workload} ${faults} ${String(seed)}: ${invariant}: ${violation}`,
    ),
    ...brokenPromises.map(({ promise, evidence }) => `${workload} ${faults} ${String(seed)}: ${promise}: ${evidence}`),
  ]);
}
