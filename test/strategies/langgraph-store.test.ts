import { describe, expect, it } from 'vitest';
import { field, type WriteDraft } from '../../src/contract/index.ts';
import { withPackage } from '../../src/cli/workers/optional-package.ts';
import { blindPut } from '../../strategies/blind-put.ts';
import { langgraphStore as withoutPackage } from '../../strategies/langgraph-store.ts';
import { FakeCluster, type FakeTurn } from '../support/fake-host.ts';
import { trialOf } from '../support/trials.ts';

const langgraphStore = await withPackage(withoutPackage);
const set = (name: string, value: string): WriteDraft => ({ field: field(name), kind: 'scalar', value });

describe('the store of LangGraph.js', () => {
  it('loses a write to a field that the other agent never touched', () => {
    const cluster = new FakeCluster(langgraphStore, 2);
    const turns: readonly FakeTurn[] = [
      { reads: ['x'], writes: () => [set('x', 'mine')] },
      { reads: ['y'], writes: () => [set('y', 'yours')] },
    ];
    const attempts = turns.map((turn, machine) => cluster.machine(machine).begin(turn));
    cluster.settle();
    for (const [machine, turn] of turns.entries()) {
      cluster.machine(machine).write(attempts[machine]!, turn);
      cluster.machine(machine).commit(attempts[machine]!);
      cluster.settle();
    }
    expect(attempts.map(({ outcome }) => outcome?.kind)).toEqual(['committed', 'committed']);
    expect(cluster.machine(2).state().fields).toMatchObject([{ field: 'y', value: 'yours' }]);
  });

  it('holds after a restart what was put last', () => {
    const cluster = new FakeCluster(langgraphStore, 1);
    const turn: FakeTurn = { writes: () => [set('x', 'new')] };
    const attempt = cluster.machine(0).begin(turn);
    cluster.machine(0).write(attempt, turn);
    cluster.machine(0).commit(attempt);
    cluster.settle();
    const before = cluster.machine(1).state();
    cluster.machine(1).crash();
    cluster.machine(1).restart();
    expect(before.fields).toHaveLength(1);
    expect(cluster.machine(1).state()).toEqual(before);
  });

  it.each([
    ['mixed', 'none'],
    ['status-race', 'crash'],
    ['notes', 'busy'],
    ['union', 'restore'],
    ['tally', 'model'],
  ])('does in %s under %s exactly what blind-put says that such stores do', (workload, faults) => {
    for (const seed of [1, 2]) {
      const [real, model] = [langgraphStore, blindPut].map((strategy) => trialOf(strategy, workload, faults, seed));
      expect(real).toEqual({ ...model, strategy: 'langgraph-store' });
    }
  });

  it('is not opened without its package', () => {
    expect(() => new FakeCluster(withoutPackage, 1)).toThrow('@langchain/langgraph-checkpoint was not handed over');
  });
});
