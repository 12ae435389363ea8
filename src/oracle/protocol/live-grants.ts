/** Which grants are live, as far as they were reported. */

import type { FieldName, Grant, Observation, ReplicaId } from '../../contract/index.ts';
import { byField, put } from './invariant.ts';

export interface LiveGrant extends Grant {
  /** Who gave it, and who may forget it when it loses its memory. */
  readonly by: ReplicaId;
}

/** At most one per field, in the order of the fields. */
export type LiveGrants = readonly LiveGrant[];

export function liveGrant(live: LiveGrants, field: FieldName): LiveGrant | undefined {
  return live.find((grant) => grant.field === field);
}

/** Live is the newest grant of each field until it is given back or taken. */
export function granted(live: LiveGrants, grant: Grant, by: ReplicaId): LiveGrants {
  const { field, holder, token } = grant;
  return put(live, { field, holder, token, by }, byField);
}

export function ended(live: LiveGrants, grant: Grant): LiveGrants {
  const at = live.findIndex((other) => isSame(other, grant));
  return at < 0 ? live : live.toSpliced(at, 1);
}

/** A replica that opens says what it still holds valid; it has forgotten the rest. */
export function recovered(live: LiveGrants, grants: readonly Grant[], by: ReplicaId): LiveGrants {
  const others = live.filter((grant) => grant.by !== by);
  if (others.length === live.length && grants.length === 0) return live;
  return grants.reduce<LiveGrants>((list, grant) => granted(list, grant, by), others);
}

/** What all invariants of grants follow, where they have nothing of their own to say. */
export const followingGrants = {
  grant: (live: LiveGrants, event: Grant, { replica }: Observation): LiveGrants => granted(live, event, replica),
  release: ended,
  reclaim: ended,
  recovered: (live: LiveGrants, event: { readonly grants: readonly Grant[] }, { replica }: Observation): LiveGrants =>
    recovered(live, event.grants, replica),
} as const;

export function isSame(one: Grant, other: Grant): boolean {
  return one.field === other.field && one.token === other.token && one.holder === other.holder;
}

export function grantText({ field, holder, token }: Grant): string {
  return `${field} of ${holder} (token ${String(token)})`;
}
