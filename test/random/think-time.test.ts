import { describe, expect, it } from 'vitest';
import { createStreams } from '../../src/random/index.ts';
import { drawTime, pauseTime, thinkTime } from '../../src/random/think-time.ts';

function quantiles(distribution: typeof thinkTime): { p50: number; p90: number; max: number } {
  const random = createStreams('think-time').stream('draws');
  const drawn = Array.from({ length: 20_000 }, () => drawTime(random, distribution) / 1_000_000);
  drawn.sort((one, other) => one - other);
  return { p50: drawn[10_000]!, p90: drawn[18_000]!, max: drawn.at(-1)! };
}

describe.each([
  ['think times', thinkTime],
  ['pauses', pauseTime],
])('%s', (_name, distribution) => {
  const { p50, p90, max } = quantiles(distribution);

  it('have the stated median and ninth decile, within 5 percent', () => {
    expect(Math.abs(p50 / distribution.medianSeconds - 1)).toBeLessThan(0.05);
    expect(Math.abs(p90 / distribution.p90Seconds - 1)).toBeLessThan(0.05);
  });

  it('are cut at the stated maximum', () => expect(max).toBe(distribution.maxSeconds));
});
