/**
 * Fields that turns have taken for themselves until they end, and who waits for them: one holder and one queue per field,
 * first come, first served. Who only wants to read waits as well, but takes nothing. Each turn waits for one field at most.
 */

import type { FieldName } from '../contract/index.ts';

/** `pass`: until nobody holds the field; `hold`: the same, and then holds it. */
export type Passage = 'pass' | 'hold';

interface Request<Owner> {
  readonly owner: Owner;
  readonly field: FieldName;
  readonly passage: Passage;
}

export class Reservations<Owner extends object> {
  readonly #holders = new Map<FieldName, Owner>();
  readonly #queues = new Map<FieldName, readonly Request<Owner>[]>();
  readonly #waiting = new Map<Owner, Request<Owner>>();

  /** Whether the owner may go on; if not, it waits. Throws when it waits already. */
  enter(owner: Owner, field: FieldName, passage: Passage): boolean {
    if (this.#waiting.has(owner)) throw new Error(`somebody who waits for a field asked for ${field}`);
    const request = { owner, field, passage };
    if (this.#holders.get(field) === owner) return true;
    if (this.#holders.has(field)) {
      this.#queues.set(field, [...(this.#queues.get(field) ?? []), request]);
      this.#waiting.set(owner, request);
      return false;
    }
    this.#letIn(request);
    return true;
  }

  /** Gives up all that the owner holds or waits for, and says who may go on. */
  release(owner: Owner): readonly Owner[] {
    const request = this.#waiting.get(owner);
    if (request !== undefined) this.#leaveQueue(request);
    const next: Owner[] = [];
    for (const [field, holder] of this.#holders) if (holder === owner) next.push(...this.#free(field));
    return next;
  }

  /** Takes one field from whoever holds it, and says who may go on. */
  takeBack(field: FieldName): readonly Owner[] {
    return this.#holders.has(field) ? this.#free(field) : [];
  }

  holder(field: FieldName): Owner | null {
    return this.#holders.get(field) ?? null;
  }

  /** Owners that wait for each other in a circle, beginning with this one; null if it stands in none. */
  circle(owner: Owner): readonly Owner[] | null {
    const path = [owner];
    for (let next = this.#blockerOf(owner); next !== null; next = this.#blockerOf(next)) {
      if (next === owner) return path;
      if (path.includes(next)) return null;
      path.push(next);
    }
    return null;
  }

  /** Whoever waits earlier for the same field waits for the same holder. */
  #blockerOf(owner: Owner): Owner | null {
    const request = this.#waiting.get(owner);
    return request === undefined ? null : this.holder(request.field);
  }

  #free(field: FieldName): readonly Owner[] {
    this.#holders.delete(field);
    const served: Owner[] = [];
    for (const request of this.#queues.get(field) ?? []) {
      if (this.#holders.has(field)) break;
      this.#leaveQueue(request);
      this.#letIn(request);
      served.push(request.owner);
    }
    return served;
  }

  #letIn({ owner, field, passage }: Request<Owner>): void {
    if (passage === 'hold') this.#holders.set(field, owner);
  }

  #leaveQueue(request: Request<Owner>): void {
    this.#waiting.delete(request.owner);
    const left = (this.#queues.get(request.field) ?? []).filter((other) => other !== request);
    this.#queues.set(request.field, left);
  }
}
