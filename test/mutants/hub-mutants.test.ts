import { describe, expect, it } from 'vitest';
import { llmTransactional } from '../../strategies/llm-transactional.ts';
import { serial } from '../../strategies/serial.ts';
import { total, trialsOf } from '../support/trials.ts';
import {
  claimsAnEscalationStoresNothing,
  judgeAskedOnEveryReplica,
  mergeDropsALine,
  mergeInventsAValue,
  refusedWriteCountedAsDone,
  retriesWithoutIdempotencyKey,
} from './hub-mutants.ts';

const seeds = 8;

describe('each bug is caught by its witness, which the right strategy does not show', () => {
  it('an escalation that carries no values loses the writes', () => {
    const lost = (trials: ReturnType<typeof trialsOf>) => total(trials, ({ fates }) => fates.lost);
    expect(lost(trialsOf(claimsAnEscalationStoresNothing, 'semantic-conflict', 'none', seeds))).toBeGreaterThan(0);
    expect(lost(trialsOf(llmTransactional, 'semantic-conflict', 'none', seeds))).toBe(0);
  });

  it('a retry without an idempotency key writes its lines twice', () => {
    const doubled = (trials: ReturnType<typeof trialsOf>) => total(trials, ({ duplicates }) => duplicates);
    expect(doubled(trialsOf(retriesWithoutIdempotencyKey, 'notes', 'crash', 2 * seeds))).toBeGreaterThan(0);
    expect(doubled(trialsOf(serial, 'notes', 'crash', 2 * seeds))).toBe(0);
  });

  it('a judge that is asked on every replica costs more calls than there are conflicts', () => {
    const once = trialsOf(llmTransactional, 'semantic-conflict', 'none', seeds);
    const everywhere = trialsOf(judgeAskedOnEveryReplica, 'semantic-conflict', 'none', seeds);
    expect(Math.max(...once.map(({ modelCalls }) => modelCalls))).toBe(1);
    expect(Math.max(...everywhere.map(({ modelCalls }) => modelCalls))).toBe(3);
  });

  it('a merge that drops a line loses a write', () => {
    const trials = trialsOf(mergeDropsALine, 'notes', 'none', seeds);
    expect(total(trials, ({ fates }) => fates.lost)).toBe(seeds);
  });

  it('a merge that invents a value loses what it replaces', () => {
    const trials = trialsOf(mergeInventsAValue, 'disjoint', 'none', seeds);
    expect(total(trials, ({ fates }) => fates.lost)).toBeGreaterThan(0);
    expect(trials.every(({ brokenPromises }) => brokenPromises.length > 0)).toBe(true);
  });

  it('a refused write that is counted as done is lost', () => {
    const trials = trialsOf(refusedWriteCountedAsDone, 'status-race', 'none', seeds);
    expect(total(trials, ({ fates }) => fates.lost)).toBeGreaterThan(0);
    expect(total(trialsOf(serial, 'status-race', 'none', seeds), ({ fates }) => fates.lost)).toBe(0);
  });
});
