import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Suite, TrialRecord, TrialSpec } from '../../src/contract/index.ts';
import { batchesOf, countTrials, runMatrix, trialsOf } from '../../src/experiment/matrix.ts';
import { suite, trialRecord } from '../support/hand-made.ts';

const [strategy] = suite().strategies;
const [workload] = suite().workloads;
const [faults] = suite().faults;

function suiteOf(strategies: number, workloads: number, profiles: number, seeds: number): Suite {
  return suite({
    strategies: Array.from({ length: strategies }, (_each, index) => ({ ...strategy!, label: `s${String(index)}` })),
    workloads: Array.from({ length: workloads }, (_each, index) => ({ ...workload!, label: `w${String(index)}` })),
    faults: Array.from({ length: profiles }, (_each, index) => ({ ...faults!, name: `f${String(index)}` })),
    seeds: { first: 5, count: seeds },
  });
}

const someSuite = fc
  .tuple(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 3 }), fc.nat(9))
  .map(([strategies, workloads, profiles, seeds]) => suiteOf(strategies, workloads, profiles, seeds + 1));

const nameOf = ({ strategy: of, workload: on, faults: under, seed }: TrialSpec): string =>
  [of, on, under, seed].join(' ');

/** Stands for a worker. The answer takes as many turns of the event loop as `delay` says. */
async function execute(batch: readonly TrialSpec[], delay: number): Promise<readonly TrialRecord[]> {
  for (let turn = 0; turn < delay; turn += 1) await Promise.resolve();
  return batch.map(({ agents: _agents, ...spec }) => trialRecord(spec));
}

describe('the trials of a suite', () => {
  it('come by strategy, workload, fault profile and seed', () => {
    expect([...trialsOf(suiteOf(2, 1, 1, 2))].map(nameOf)).toEqual([
      's0 w0 f0 5',
      's0 w0 f0 6',
      's1 w0 f0 5',
      's1 w0 f0 6',
    ]);
  });

  it('are handed out in batches that keep a strategy and a workload together', () => {
    fc.assert(
      fc.property(someSuite, fc.integer({ min: 1, max: 7 }), (of, size) => {
        const batches = [...batchesOf(trialsOf(of), size)];
        expect(batches.flat()).toEqual([...trialsOf(of)]);
        expect(batches.flat()).toHaveLength(countTrials(of));
        for (const batch of batches) {
          expect(batch.length).toBeLessThanOrEqual(size);
          expect(new Set(batch.map((trial) => `${trial.strategy} ${trial.workload}`)).size).toBe(1);
        }
      }),
    );
  });

  it('are collected in their order, whenever their workers answer', async () => {
    await fc.assert(
      fc.asyncProperty(someSuite, fc.array(fc.nat(5), { minLength: 1 }), async (of, delays) => {
        const collected: string[] = [];
        let calls = 0;
        await runMatrix({
          trials: trialsOf(of),
          batchSize: 3,
          window: 4,
          execute: (batch) => execute(batch, delays[calls++ % delays.length]!),
          isStopped: () => false,
          onRecord: ({ result }) => collected.push(nameOf({ ...result, agents: null })),
        });
        expect(collected).toEqual([...trialsOf(of)].map(nameOf));
      }),
    );
  });

  it('are never handed out faster than they are collected, so that memory is bounded', async () => {
    let open = 0;
    let most = 0;
    await runMatrix({
      trials: trialsOf(suiteOf(1, 1, 1, 100)),
      batchSize: 2,
      window: 4,
      execute: async (batch) => {
        open += batch.length;
        most = Math.max(most, open);
        return execute(batch, 0);
      },
      isStopped: () => false,
      onRecord: () => {
        open -= 1;
      },
    });
    expect(most).toBeLessThanOrEqual(8);
  });

  it('stop when they are told to, and what was given up is left out', async () => {
    const collected: number[] = [];
    await runMatrix({
      trials: trialsOf(suiteOf(1, 1, 1, 100)),
      batchSize: 10,
      window: 2,
      execute: async (batch) => (collected.length >= 20 ? null : execute(batch, 0)),
      isStopped: () => collected.length >= 20,
      onRecord: ({ result }) => collected.push(result.seed),
    });
    expect(collected.length).toBeGreaterThanOrEqual(20);
    expect(collected.length).toBeLessThan(100);
  });
});
