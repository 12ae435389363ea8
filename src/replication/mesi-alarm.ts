/** Wakes a hub when the first grant may be overdue. */

import type { Host, Micros, Timer } from '../contract/index.ts';

export class SweepAlarm {
  readonly #host: Host;
  readonly #sweep: () => void;
  #timer: Timer | null = null;
  #at = 0 as Micros;

  constructor(host: Host, sweep: () => void) {
    this.#host = host;
    this.#sweep = sweep;
  }

  /** Null for never. An alarm that is set too early rings, finds nothing and is set again; one that is too late is moved. */
  set(due: Micros | null): void {
    if (due === null || (this.#timer !== null && this.#at <= due)) return;
    this.#timer?.cancel();
    const now = this.#host.now();
    this.#at = Math.max(due, now) as Micros;
    this.#timer = this.#host.after((this.#at - now) as Micros, () => {
      // A hub that wakes late was stalled itself: the signs of life in its inbox count before it judges anybody.
      if (this.#host.now() > this.#at) this.#timer = this.#host.after(0 as Micros, () => this.#ring());
      else this.#ring();
    });
  }

  #ring(): void {
    this.#timer = null;
    this.#sweep();
  }
}
