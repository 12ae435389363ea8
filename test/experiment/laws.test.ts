/** The laws that every strategy is held to: whoever adds one adds no test here. */

import { describe, expect, it } from 'vitest';
import type { FaultProfile, MergeStrategy, TrialResult, Workload } from '../../src/contract/index.ts';
import { defaultFaultProfiles, faultProfiles } from '../../src/simulator/index.ts';
import { strategies } from '../support/every-strategy.ts';
import { workloads } from '../../workloads/index.ts';
import { complaintsAbout, total, trialsOf } from '../support/trials.ts';

const seeds = 2;
/** Most strategies don't notice those that are not run by default. */
const seedsUnder = (profile: FaultProfile): number => (defaultFaultProfiles.includes(profile) ? seeds : 1);
const contended = workloads.filter((workload) => workload.contended);

const undisturbed = new Map<string, readonly TrialResult[]>();

/** Trials without faults, which several laws look at. */
function trialsWithoutFaults(strategy: MergeStrategy, { name }: Workload): readonly TrialResult[] {
  const cell = `${strategy.name} on ${name}`;
  const trials = undisturbed.get(cell) ?? trialsOf(strategy, name, 'none', seeds);
  undisturbed.set(cell, trials);
  return trials;
}

for (const strategy of strategies) {
  describe(strategy.name, () => {
    for (const profile of faultProfiles) {
      it(`comes to rest and keeps every promise that it makes, under ${profile.name}`, () => {
        const trials = workloads.flatMap((workload) =>
          profile.name === 'none'
            ? trialsWithoutFaults(strategy, workload)
            : trialsOf(strategy, workload.name, profile.name, seedsUnder(profile)),
        );
        // Who doesn't promise that its replicas converge may go on for ever.
        const bounded = strategy.promises.converges === false ? trials.filter(({ settled }) => settled) : trials;
        expect(complaintsAbout(bounded)).toEqual([]);
        for (const { fates } of trials) {
          const { issued, ...parts } = fates;
          expect(Object.values(parts).reduce((sum, count) => sum + count, 0)).toBe(issued);
        }
      });
    }
  });
}

describe('a canary', () => {
  for (const strategy of strategies.filter((candidate) => candidate.canary === true)) {
    it(`${strategy.name} loses on every contended workload`, () => {
      for (const workload of contended) {
        const trials = trialsWithoutFaults(strategy, workload);
        expect([workload.name, total(trials, (trial) => trial.fates.lost) > 0]).toEqual([workload.name, true]);
      }
    });
  }
});

describe('a workload', () => {
  it('reaches the conflict that it promises', () => {
    for (const workload of workloads) {
      for (const strategy of strategies) {
        const trials = trialsWithoutFaults(strategy, workload);
        expect([workload.name, strategy.name, trials.some((trial) => trial.exercised)]).toEqual([
          workload.name,
          strategy.name,
          true,
        ]);
      }
    }
  });
});
