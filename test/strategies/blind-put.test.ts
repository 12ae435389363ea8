import { describe, expect, it } from 'vitest';
import { field, type WriteDraft } from '../../src/contract/index.ts';
import { blindPut } from '../../strategies/blind-put.ts';
import { FakeCluster, type FakeAttempt, type FakeTurn } from '../support/fake-host.ts';
import { complaintsAbout, total, trialsOf } from '../support/trials.ts';

const set = (name: string, value: string): WriteDraft => ({ field: field(name), kind: 'scalar', value });

function finish(cluster: FakeCluster, machine: number, attempt: FakeAttempt, turn: FakeTurn): void {
  cluster.machine(machine).write(attempt, turn);
  cluster.machine(machine).commit(attempt);
  cluster.settle();
}

describe('a store that is put to blindly', () => {
  it('loses a write to a field that the other agent never touched', () => {
    const cluster = new FakeCluster(blindPut, 2);
    const mine: FakeTurn = { reads: ['x'], writes: () => [set('x', 'mine')] };
    const yours: FakeTurn = { reads: ['y'], writes: () => [set('y', 'yours')] };
    const [first, second] = [cluster.machine(0).begin(mine), cluster.machine(1).begin(yours)];
    cluster.settle();
    finish(cluster, 0, first, mine);
    finish(cluster, 1, second, yours);
    expect([first.outcome, second.outcome]).toEqual([{ kind: 'committed' }, { kind: 'committed' }]);
    expect(cluster.machine(2).state().fields).toMatchObject([{ field: 'y', value: 'yours' }]);
  });

  it('shows an agent one and the same document throughout its turn', () => {
    const cluster = new FakeCluster(blindPut, 2);
    const reader = cluster.machine(0).begin({ reads: ['x'], writes: () => [] });
    cluster.settle();
    const writes: FakeTurn = { writes: () => [set('x', 'new')] };
    finish(cluster, 1, cluster.machine(1).begin(writes), writes);
    cluster
      .machine(0)
      .up()
      .read(reader.tx, [field('x')]);
    expect(reader.view).toEqual({ fields: [], escalations: [] });
  });

  it('keeps the newest document over a restart', () => {
    const cluster = new FakeCluster(blindPut, 1);
    const writes: FakeTurn = { writes: () => [set('x', 'new')] };
    finish(cluster, 0, cluster.machine(0).begin(writes), writes);
    const before = cluster.machine(1).state();
    cluster.machine(1).crash();
    cluster.machine(1).restart();
    expect(cluster.machine(1).state()).toEqual(before);
    expect(before.fields).toHaveLength(1);
  });

  it.each(['clean-merge', 'status-race', 'union', 'notes', 'tally', 'mixed'])(
    'loses writes in %s, and says nothing',
    (workload) => {
      const trials = trialsOf(blindPut, workload, 'none', 4);
      expect(total(trials, ({ fates }) => fates.lost)).toBeGreaterThan(0);
      expect(total(trials, ({ escalations }) => escalations.raised)).toBe(0);
      expect(complaintsAbout(trials)).toEqual([]);
    },
  );
});
