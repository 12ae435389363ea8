/** Who wants the authority, and to whom it is offered next. First come, first served, as long as offers succeed. */

import type { Micros, ReplicaId } from '../contract/index.ts';

export class AuthorityQueue {
  #waiting: ReplicaId[] = [];
  readonly #failures = new Map<ReplicaId, number>();
  readonly #lastSeen = new Map<ReplicaId, Micros>();

  get waiting(): readonly ReplicaId[] {
    return this.#waiting;
  }

  add(replica: ReplicaId): void {
    if (!this.#waiting.includes(replica)) this.#waiting.push(replica);
  }

  remove(replica: ReplicaId): void {
    this.#waiting = this.#waiting.filter((other) => other !== replica);
  }

  /** The last owner's queue comes before what was heard here. */
  takeOver(earlier: readonly ReplicaId[], self: ReplicaId): void {
    this.#waiting = [...new Set([...earlier, ...this.#waiting])].filter((replica) => replica !== self);
  }

  seen(replica: ReplicaId, now: Micros): void {
    this.#lastSeen.set(replica, now);
  }

  succeeded(replica: ReplicaId): void {
    this.#failures.delete(replica);
    this.remove(replica);
  }

  /** It does not answer, so the others come first; when it is back, it asks again. */
  failed(replica: ReplicaId): void {
    this.#failures.set(replica, this.#failuresOf(replica) + 1);
    this.remove(replica);
  }

  /** Who has failed least often; of those, after a failure the one that was seen last, otherwise the one that came first. */
  next(afterFailure: boolean): ReplicaId | undefined {
    const seenAt = (replica: ReplicaId): number => (afterFailure ? (this.#lastSeen.get(replica) ?? 0) : 0);
    const [first] = this.#waiting.toSorted(
      (one, other) => this.#failuresOf(one) - this.#failuresOf(other) || seenAt(other) - seenAt(one),
    );
    return first;
  }

  #failuresOf(replica: ReplicaId): number {
    return this.#failures.get(replica) ?? 0;
  }
}
