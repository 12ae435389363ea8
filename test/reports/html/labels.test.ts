import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { spread } from '../../../reports/html/labels.ts';

describe('places of labels', () => {
  it('are where they are wanted if there is room', () => {
    expect(spread([10, 50, 90], 16, 0, 100)).toEqual([10, 50, 90]);
  });

  it('spread around what they name, and stay within the limits', () => {
    expect(spread([50, 50, 50], 10, 0, 100)).toEqual([40, 50, 60]);
    expect(spread([98, 99], 10, 0, 100)).toEqual([90, 100]);
    expect(spread([0, 1, 2], 10, 0, 100)).toEqual([0, 10, 20]);
  });

  it('never cover each other', () => {
    const positions = fc.array(fc.integer({ min: 0, max: 300 }), { maxLength: 20 });
    fc.assert(
      fc.property(positions, (wanted) => {
        const places = spread(
          wanted.sort((left, right) => left - right),
          12,
          0,
          300,
        );
        expect(places).toHaveLength(wanted.length);
        for (const [index, place] of places.entries()) {
          if (index > 0) expect(place - places[index - 1]!).toBeGreaterThanOrEqual(12 - 1e-9);
          expect(place).toBeGreaterThanOrEqual(0);
          expect(place).toBeLessThanOrEqual(300);
        }
      }),
    );
  });
});
