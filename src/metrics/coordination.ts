/**
 * What became of grants, and of the authority, when their holders died or were taken for dead. Who was dead, and since when, is what the simulator
 * saw; a strategy only says what it gave and took.
 */

import {
  reclaimTriggers,
  replicaOf,
  type FieldName,
  type Grant,
  type Micros,
  type Observation,
  type ReclaimTrigger,
  type ReplicaId,
  type TrialResult,
} from '../contract/index.ts';

export interface Coordination {
  readonly grants: number;
  readonly reclaims: TrialResult['reclaims'];
  /** Smallest first. */
  readonly recoveriesMicros: readonly number[];
}

interface HeldGrant extends Grant {
  readonly by: ReplicaId;
  /** When the holder's machine first stopped since the grant. */
  readonly deadSince: Micros | null;
}

export function coordinationOf(observations: readonly Observation[]): Coordination {
  const ledger = new GrantLedger();
  for (const seen of observations) ledger.take(seen);
  return {
    grants: ledger.grants,
    reclaims: ledger.reclaims(),
    recoveriesMicros: ledger.recoveriesMicros.toSorted((left, right) => left - right),
  };
}

class GrantLedger {
  grants = 0;
  readonly recoveriesMicros: number[] = [];
  readonly #held = new Map<FieldName, HeldGrant>();
  readonly #reclaims = new Map<string, number>();
  #owner: { readonly replica: ReplicaId; readonly deadSince: Micros | null } | null = null;

  take(seen: Observation): void {
    if (seen.kind === 'stopped') this.#stopped(seen.replica, seen.at);
    if (seen.kind !== 'reported') return;
    const { event, replica, at } = seen;
    if (event.kind === 'grant') this.#granted(event, replica, at);
    else if (event.kind === 'release') this.#ended(event, at);
    else if (event.kind === 'reclaim') this.#reclaimed(event, at);
    else if (event.kind === 'recovered') this.#forgotten(event.grants, replica, at);
    else if (event.kind === 'epoch' && event.active) this.#owned(replica, at);
  }

  reclaims(): TrialResult['reclaims'] {
    const count = (trigger: ReclaimTrigger, wasDead: boolean): number =>
      this.#reclaims.get(`${trigger} ${String(wasDead)}`) ?? 0;
    return Object.fromEntries(
      reclaimTriggers.map((trigger) => [trigger, { true: count(trigger, true), false: count(trigger, false) }]),
    ) as TrialResult['reclaims'];
  }

  #stopped(machine: ReplicaId, at: Micros): void {
    if (this.#owner?.replica === machine) this.#owner = { replica: machine, deadSince: this.#owner.deadSince ?? at };
    for (const [field, grant] of this.#held) {
      if (replicaOf(grant.holder) !== machine || grant.deadSince !== null) continue;
      this.#held.set(field, { ...grant, deadSince: at });
    }
  }

  #owned(replica: ReplicaId, at: Micros): void {
    const deadSince = this.#owner?.deadSince ?? null;
    if (deadSince !== null) this.recoveriesMicros.push(at - deadSince);
    this.#owner = { replica, deadSince: null };
  }

  #granted({ field, holder, token }: Grant, by: ReplicaId, at: Micros): void {
    const before = this.#held.get(field);
    if (before !== undefined) this.#ended(before, at);
    this.grants += 1;
    this.#held.set(field, { field, holder, token, by, deadSince: null });
  }

  #reclaimed(grant: Grant & { readonly trigger: ReclaimTrigger }, at: Micros): void {
    const held = this.#held.get(grant.field);
    const wasDead = held?.token === grant.token && held.deadSince !== null;
    const key = `${grant.trigger} ${String(wasDead)}`;
    this.#reclaims.set(key, (this.#reclaims.get(key) ?? 0) + 1);
    this.#ended(grant, at);
  }

  #ended({ field, token }: Grant, at: Micros): void {
    const held = this.#held.get(field);
    if (held?.token !== token) return;
    this.#held.delete(field);
    if (held.deadSince !== null) this.recoveriesMicros.push(at - held.deadSince);
  }

  /** A replica that opens without a grant that it gave has ended it. */
  #forgotten(kept: readonly Grant[], by: ReplicaId, at: Micros): void {
    for (const held of [...this.#held.values()]) {
      const isKept = kept.some(({ field, token }) => field === held.field && token === held.token);
      if (held.by === by && !isKept) this.#ended(held, at);
    }
  }
}
