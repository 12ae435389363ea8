/** Time as a replica outside of the simulator knows it: the monotonic clock of the machine, which all its processes share. */

import type { Micros, Timer } from '../contract/index.ts';

/** What tells a host the time and wakes it. */
export interface Clock {
  now(): Micros;
  after(delay: Micros, task: () => void): Timer;
}

export interface LiveClockOptions {
  /** What the clock calls 0, in nanoseconds of `process.hrtime.bigint()`. Without it: now. */
  readonly originNanos?: bigint;
  /** How many seconds pass on this clock in a real one; 1 without it. */
  readonly scale?: number;
}

/** Node fires timers beyond this at once. */
const longestTimerMs = 2 ** 31 - 1;

/**
 * Time stands still while a task runs, as it does in the simulator: what a replica does at a stretch happens at one time, and
 * whatever it says of when it did it is the same.
 */
export class LiveClock implements Clock {
  readonly originNanos: bigint;
  readonly scale: number;
  #instant: bigint | null = null;

  constructor(options: LiveClockOptions = {}) {
    this.originNanos = options.originNanos ?? process.hrtime.bigint();
    this.scale = options.scale ?? 1;
    if (!(this.scale > 0 && Number.isFinite(this.scale))) {
      throw new Error(`the scale of a clock is a number above 0, not ${String(this.scale)}`);
    }
  }

  now(): Micros {
    return Math.floor((Number(this.#instantNanos - this.originNanos) / 1_000) * this.scale) as Micros;
  }

  /** The task runs no sooner than the clock shows `now() + delay`. */
  after(delay: Micros, task: () => void): Timer {
    if (!(delay >= 0)) throw new Error(`a timer was set with the delay ${String(delay)}, which is not 0 or more`);
    const due = this.now() + delay;
    let timer: NodeJS.Timeout;
    const wait = (): void => {
      const realMs = Math.ceil((due - this.now()) / this.scale / 1_000);
      timer = setTimeout(
        () => {
          if (this.now() < due) wait();
          else task();
        },
        Math.min(Math.max(0, realMs), longestTimerMs),
      );
    };
    wait();
    return {
      cancel: () => {
        clearTimeout(timer);
      },
    };
  }

  /** When the task that runs now has first asked, by the monotonic clock. */
  get #instantNanos(): bigint {
    if (this.#instant !== null) return this.#instant;
    const instant = process.hrtime.bigint();
    this.#instant = instant;
    queueMicrotask(() => {
      this.#instant = null;
    });
    return instant;
  }
}
