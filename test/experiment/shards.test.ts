import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Suite, TrialSpec } from '../../src/contract/index.ts';
import { trialsOf } from '../../src/experiment/matrix.ts';
import { countPlanned, dealtTrials, plannedTrials } from '../../src/experiment/shards.ts';
import { suite } from '../support/hand-made.ts';

const [strategy] = suite().strategies;
const [workload] = suite().workloads;
const [faults] = suite().faults;

const upTo = (max: number): fc.Arbitrary<number> => fc.integer({ min: 1, max });

const someSuite: fc.Arbitrary<Suite> = fc
  .record({ strategies: upTo(3), workloads: upTo(3), profiles: upTo(4), seeds: upTo(7) })
  .map(({ strategies, workloads, profiles, seeds }) =>
    suite({
      strategies: Array.from({ length: strategies }, (_each, index) => ({ ...strategy!, label: `s${String(index)}` })),
      workloads: Array.from({ length: workloads }, (_each, index) => ({ ...workload!, label: `w${String(index)}` })),
      faults: Array.from({ length: profiles }, (_each, index) => ({ ...faults!, name: `f${String(index)}` })),
      seeds: { first: 5, count: seeds },
    }),
  );

const nameOf = (spec: TrialSpec): string => JSON.stringify(spec);
const shardsOf = (of: Suite, count: number): readonly (readonly TrialSpec[])[] =>
  Array.from({ length: count }, (_each, index) => [...plannedTrials(of, { index: index + 1, count })]);

describe('the shards of a suite', () => {
  it('are all of its trials, each once, and each shard in the order of the suite', () => {
    fc.assert(
      fc.property(someSuite, upTo(9), (of, count) => {
        const shards = shardsOf(of, count);
        const all = [...trialsOf(of)].map(nameOf);
        expect(shards.flat().map(nameOf).sort()).toEqual([...all].sort());
        for (const shard of shards) {
          const places = shard.map((spec) => all.indexOf(nameOf(spec)));
          expect(places).toEqual([...places].sort((left, right) => left - right));
        }
        expect(shards.map((shard) => shard.length)).toEqual(
          shards.map((_shard, index) => countPlanned(of, { index: index + 1, count })),
        );
        expect([...dealtTrials(of, count)].map(({ spec }) => nameOf(spec))).toEqual(all);
      }),
    );
  });

  it('have their even part of every strategy on every workload, since these differ in cost', () => {
    fc.assert(
      fc.property(someSuite, upTo(9), (of, count) => {
        for (const { label } of of.strategies) {
          for (const { label: on } of of.workloads) {
            const parts = shardsOf(of, count).map(
              (shard) => shard.filter((trial) => trial.strategy === label && trial.workload === on).length,
            );
            expect(Math.max(...parts) - Math.min(...parts)).toBeLessThanOrEqual(1);
          }
        }
      }),
    );
  });

  it('mix fault profiles even where the number of shards is that of the profiles', () => {
    const profiles = ['none', 'crash', 'busy', 'restore'].map((name) => ({ ...faults!, name }));
    const workloads = Array.from({ length: 12 }, (_each, index) => ({ ...workload!, label: `w${String(index)}` }));
    for (const shard of shardsOf(suite({ faults: profiles, workloads, seeds: { first: 1, count: 1 } }), 4)) {
      expect(shard).toHaveLength(12);
      expect(new Set(shard.map((trial) => trial.faults)).size).toBeGreaterThan(2);
    }
  });
});
