/**
 * The time of a live trial: real time on its scale, from the moment at which it begins. While a report is heard it is the time
 * of the report, so that what follows from it has happened when it happened and not when somebody got round to reading it.
 */

import type { Micros, Timer } from '../contract/index.ts';
import { LiveClock } from '../live/index.ts';
import type { Clock } from '../simulator/residence.ts';
import { monotonicNanos, trialMicros, type TimeOfTrial } from './messages.ts';

export class TrialClock implements Clock, TimeOfTrial {
  readonly scale: number;
  #originNanos = 0;
  #live: LiveClock | null = null;
  #heardNanos: number | null = null;
  readonly #timers = new Set<Timer>();

  constructor(scale: number) {
    this.scale = scale;
  }

  get originNanos(): number {
    return this.#originNanos;
  }

  /** From now on time passes. */
  begin(): void {
    this.#originNanos = monotonicNanos();
    this.#live = new LiveClock({ originNanos: BigInt(this.#originNanos), scale: this.scale });
  }

  get now(): Micros {
    if (this.#live === null) return 0 as Micros;
    return this.#heardNanos === null ? this.#live.now() : this.microsAt(this.#heardNanos);
  }

  /** Nanoseconds of the monotonic clock: an order over all that happens in all processes. */
  nextSequence(): number {
    return this.#heardNanos ?? monotonicNanos();
  }

  schedule(delay: Micros, task: () => void): void {
    const live = this.#live;
    if (live === null) throw new Error('something was scheduled before the trial had begun');
    const due = this.now + Math.max(0, delay);
    const timer = live.after(Math.max(0, due - live.now()) as Micros, () => {
      this.#timers.delete(timer);
      task();
    });
    this.#timers.add(timer);
  }

  /** Runs the task as if it were that time. */
  at(nanos: number, task: () => void): void {
    const before = this.#heardNanos;
    this.#heardNanos = nanos;
    try {
      task();
    } finally {
      this.#heardNanos = before;
    }
  }

  /** Real milliseconds for so much time of the trial. */
  realMs(micros: Micros): number {
    return micros / 1_000 / this.scale;
  }

  /** Whatever was scheduled doesn't happen any more. */
  stop(): void {
    for (const timer of this.#timers) timer.cancel();
    this.#timers.clear();
  }

  /** The time of the trial at a moment of the monotonic clock. */
  microsAt(nanos: number): Micros {
    return trialMicros(nanos, this);
  }
}
