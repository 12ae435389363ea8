import { describe, expect, it } from 'vitest';
import type { MergeStrategy, TrialResult } from '../../src/contract/index.ts';
import { loro } from '../../strategies/loro.ts';
import { lww } from '../../strategies/lww.ts';
import { yjs } from '../../strategies/yjs.ts';
import { total, trialsOf } from '../support/trials.ts';
import {
  acknowledgesBeforeTheDisk,
  loroWithOldId,
  registerWithoutCausality,
  setAsList,
  tieBrokenByArrival,
  yjsWithOldId,
} from './peer-mutants.ts';

const lost = (trials: readonly TrialResult[]): number => total(trials, ({ fates }) => fates.lost);
const diverged = (trials: readonly TrialResult[]): number => total(trials, ({ converged }) => Number(!converged));
const doubled = (trials: readonly TrialResult[]): number => total(trials, ({ duplicates }) => duplicates);
const falselyEscalated = (trials: readonly TrialResult[]): number =>
  total(trials, ({ escalations }) => escalations.false);
const failed = (trials: readonly TrialResult[]): number => total(trials, ({ failure }) => Number(failure !== null));

describe('each bug is caught by its witness, which the right strategy does not show', () => {
  it('an acknowledgement before the disk loses writes in a crash', () => {
    const trials = (strategy: MergeStrategy): TrialResult[] => trialsOf(strategy, 'notes', 'crash', 40);
    expect(lost(trials(acknowledgesBeforeTheDisk))).toBeGreaterThan(0);
    expect(lost(trials(loro))).toBe(0);
  });

  it('a tie that is broken by arrival makes the replicas diverge', () => {
    expect(diverged(trialsOf(tieBrokenByArrival, 'values', 'none', 5))).toBeGreaterThan(0);
    expect(diverged(trialsOf(lww, 'values', 'none', 5))).toBe(0);
  });

  it.each([
    [loroWithOldId, loro],
    [yjsWithOldId, yjs],
  ])('an id that is used again after a restore loses writes or makes the replicas diverge (%#)', (mutant, right) => {
    const mischief = (trials: readonly TrialResult[]): number => lost(trials) + diverged(trials) + failed(trials);
    expect(mischief(trialsOf(mutant, 'disjoint', 'restore', 30))).toBeGreaterThan(0);
    expect(mischief(trialsOf(right, 'disjoint', 'restore', 30))).toBe(0);
  });

  it('a set that is kept as a list shows an element twice', () => {
    expect(doubled(trialsOf(setAsList, 'union', 'restore', 40))).toBeGreaterThan(0);
    expect(doubled(trialsOf(loro, 'union', 'restore', 40))).toBe(0);
  });

  it('a register that does not know what was read escalates falsely', () => {
    expect(falselyEscalated(trialsOf(registerWithoutCausality, 'mixed', 'none', 5))).toBeGreaterThan(0);
    expect(falselyEscalated(trialsOf(loro, 'mixed', 'none', 5))).toBe(0);
  });
});
