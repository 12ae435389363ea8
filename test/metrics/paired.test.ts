import { describe, expect, it } from 'vitest';
import { estimate } from '../../src/metrics/index.ts';

describe('a mean with its interval', () => {
  it("is Student's for few values and for many", () => {
    // Mean 3, standard deviation 1.5811, 4 degrees of freedom: t = 2.7764.
    expect(estimate([1, 2, 3, 4, 5])).toMatchObject({ mean: 3, low: expect.closeTo(1.0368, 3) as number });
    const many = Array.from({ length: 21 }, (_each, index) => index - 10);
    // Standard deviation 6.2048, 20 degrees of freedom: t = 2.0860.
    expect(estimate(many)).toMatchObject({ mean: 0, high: expect.closeTo(2.8244, 3) as number });
  });

  it('is the value itself where all agree, and says nothing on the strength of one', () => {
    expect(estimate([2, 2, 2])).toEqual({ mean: 2, low: 2, high: 2 });
    expect(estimate([2])).toEqual({ mean: 2, low: -Infinity, high: Infinity });
    expect(estimate([])).toBeNull();
  });
});
