import { describe, expect, it } from 'vitest';
import {
  field,
  seconds,
  type History,
  type MergeStrategy,
  type Plan,
  type TrialResult,
  type WriteDraft,
} from '../../src/contract/index.ts';
import { mesiLease, mesiLeaseWith } from '../../strategies/mesi-lease.ts';
import { atTime, planOf, reported, run, turn } from '../support/plans.ts';
import { total, trialOf, trialsOf } from '../support/trials.ts';
import { acquiresAgainWithoutReading, leaseWithoutFence, preemptsWithoutVersionCheck } from './mesi-mutants.ts';

const counter = field('total');
const [ten, five] = [10, 5].map((value): WriteDraft => ({ field: counter, kind: 'counter', value })) as [
  WriteDraft,
  WriteDraft,
];

interface Part {
  readonly start: number;
  readonly think: number;
  readonly adds: WriteDraft;
}

/** 100, +10, +5, each by reading and thinking first. */
function addition(...parts: readonly Part[]): Plan {
  const turns = parts.map(({ start, think, adds }) =>
    turn({
      pauseMicros: seconds(start),
      steps: [{ reads: [counter], thinkMicros: seconds(think), write: () => [adds] }],
    }),
  );
  const schema = { fields: [{ field: counter, kind: 'counter', initial: 100, meaning: 'a sum' } as const] };
  return { ...planOf(...turns.map((each) => [each])), schema };
}

const sums = ({ finals }: History): readonly unknown[] => [
  ...new Set(finals.flatMap(({ state }) => state.fields.map((one) => (one.kind === 'counter' ? one.value : one)))),
];

const lost = (trials: readonly TrialResult[]): number => total(trials, ({ fates }) => fates.lost);

describe('a grant that is taken from a live holder without a version check', () => {
  const plan = addition({ start: 0, think: 10, adds: ten }, { start: 1, think: 20, adds: five });

  it('makes 105 of 100, 10 and 5, where the right strategy makes 115', () => {
    expect(sums(run(preemptsWithoutVersionCheck, plan))).toEqual([105]);
    expect(sums(run(mesiLease, plan))).toEqual([115]);
  });

  it('is one lost write to the oracle', () => {
    const trials = [1, 2, 3, 4, 5].map((seed) => trialOf(preemptsWithoutVersionCheck, 'tally', 'none', seed, 2));
    const overlapped = trials.filter(({ fates }) => fates.lost > 0);
    expect(overlapped.length).toBeGreaterThan(0);
    for (const { fates } of overlapped) expect(fates).toMatchObject({ issued: 2, survived: 1, lost: 1 });
  });

  it('is harmless as long as versions are checked', () => {
    expect(sums(run(mesiLeaseWith({}, { acquire: 'preempt' }), plan))).toEqual([115]);
  });
});

/** An agent that was reclaimed while it slept; the other one was granted the field and has committed. */
const asleep = [atTime('a1', 5, { kind: 'busy', stallMicros: seconds(200) })];

/** Accepted under another grant than the one that was live. */
function unfenced(history: History): number {
  let live: number | null = null;
  let count = 0;
  for (const event of reported(history)) {
    if (event.kind === 'grant') live = event.token;
    else if (event.kind === 'release' || event.kind === 'reclaim') live = null;
    else if (event.kind === 'accept' && event.token !== live) count += 1;
  }
  return count;
}

describe('a lease without a fence', () => {
  const plan = addition({ start: 0, think: 20, adds: ten }, { start: 150, think: 5, adds: five });
  const outcome = (strategy: MergeStrategy): readonly unknown[] => {
    const history = run(strategy, plan, asleep);
    return [...sums(history), unfenced(history)];
  };

  it('lets a zombie write under its old token over what has happened since', () => {
    expect(outcome(leaseWithoutFence)).toEqual([110, 1]);
    expect(outcome(mesiLease)).toEqual([115, 0]);
  });

  it('harms nobody as long as everybody is awake', () => {
    expect(lost(trialsOf(leaseWithoutFence, 'mixed', 'none', 10))).toBe(0);
  });
});

describe('a fence that is side-stepped by acquiring again without reading', () => {
  const plan = addition({ start: 0, think: 300, adds: ten }, { start: 150, think: 5, adds: five });

  it('loses the update of whoever was granted the field meanwhile', () => {
    expect(sums(run(acquiresAgainWithoutReading, plan, asleep))).toEqual([110]);
    expect(sums(run(mesiLease, plan, asleep))).toEqual([115]);
  });
});
