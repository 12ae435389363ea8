/**
 * Processes that have loaded their strategy and wait for a machine. To start one takes so long that a machine would be down
 * for much longer than its fault says, above all where time passes quickly.
 */

import type { ReplicaProcess } from './replica-process.ts';

/** More would only take memory and time from those that work. */
const mostSpares = 2;

export class Spares {
  readonly #start: () => ReplicaProcess;
  /** So many more processes may be asked for. */
  #expected: number;
  readonly #waiting: ReplicaProcess[] = [];

  constructor(start: () => ReplicaProcess, expected: number) {
    this.#start = start;
    this.#expected = expected;
    this.#fill();
  }

  /** Resolves when all that wait are ready. */
  async ready(): Promise<void> {
    await Promise.all(this.#waiting.map(({ ready }) => ready));
  }

  take(): ReplicaProcess {
    this.#expected -= 1;
    const process = this.#waiting.shift() ?? this.#start();
    this.#fill();
    return process;
  }

  /** Nobody will ask for more. */
  async end(): Promise<void> {
    this.#expected = 0;
    const waiting = this.#waiting.splice(0);
    for (const process of waiting) process.signal('SIGKILL');
    await Promise.all(waiting.map(({ ended }) => ended));
  }

  #fill(): void {
    while (this.#waiting.length < Math.min(mostSpares, this.#expected)) this.#waiting.push(this.#start());
  }
}
