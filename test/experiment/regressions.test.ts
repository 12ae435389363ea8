/** Every seed that once failed, with what was wrong then. */

import { describe, expect, it } from 'vitest';
import { strategies } from '../support/every-strategy.ts';
import { complaintsAbout, named, trialOf } from '../support/trials.ts';

interface Regression {
  readonly trial: readonly [strategy: string, workload: string, faults: string, seed: number];
  readonly was: string;
}

const regressions: readonly Regression[] = [
  { trial: ['serial', 'values', 'crash', 6], was: 'a repeated turn replaced what others had already read' },
  { trial: ['serial', 'mixed', 'crash', 4], was: 'a repeated turn came both before and after another one' },
  {
    trial: ['mtpo', 'unique-claim', 'crash', 1010],
    was: 'a repair that was told at once that all is well took away what the turn had seen',
  },
  { trial: ['llm-transactional', 'values', 'crash', 6], was: 'a repeated turn replaced what others had already read' },
  { trial: ['loro', 'mixed', 'none', 13], was: 'the oracle took text in another order for lost text' },
  { trial: ['loro', 'values', 'none', 5065], was: 'the oracle read positions by another order of tied insertions' },
  { trial: ['loro', 'mixed', 'crash', 5014], was: 'the oracle read positions by another order of tied insertions' },
  {
    trial: ['loro', 'disjoint', 'restore', 5087],
    was: 'the oracle read positions by another order of tied insertions',
  },
  { trial: ['yjs', 'disjoint', 'restore', 18], was: 'the oracle took text in another order for lost text' },
  { trial: ['yjs', 'values', 'none', 5], was: 'the oracle took text in another order for lost text' },
  { trial: ['occ', 'status-race', 'crash', 731], was: 'the oracle judged by an attempt that only heard of another' },
  {
    trial: ['loro', 'union', 'restore', 2],
    was: 'a restore took the last copy: half of a message counted as all of it',
  },
];

describe('trials that once failed', () => {
  for (const { trial, was } of regressions) {
    const [strategy, workload, faults, seed] = trial;
    it(`${trial.join(' ')}: ${was}`, () => {
      expect(complaintsAbout([trialOf(named(strategies, strategy), workload, faults, seed)])).toEqual([]);
    });
  }
});
