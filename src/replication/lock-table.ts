/**
 * Shared and exclusive locks on fields, one queue per field, first come, first served; whoever holds a shared lock and wants
 * it exclusively goes before those who hold none. Each owner waits for at most one lock. Locks know no time: the hub that
 * keeps the table decides whose are taken back.
 */

import type { FieldName } from '../contract/index.ts';

export type LockMode = 'shared' | 'exclusive';

interface Request<Owner> {
  readonly owner: Owner;
  readonly field: FieldName;
  readonly mode: LockMode;
  /** The owner holds the lock already, for reading. */
  readonly isUpgrade: boolean;
}

interface Lock<Owner> {
  readonly holders: Map<Owner, LockMode>;
  queue: readonly Request<Owner>[];
}

export class LockTable<Owner extends object> {
  readonly #locks = new Map<FieldName, Lock<Owner>>();
  readonly #waiting = new Map<Owner, Request<Owner>>();

  /** Whether the owner holds the lock now; if not, it waits for it. Throws when it waits already. */
  acquire(owner: Owner, field: FieldName, mode: LockMode): boolean {
    if (this.#waiting.has(owner)) throw new Error(`somebody who waits for a lock asked for ${field}`);
    const lock = this.#locks.get(field) ?? { holders: new Map<Owner, LockMode>(), queue: [] };
    this.#locks.set(field, lock);
    const held = lock.holders.get(owner);
    if (held === 'exclusive' || held === mode) return true;
    const request = { owner, field, mode, isUpgrade: held !== undefined };
    lock.queue = enqueue(lock.queue, request);
    this.#waiting.set(owner, request);
    return this.#letIn(lock).includes(owner);
  }

  /** Frees all that the owner holds or waits for, and says who has got the lock that it waited for. */
  release(owner: Owner): readonly Owner[] {
    this.#waiting.delete(owner);
    const served: Owner[] = [];
    for (const [field, lock] of [...this.#locks]) {
      const held = lock.holders.delete(owner);
      const queue = lock.queue.filter((request) => request.owner !== owner);
      if (!held && queue.length === lock.queue.length) continue;
      lock.queue = queue;
      served.push(...this.#letIn(lock));
      if (lock.holders.size === 0) this.#locks.delete(field);
    }
    return served;
  }

  /** Owners that wait for each other in a circle, beginning with this one; null if it stands in none. */
  circle(owner: Owner): readonly Owner[] | null {
    return this.#pathTo(owner, owner, new Set());
  }

  #pathTo(target: Owner, from: Owner, visited: Set<Owner>): readonly Owner[] | null {
    for (const blocker of this.#blockersOf(from)) {
      if (blocker === target) return [from];
      if (visited.has(blocker)) continue;
      visited.add(blocker);
      const rest = this.#pathTo(target, blocker, visited);
      if (rest !== null) return [from, ...rest];
    }
    return null;
  }

  /** The edges of the wait-for graph that leave this owner. */
  #blockersOf(owner: Owner): readonly Owner[] {
    const request = this.#waiting.get(owner);
    const lock = request === undefined ? undefined : this.#locks.get(request.field);
    return request === undefined || lock === undefined ? [] : blockers(lock, request);
  }

  #letIn(lock: Lock<Owner>): readonly Owner[] {
    const served: Owner[] = [];
    for (const request of lock.queue) {
      if (blockers(lock, request).length > 0) continue;
      lock.queue = lock.queue.filter((other) => other !== request);
      lock.holders.set(request.owner, request.mode);
      this.#waiting.delete(request.owner);
      served.push(request.owner);
    }
    return served;
  }
}

function enqueue<Owner>(queue: readonly Request<Owner>[], request: Request<Owner>): readonly Request<Owner>[] {
  const place = request.isUpgrade ? queue.filter(({ isUpgrade }) => isUpgrade).length : queue.length;
  return [...queue.slice(0, place), request, ...queue.slice(place)];
}

/** Who must go before this request is granted: holders, and those who came earlier. */
function blockers<Owner>({ holders, queue }: Lock<Owner>, request: Request<Owner>): readonly Owner[] {
  const held = [...holders].filter(([owner, mode]) => owner !== request.owner && !areCompatible(mode, request.mode));
  const earlier = queue.slice(0, queue.indexOf(request)).filter(({ mode }) => !areCompatible(mode, request.mode));
  return [...held.map(([owner]) => owner), ...earlier.map(({ owner }) => owner)];
}

function areCompatible(one: LockMode, other: LockMode): boolean {
  return one === 'shared' && other === 'shared';
}
