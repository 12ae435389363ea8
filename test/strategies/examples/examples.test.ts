import { describe, expect, it } from 'vitest';
import { complaintsAbout, total, trialsOf } from '../../support/trials.ts';
import { atTime, planOf, run, status, turn } from '../../support/plans.ts';
import { seconds } from '../../../src/contract/index.ts';
import { compareAndSwap } from './compare-and-swap.ts';
import { lock } from './lock.ts';

const faults = ['none', 'crash', 'busy', 'restore'];
const workloads = ['status-race', 'mixed', 'notes', 'tally'];

describe('a lock', () => {
  it('makes the second reader wait until the first has committed', () => {
    const history = run(lock, planOf([turn()], [turn({ pauseMicros: seconds(1) })]));
    const [first, second] = history.attempts;
    expect(second?.blockedMicros).toBeGreaterThan(seconds(8));
    expect(second?.views[0]?.fields).toMatchObject([{ field: status, author: first?.writes[0]?.id }]);
  });

  it('is taken back from a holder that died', () => {
    const down = { kind: 'crash', downMicros: seconds(3_000) } as const;
    const plan = planOf([turn()], [turn({ pauseMicros: seconds(1) }, 'later')]);
    const history = run(lock, plan, [atTime('a1', 5, down)]);
    const second = history.attempts.find(({ tx }) => tx.agent === 'a2');
    expect(second?.outcome).toEqual({ kind: 'committed' });
    expect(second?.endedAt).toBeLessThan(seconds(100));
  });

  it.each(workloads)('keeps its promises in %s under every fault', (workload) => {
    expect(faults.flatMap((profile) => complaintsAbout(trialsOf(lock, workload, profile, 4)))).toEqual([]);
  });
});

describe('a compare-and-swap', () => {
  it('makes the one who comes second think again', () => {
    const history = run(compareAndSwap, planOf([turn()], [turn({ pauseMicros: seconds(1) })]));
    expect(history.attempts.map(({ tx, outcome }) => [tx.agent, tx.attempt, outcome?.kind])).toEqual([
      ['a1', 1, 'committed'],
      ['a2', 1, 'conflict'],
      ['a2', 2, 'committed'],
    ]);
  });

  it('never waits for somebody who thinks', () => {
    const trials = trialsOf(compareAndSwap, 'status-race', 'none', 4);
    expect(total(trials, ({ blockedMs }) => blockedMs)).toBeLessThan(total(trials, ({ attempts }) => attempts) * 200);
  });

  it.each(workloads)('keeps its promises in %s under every fault', (workload) => {
    expect(faults.flatMap((profile) => complaintsAbout(trialsOf(compareAndSwap, workload, profile, 4)))).toEqual([]);
  });
});
