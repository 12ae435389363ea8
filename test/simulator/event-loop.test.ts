import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Micros } from '../../src/contract/index.ts';
import { EventLoop } from '../../src/simulator/index.ts';

describe('the event loop', () => {
  it('runs tasks in the order of their times, and equal times in the order of scheduling', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 20 })), (delays) => {
        const loop = new EventLoop();
        const ran: { readonly at: number; readonly index: number }[] = [];
        delays.forEach((delay, index) => {
          loop.schedule(delay as Micros, () => ran.push({ at: loop.now, index }));
        });
        while (loop.step(100 as Micros));
        const expected = delays.map((at, index) => ({ at, index })).sort((a, b) => a.at - b.at || a.index - b.index);
        expect(ran).toEqual(expected);
      }),
    );
  });

  it('stops at the limit, with the clock there, and leaves later tasks', () => {
    const loop = new EventLoop();
    let ran = 0;
    loop.schedule(10 as Micros, () => (ran += 1));
    expect(loop.step(9 as Micros)).toBe(false);
    expect([loop.now, ran, loop.pending]).toEqual([9, 0, 1]);
    expect(loop.step(10 as Micros)).toBe(true);
    expect([loop.now, ran, loop.pending]).toEqual([10, 1, 0]);
  });
});
