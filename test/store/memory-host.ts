/** A place for a store to run in: a disk in memory, virtual time that passes when told to, seeded random numbers. */

import type { Micros, Timer } from '../../src/contract/index.ts';
import type { StoreHost } from '../../src/store/index.ts';

export class MemoryDisk {
  /** Everything that was written, durable or not. */
  visible: Uint8Array[] = [];
  /** Whether what is written becomes durable at once. */
  isSlow = false;
  replacements = 0;
  #waiting: (() => void)[] = [];

  records(): readonly Uint8Array[] {
    return this.visible;
  }

  append(record: Uint8Array, done: () => void): void {
    this.visible.push(record);
    this.#finish(done);
  }

  replace(records: readonly Uint8Array[], done: () => void): void {
    this.visible = records.slice();
    this.replacements += 1;
    this.#finish(done);
  }

  /** Makes durable what waits for it. */
  sync(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const done of waiting) done();
  }

  get bytes(): number {
    return this.visible.reduce((sum, record) => sum + record.length, 0);
  }

  #finish(done: () => void): void {
    if (this.isSlow) this.#waiting.push(done);
    else done();
  }
}

export class MemoryHost implements StoreHost {
  readonly disk: MemoryDisk;
  #now = 0;
  #draws = 0;
  #timers: { readonly at: number; readonly task: () => void }[] = [];

  constructor(disk = new MemoryDisk()) {
    this.disk = disk;
  }

  now(): Micros {
    this.#now += 1;
    return this.#now as Micros;
  }

  random(): number {
    this.#draws += 1;
    return (this.#draws * 0.618_033_988_75) % 1;
  }

  after(delay: Micros, task: () => void): Timer {
    const timer = { at: this.#now + delay, task };
    this.#timers.push(timer);
    return { cancel: () => void (this.#timers = this.#timers.filter((other) => other !== timer)) };
  }

  /** Lets time pass until no timer is left. */
  rest(): void {
    for (let fired = 0; this.#timers.length > 0 && fired < 10_000; fired += 1) {
      const next = this.#timers.reduce((first, timer) => (timer.at < first.at ? timer : first));
      this.#timers = this.#timers.filter((timer) => timer !== next);
      this.#now = Math.max(this.#now, next.at);
      next.task();
    }
  }
}
