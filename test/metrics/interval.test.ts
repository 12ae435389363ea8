import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { clusteredShare, effectiveSize, wilson, type ClusterSums } from '../../src/metrics/interval.ts';

/** A trial in which `x` of `n` writes are lost. */
interface Cluster {
  readonly n: number;
  readonly x: number;
}

function sumsOf(clusters: readonly Cluster[]): ClusterSums {
  const sum = (of: (cluster: Cluster) => number): number => clusters.reduce((total, each) => total + of(each), 0);
  return {
    clusters: clusters.length,
    n: sum(({ n }) => n),
    x: sum(({ x }) => x),
    nSquared: sum(({ n }) => n * n),
    xSquared: sum(({ x }) => x * x),
    nTimesX: sum(({ n, x }) => n * x),
  };
}

const repeat = (count: number, cluster: Cluster): readonly Cluster[] => Array.from({ length: count }, () => cluster);

describe('the interval of a share', () => {
  it("is Wilson's: 4 of 10 gives 16.8 to 68.7 percent", () => {
    const { low, high } = wilson(0.4, 10);
    expect(low).toBeCloseTo(0.168, 3);
    expect(high).toBeCloseTo(0.687, 3);
  });

  it('counts a trial that loses all or nothing as one draw, not as ten', () => {
    const allOrNothing = sumsOf([...repeat(10, { n: 10, x: 10 }), ...repeat(10, { n: 10, x: 0 })]);
    expect(effectiveSize(allOrNothing)).toBeCloseTo(19, 0);
  });

  it('counts writes that are lost independently one by one', () => {
    // Binomial counts: as many trials with x of 2 lost as a fair coin gives.
    const independent = sumsOf([
      ...repeat(25, { n: 2, x: 0 }),
      ...repeat(50, { n: 2, x: 1 }),
      ...repeat(25, { n: 2, x: 2 }),
    ]);
    expect(effectiveSize(independent)).toBeCloseTo(198, 0);
  });

  it('never claims more draws than there were writes', () => {
    expect(effectiveSize(sumsOf(repeat(20, { n: 5, x: 2 })))).toBe(100);
  });

  it('counts trials when nothing, or everything, was lost', () => {
    expect(effectiveSize(sumsOf(repeat(20, { n: 5, x: 0 })))).toBe(20);
    expect(effectiveSize(sumsOf(repeat(20, { n: 5, x: 5 })))).toBe(20);
  });

  it('contains the share and stays a share', () => {
    const cluster = fc.nat({ max: 30 }).chain((n) => fc.record({ n: fc.constant(n), x: fc.nat({ max: n }) }));
    fc.assert(
      fc.property(fc.array(cluster, { minLength: 1, maxLength: 30 }), (clusters) => {
        const sums = sumsOf(clusters.filter(({ n }) => n > 0));
        const interval = clusteredShare(sums);
        if (interval === null) return sums.n === 0;
        const { share, low, high } = interval;
        const slack = 1e-9;
        return low >= 0 && high <= 1 && low <= share + slack && share <= high + slack;
      }),
    );
  });

  it('is unknown when nothing was committed', () => {
    expect(clusteredShare(sumsOf([]))).toBeNull();
  });
});
