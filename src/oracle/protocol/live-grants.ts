/** Which grants are live, as far as they were reported. */

import type { FieldName, Grant, Observation, ProtocolEvent, ReplicaId } from '../../contract/index.ts';
import { byField, put } from './sorted-list.ts';

export interface LiveGrant extends Grant {
  /** Who gave it, and who may forget it when it loses its memory. */
  readonly by: ReplicaId;
}

/** At most one per field, in the order of the fields. */
export type LiveGrants = readonly LiveGrant[];

export function liveGrant(live: LiveGrants, field: FieldName): LiveGrant | undefined {
  return live.find((grant) => grant.field === field);
}

/**
 * What is live after this: the newest grant of each field until it is given back or taken. A replica that opens says what it
 * still holds valid; it has forgotten the rest.
 */
export function grantsAfter(
  live: LiveGrants,
  event: ProtocolEvent | Exclude<Observation, { readonly kind: 'reported' }>,
  by: ReplicaId,
): LiveGrants {
  if (event.kind === 'grant') return granted(live, event, by);
  if (event.kind === 'release' || event.kind === 'reclaim')
    return isLive(live, event) ? live.filter((other) => !isSame(other, event)) : live;
  if (event.kind === 'recovered') {
    const others = live.filter((grant) => grant.by !== by);
    return event.grants.reduce<LiveGrants>((list, grant) => granted(list, grant, by), others);
  }
  return live;
}

function granted(live: LiveGrants, { field, holder, token }: Grant, by: ReplicaId): LiveGrants {
  return put(live, { field, holder, token, by }, byField);
}

export function isLive(live: LiveGrants, grant: Grant): boolean {
  return live.some((other) => isSame(other, grant));
}

export function isSame(one: Grant, other: Grant): boolean {
  return one.field === other.field && one.token === other.token && one.holder === other.holder;
}

export function grantText({ field, holder, token }: Grant): string {
  return `${field} of ${holder} (token ${String(token)})`;
}
