/** Which entries of the log are part of the merged state yet: all of them, or as much as a recorded session had seen. */

import type { AgentId, VersionVector } from '../contract/index.ts';
import type { Entry, Origin, Vector } from './entry.ts';
import { raise } from './entry.ts';

export class Integration {
  /** In the order of the log. */
  #waiting: Entry[] = [];
  readonly #vector: Vector = new Map();
  readonly #numbers = new Map<string, number>();
  /** What the last own entry has told of the vector, in its dependencies and in those before it. */
  readonly #told: Vector = new Map();

  get hasWaiting(): boolean {
    return this.#waiting.length > 0;
  }

  await(entry: Entry): void {
    this.#waiting.push(entry);
  }

  /** Whether all these writes are part of the state; an agent's own are not asked for. */
  contains(version: VersionVector, self: AgentId): boolean {
    return Object.entries(version).every(
      ([agent, number]) => agent === self || (this.#numbers.get(agent) ?? 0) >= number,
    );
  }

  /** Takes everything that waits, in order. */
  takeAll(): readonly Entry[] {
    const taken = this.#waiting;
    this.#waiting = [];
    for (const entry of taken) this.integrated(entry);
    return taken;
  }

  /** Takes the agent's own entries, those that are within the limit, and what they depend on. */
  takeWithin(limit: VersionVector, self: AgentId): readonly Entry[] {
    const required: Vector = new Map();
    const taken = new Set<Entry>();
    for (const entry of this.#waiting.toReversed()) {
      const within = entry.agent === self || entry.number <= (limit[entry.agent] ?? 0);
      if (!within && entry.sequence >= (required.get(entry.origin) ?? 0)) continue;
      taken.add(entry);
      raise(required, entry.origin, entry.sequence);
      for (const [origin, count] of entry.dependencies) raise(required, origin, count);
    }
    const ready = this.#waiting.filter((entry) => taken.has(entry));
    this.#waiting = this.#waiting.filter((entry) => !taken.has(entry));
    for (const entry of ready) this.integrated(entry);
    return ready;
  }

  integrated(entry: Entry): void {
    raise(this.#vector, entry.origin, entry.sequence + 1);
    this.#numbers.set(entry.agent, Math.max(this.#numbers.get(entry.agent) ?? 0, entry.number));
  }

  /** What an entry of this origin must name as its dependencies now. */
  dependencies(self: Origin): Vector {
    const news: Vector = new Map();
    for (const [origin, count] of this.#vector) {
      if (origin === self || this.#told.get(origin) === count) continue;
      news.set(origin, count);
      this.#told.set(origin, count);
    }
    return news;
  }
}
