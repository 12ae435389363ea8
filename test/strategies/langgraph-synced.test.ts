import { describe, expect, it } from 'vitest';
import { field, type WriteDraft } from '../../src/contract/index.ts';
import { langgraphSynced } from '../../strategies/langgraph-synced.ts';
import { loro } from '../../strategies/loro.ts';
import { FakeCluster, type FakeAttempt, type FakeTurn } from '../support/fake-host.ts';
import { complaintsAbout, total, trialsOf } from '../support/trials.ts';

const strategy = langgraphSynced(loro);
const hub = 2;
const set = (name: string, value: string): WriteDraft => ({ field: field(name), kind: 'scalar', value });
const add = (name: string, ...value: string[]): WriteDraft => ({ field: field(name), kind: 'grow_set', value });

function begin(cluster: FakeCluster, ...turns: readonly FakeTurn[]): readonly FakeAttempt[] {
  const attempts = turns.map((turn, machine) => cluster.machine(machine).begin(turn));
  cluster.settle();
  return attempts;
}

function finish(cluster: FakeCluster, machine: number, attempt: FakeAttempt, turn: FakeTurn): void {
  cluster.machine(machine).write(attempt, turn);
  cluster.machine(machine).commit(attempt);
  cluster.settle();
}

describe('the synced store on a hub', () => {
  it('merges what two turns add that have not seen each other', () => {
    const cluster = new FakeCluster(strategy, 2);
    const turns: readonly FakeTurn[] = ['one', 'two'].map((tag) => ({
      reads: ['tags'],
      writes: () => [add('tags', tag)],
    }));
    const attempts = begin(cluster, ...turns);
    for (const [machine, turn] of turns.entries()) finish(cluster, machine, attempts[machine]!, turn);
    expect(attempts.map(({ outcome }) => outcome?.kind)).toEqual(['committed', 'committed']);
    expect(cluster.machine(hub).state()).toMatchObject({
      fields: [
        {
          field: 'tags',
          elements: [
            { value: 'one', author: 'a1.1.1' },
            { value: 'two', author: 'a2.1.1' },
          ],
        },
      ],
      escalations: [],
    });
  });

  it('escalates differing values that did not know each other, and tells the later author', () => {
    const cluster = new FakeCluster(strategy, 2);
    const turns: readonly FakeTurn[] = ['open', 'done'].map((value) => ({
      reads: ['x'],
      writes: () => [set('x', value)],
    }));
    const attempts = begin(cluster, ...turns);
    for (const [machine, turn] of turns.entries()) finish(cluster, machine, attempts[machine]!, turn);
    expect(attempts.map(({ outcome }) => outcome?.kind)).toEqual(['committed', 'escalated']);
    const { fields, escalations } = cluster.machine(hub).state();
    expect(fields).toEqual([]);
    expect(escalations.map(({ contenders }) => contenders.map(({ id, value }) => [id, value]))).toEqual([
      [
        ['a1.1.1', 'open'],
        ['a2.1.1', 'done'],
      ],
    ]);
  });

  it('knows after a restart of the hub what stands, and asks turns that it had shown something to read again', () => {
    const cluster = new FakeCluster(strategy, 2);
    const turns: readonly FakeTurn[] = ['open', 'done'].map((value) => ({
      reads: ['x'],
      writes: () => [set('x', value)],
    }));
    const [first, second] = begin(cluster, ...turns) as [FakeAttempt, FakeAttempt];
    finish(cluster, 0, first, turns[0]!);
    const before = cluster.machine(hub).state();
    cluster.machine(hub).crash();
    cluster.machine(hub).restart();
    expect(cluster.machine(hub).state()).toEqual(before);
    expect(before.fields).toMatchObject([{ field: 'x', value: 'open' }]);
    finish(cluster, 1, second, turns[1]!);
    expect(second.outcome).toEqual({ kind: 'conflict', cause: 'unavailable', fields: ['x'] });
    expect(cluster.machine(hub).state()).toEqual(before);
  });

  it('takes what it shows a repeated request after a restart for nothing that the agent has seen', () => {
    const cluster = new FakeCluster(strategy, 2);
    const turns: readonly FakeTurn[] = ['open', 'done'].map((value) => ({
      reads: ['x'],
      writes: () => [set('x', value)],
    }));
    const second = cluster.machine(1).begin(turns[1]!);
    const repeated = cluster.letters.slice();
    cluster.settle();
    cluster.machine(hub).crash();
    cluster.machine(hub).restart();
    const first = cluster.machine(0).begin(turns[0]!);
    cluster.settle();
    finish(cluster, 0, first, turns[0]!);
    cluster.letters.push(...repeated);
    cluster.settle();
    finish(cluster, 1, second, turns[1]!);
    expect(first.outcome).toEqual({ kind: 'committed' });
    expect(second.outcome).toEqual({ kind: 'conflict', cause: 'unavailable', fields: ['x'] });
    expect(cluster.machine(hub).state().fields).toMatchObject([{ field: 'x', value: 'open' }]);
  });

  it.each([
    ['mixed', 'crash'],
    ['status-race', 'restore'],
    ['type-mismatch', 'none'],
    ['values', 'busy'],
    ['tally', 'crash'],
  ])('loses nothing in %s under %s', (workload, faults) => {
    const trials = trialsOf(strategy, workload, faults, 2);
    expect(total(trials, ({ fates }) => fates.lost)).toBe(0);
    expect(complaintsAbout(trials)).toEqual([]);
  });
});
