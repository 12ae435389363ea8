import { describe, expect, it } from 'vitest';
import type { MergeStrategy } from '../../src/contract/index.ts';
import { occ } from '../../strategies/occ.ts';
import { twoPhaseLocking } from '../../strategies/two-phase-locking.ts';
import { total, trialsOf } from '../support/trials.ts';
import { releasesLocksBeforeTheCommit, validatesOnlyTheFirstField } from './coordination-mutants.ts';

const seeds = 12;

function breaches(strategy: MergeStrategy, workload: string): number {
  const trials = trialsOf(strategy, workload, 'none', seeds);
  expect(trials.map(({ failure }) => failure)).toEqual(trials.map(() => null));
  return total(
    trials,
    ({ brokenPromises }) => brokenPromises.filter(({ promise }) => promise === 'serializable').length,
  );
}

describe('each bug is caught by its witness, which the right strategy does not show', () => {
  it('a commit that validates only the first field is not serializable', () => {
    expect(breaches(validatesOnlyTheFirstField, 'mixed')).toBeGreaterThan(0);
    expect(breaches(occ, 'mixed')).toBe(0);
  });

  it('locks that are released before the commit are no locks: not serializable', () => {
    expect(breaches(releasesLocksBeforeTheCommit, 'notes')).toBeGreaterThan(0);
    expect(breaches(twoPhaseLocking, 'notes')).toBe(0);
  });
});
