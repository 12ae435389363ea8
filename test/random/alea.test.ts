import fc from 'fast-check';
import seedrandom from 'seedrandom';
import { expect, it } from 'vitest';
import { seededAlea } from '../../src/random/alea.ts';

it('draws what the generator of seedrandom draws with the same seed', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 80 }), (seed) => {
      const [own, theirs] = [seededAlea(seed), seedrandom.alea(seed)];
      for (let draw = 0; draw < 10; draw += 1) expect(own()).toBe(theirs());
    }),
  );
});
