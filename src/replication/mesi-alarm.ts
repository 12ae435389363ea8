/** Wakes a hub when the first grant may be overdue. */

import type { Host, Micros } from '../contract/index.ts';

export class SweepAlarm {
  readonly #host: Host;
  readonly #sweep: () => void;
  #isSet = false;

  constructor(host: Host, sweep: () => void) {
    this.#host = host;
    this.#sweep = sweep;
  }

  /** Null for never. An alarm that is set stays: it can only be too early, and then is set again. */
  set(due: Micros | null): void {
    if (this.#isSet || due === null) return;
    this.#isSet = true;
    const at = Math.max(due, this.#host.now());
    this.#host.after((at - this.#host.now()) as Micros, () => {
      // A hub that wakes late was stalled itself: the signs of life in its inbox count before it judges anybody.
      if (this.#host.now() > at) this.#host.after(0 as Micros, () => this.#ring());
      else this.#ring();
    });
  }

  #ring(): void {
    this.#isSet = false;
    this.#sweep();
  }
}
