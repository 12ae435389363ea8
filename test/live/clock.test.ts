import { describe, expect, it } from 'vitest';
import { micros, seconds } from '../../src/contract/index.ts';
import { LiveClock } from '../../src/live/index.ts';

describe('a live clock', () => {
  it('shows the same in all processes that share its origin, as fast as it is scaled', () => {
    const originNanos = process.hrtime.bigint() - 2_000_000_000n;
    const [slow, fast] = [new LiveClock({ originNanos }), new LiveClock({ originNanos, scale: 100 })];
    const before = slow.now();
    expect(before).toBeGreaterThanOrEqual(seconds(2));
    const between = fast.now();
    expect(between).toBeGreaterThanOrEqual(100 * before);
    expect(between).toBeLessThanOrEqual(100 * (new LiveClock({ originNanos }).now() + 1));
  });

  it('stands still while a task runs, and goes on before the next one', async () => {
    const clock = new LiveClock({ scale: 1_000 });
    const [start, first] = [process.hrtime.bigint(), clock.now()];
    while (process.hrtime.bigint() - start < 1_000_000n);
    expect(clock.now()).toBe(first);
    await new Promise<void>((resolve) => setImmediate(resolve));
    expect(clock.now()).toBeGreaterThanOrEqual(first + seconds(1));
  });

  it('wakes nobody too early', async () => {
    const clock = new LiveClock({ scale: 1_000 });
    const due = clock.now() + seconds(5);
    await new Promise<void>((resolve) => clock.after(seconds(5), resolve));
    expect(clock.now()).toBeGreaterThanOrEqual(due);
  });

  it('does not wake who has cancelled, nor at once who sleeps for months', async () => {
    const clock = new LiveClock();
    const woken: string[] = [];
    const months = clock.after(seconds(100 * 86_400), () => woken.push('months'));
    clock.after(micros(1), () => woken.push('cancelled')).cancel();
    await new Promise<void>((resolve) => clock.after(micros(5_000), resolve));
    months.cancel();
    expect(woken).toEqual([]);
  });

  it.each([0, -1, Number.NaN, Number.POSITIVE_INFINITY])('has no scale of %s', (scale) => {
    expect(() => new LiveClock({ scale })).toThrow('the scale of a clock is a number above 0');
  });
});
