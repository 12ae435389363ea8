import { describe, expect, it } from 'vitest';
import { field, type MergeStrategy } from '../../src/contract/index.ts';
import { lww } from '../../strategies/lww.ts';
import { FakeCluster, type FakeTurn } from '../support/fake-host.ts';
import { total, trialsOf } from '../support/trials.ts';

const status = field('status');
const sets = (value: string): FakeTurn => ({ writes: () => [{ field: status, kind: 'scalar', value }] });
const withClock = (clock: string): MergeStrategy => lww.configure?.({ clock }) ?? lww;

function winner(cluster: FakeCluster): unknown {
  cluster.syncRounds(6);
  const states = cluster.states().map(({ fields }) => fields[0]);
  cluster.close();
  expect(new Set(states.map((state) => JSON.stringify(state))).size).toBe(1);
  return states[0]?.kind === 'scalar' ? states[0].value : undefined;
}

describe('last writer wins', () => {
  it.each([2, 5, 8])('keeps one of %i writes to one field', (agents) => {
    const cluster = new FakeCluster(lww, agents);
    cluster.machines.forEach((machine) => machine.run(sets(machine.id)));
    expect(winner(cluster)).toBe(`a${String(agents)}`);
  });

  it('with a logical clock, prefers the busier agent to the later write', () => {
    const cluster = new FakeCluster(lww, 2);
    for (const value of ['one', 'two']) cluster.machine(0).run(sets(value));
    cluster.settle();
    cluster.machine(1).run(sets('later'));
    expect(winner(cluster)).toBe('two');
  });

  it('with a wall clock, prefers the machine whose clock is ahead', () => {
    const cluster = new FakeCluster(withClock('wall'), 2);
    cluster.machine(0).clockOffset = 60_000_000;
    cluster.machine(0).run(sets('ahead'));
    cluster.settle();
    cluster.advance(1_000_000);
    cluster.machine(1).run(sets('later'));
    expect(winner(cluster)).toBe('ahead');
  });

  it('with a hybrid clock, prefers the later of two writes when one could have seen the other', () => {
    const cluster = new FakeCluster(withClock('hybrid'), 2);
    cluster.machine(0).clockOffset = 60_000_000;
    cluster.machine(0).run(sets('ahead'));
    cluster.settle();
    cluster.advance(1_000_000);
    cluster.machine(1).run(sets('later'));
    expect(winner(cluster)).toBe('later');
  });

  it('puts a whole set back and so loses what others have added', () => {
    const cluster = new FakeCluster(lww, 2);
    const adds = (element: string): FakeTurn => ({
      reads: ['tags'],
      writes: () => [{ field: field('tags'), kind: 'grow_set', value: [element] }],
    });
    cluster.machine(0).run(adds('crdt'));
    cluster.machine(1).run(adds('loro'));
    cluster.syncRounds(4);
    expect(cluster.machine(0).state().fields).toMatchObject([{ elements: [{ value: 'loro' }] }]);
    cluster.close();
  });

  it('changes a field that the turn has not read as it stands on the machine', () => {
    const cluster = new FakeCluster(lww, 2);
    const adds = (amount: number): FakeTurn => ({
      writes: () => [{ field: field('total'), kind: 'counter', value: amount }],
    });
    cluster.machine(1).run({ reads: ['total'], writes: () => [] });
    cluster.machine(0).run(adds(10));
    cluster.settle();
    cluster.machine(1).run(adds(5));
    expect(cluster.machine(1).state().fields).toMatchObject([{ value: 15 }]);
    cluster.close();
  });

  it('loses 2 of the 5 writes of clean-merge and 1 of the 2 of semantic-conflict, and nothing on disjoint fields', () => {
    const lost = (workload: string): number => total(trialsOf(lww, workload, 'none', 3), ({ fates }) => fates.lost);
    expect(['clean-merge', 'semantic-conflict', 'disjoint'].map(lost)).toEqual([6, 3, 0]);
  });
});
