/**
 * The arbiter of the lanes, without effects: whether a request is admitted, given what the journal says and what time it is.
 * Requests for disjoint fields are admitted, for a field that somebody else holds refused. One more live lease never turns a
 * refusal into a grant.
 */

import type { FieldName, Micros } from '../contract/index.ts';
import type { LaneFold } from './lane-fold.ts';
import { isSameHolder, overlap, type Holder, type LaneRecord, type Lease } from './lane-records.ts';

export interface LaneLimits {
  /** A lease is looked after by its holder; one that wasn't for so long, and for the grace beyond, stands in nobody's way. */
  readonly ttlMicros: Micros;
  readonly graceMicros: Micros;
  /** A sign of life that comes so soon after the last one is not written down. */
  readonly coalesceWithinMicros: Micros;
}

export interface LaneRequest {
  readonly holder: Holder;
  readonly fields: readonly FieldName[];
  readonly turnSince: Micros;
}

/**
 * What to write under the mutex, and what comes of it:
 * - `granted`: once the records are durable, the holder has these leases, which cover all that it asked for
 * - `refused`: it has these leases, and the blockers stand in the way of the rest
 * - `doubtful`: a damaged record may have granted to somebody what is asked for: nobody can be admitted
 */
export type LaneDecision = { readonly records: readonly LaneRecord[] } & (
  | { readonly kind: 'granted'; readonly leases: readonly Lease[] }
  | { readonly kind: 'refused'; readonly leases: readonly Lease[]; readonly blockers: readonly Lease[] }
  | { readonly kind: 'doubtful' }
);

/** Whether a lease has ceased to stand in the way of others. */
export type ExpiryRule = (lease: Lease, isOrphaned: boolean, now: Micros, limits: LaneLimits) => boolean;

/** A process that is known to be dead makes its lease expire sooner, but a fresh lease is never dropped because of it. */
export const isExpired: ExpiryRule = (lease, isOrphaned, now, { ttlMicros, graceMicros }) => {
  const age = now - lease.heardAt;
  return age > ttlMicros + graceMicros || (isOrphaned && age > graceMicros);
};

/** The live leases that refuse the request; none if it is admitted. Nobody is refused by its own lease. */
export function blockersOf(
  { holder, fields }: Pick<LaneRequest, 'holder' | 'fields'>,
  live: readonly Lease[],
): readonly Lease[] {
  return live.filter((lease) => lease.holder.agent !== holder.agent && overlap(lease.fields, fields));
}

/**
 * The agent's own leases come first: those of an earlier process of its host are adopted, expired or not. What stands in
 * nobody's way any more is taken back before the rest is acquired.
 */
export function decide(
  fold: LaneFold,
  request: LaneRequest,
  now: Micros,
  limits: LaneLimits,
  expires: ExpiryRule = isExpired,
): LaneDecision {
  const own = fold.leases.filter(
    ({ holder, fields }) => holder.agent === request.holder.agent && overlap(fields, request.fields),
  );
  const adopted = own.map((lease): Lease => ({ ...lease, holder: request.holder, heardAt: now }));
  const adoptions = own.flatMap((lease) => adoption(lease, request.holder, now));
  const fields = uncovered(request.fields, own);
  if (fields.length === 0) return { kind: 'granted', records: adoptions, leases: adopted };
  if (fields.some((field) => fold.isDoubtful(field))) return { kind: 'doubtful', records: [] };

  const inTheWay = blockersOf({ holder: request.holder, fields }, fold.leases);
  const blockers = inTheWay.filter((lease) => !expires(lease, fold.isOrphaned(lease), now, limits));
  if (blockers.length > 0) return { kind: 'refused', records: adoptions, leases: adopted, blockers };

  const token = fold.lastToken + 1;
  const { holder, turnSince } = request;
  const lease: Lease = { token, holder, fields, turnSince, acquiredAt: now, heardAt: now };
  const scavenges = inTheWay.map(({ token: old }): LaneRecord => ({ op: 'SCAVENGE', token: old, by: holder, at: now }));
  return {
    kind: 'granted',
    records: [...adoptions, ...scavenges, { op: 'ACQUIRE', lease }],
    leases: [...adopted, lease],
  };
}

/** The signs of life that are worth writing down. */
export function heartbeats(leases: readonly Lease[], now: Micros, limits: LaneLimits): readonly LaneRecord[] {
  return leases
    .filter(({ heardAt }) => now - heardAt >= limits.coalesceWithinMicros)
    .map(({ token, holder }) => ({ op: 'HEARTBEAT', token, holder, at: now }));
}

/** The fields that none of the leases covers. */
export function uncovered(fields: readonly FieldName[], leases: readonly Lease[]): FieldName[] {
  const missing: FieldName[] = [];
  for (const field of fields) {
    if (!missing.includes(field) && !leases.some((lease) => lease.fields.includes(field))) missing.push(field);
  }
  return missing;
}

function adoption(lease: Lease, holder: Holder, at: Micros): readonly LaneRecord[] {
  return isSameHolder(lease.holder, holder) ? [] : [{ op: 'ADOPT', token: lease.token, holder, at }];
}
