/** The copies that an agent of a MESI protocol keeps, and for how long it trusts them. */

import { micros, type FieldName, type Micros, type Write } from '../contract/index.ts';
import { putWrite } from '../document/index.ts';
import type { Coherence, FieldCopy, TurnClaim } from './mesi-messages.ts';

const mostUses = 100;

interface CachedCopy {
  readonly copy: FieldCopy;
  readonly since: Micros;
  uses: number;
}

export class CopyCache {
  readonly #coherence: Coherence;
  readonly #leaseMicros: Micros;
  readonly #copies = new Map<FieldName, CachedCopy>();

  constructor(coherence: Coherence, leaseMicros: Micros) {
    this.#coherence = coherence;
    this.#leaseMicros = leaseMicros;
  }

  get holdsGrants(): boolean {
    return [...this.#copies.values()].some(({ copy }) => copy.token !== null);
  }

  /** A copy that is still trusted. One that isn't is thrown away. */
  use(field: FieldName, now: Micros): FieldCopy | 'expired' | null {
    const cached = this.#copies.get(field);
    if (cached === undefined) return null;
    if (this.#isTooOld(cached, now)) {
      this.#copies.delete(field);
      return 'expired';
    }
    cached.uses += 1;
    return cached.copy;
  }

  peek(field: FieldName): FieldCopy | null {
    return this.#copies.get(field)?.copy ?? null;
  }

  put(copy: FieldCopy, now: Micros): void {
    this.#copies.set(copy.field, { copy, since: now, uses: 0 });
  }

  drop(fields: readonly FieldName[]): void {
    for (const field of fields) this.#copies.delete(field);
  }

  /** The turn has put its writes into what it had worked with. Where content can't be told from here, it is dropped. */
  committed(claim: TurnClaim, writes: readonly Write[], now: Micros): void {
    const { field, version } = claim;
    const held = this.peek(field);
    this.#copies.delete(field);
    const [first] = writes;
    if (held?.version !== version || first === undefined || !writes.every((write) => isMadeFrom(held, write))) return;
    const state = writes.reduce((base, write) => putWrite(base ?? undefined, write), held.state);
    const token = this.#keepsGrants ? held.token : null;
    this.put({ field, generation: held.generation, version: version + 1, token, state, author: first.agent }, now);
  }

  /** Where contents are pushed, others have them as soon as they are committed. */
  get #keepsGrants(): boolean {
    return this.#coherence !== 'eager' && this.#coherence !== 'broadcast';
  }

  #isTooOld({ since, uses }: CachedCopy, now: Micros): boolean {
    switch (this.#coherence) {
      case 'lease':
        return now >= micros(since + this.#leaseMicros);
      case 'access-count':
        return uses >= mostUses;
      case 'lazy':
      case 'eager':
      case 'broadcast':
        return false;
    }
  }
}

/** Edits of an older version of a text must be moved to where they belong, which only the hub can do. */
function isMadeFrom({ state }: FieldCopy, write: Write): boolean {
  if (write.kind !== 'text') return true;
  const version = state?.kind === 'text' ? state.version : {};
  const { basis } = write.value;
  const agents = new Set([...Object.keys(version), ...Object.keys(basis)]);
  return [...agents].every((agent) => (version[agent] ?? 0) === (basis[agent] ?? 0));
}
