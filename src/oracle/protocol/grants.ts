/** What must hold whenever the right to write a field is given, used, given back or taken. */

import type { FieldName, Grant } from '../../contract/index.ts';
import { always, byField, type EventOf, protocolInvariant, put, Violation } from './invariant.ts';
import {
  ended,
  followingGrants,
  granted,
  grantText,
  isSame,
  liveGrant,
  recovered,
  type LiveGrants,
} from './live-grants.ts';

/** At no instant do two agents hold a write grant on one field. */
export const singleWriter = protocolInvariant<LiveGrants>({
  name: 'SingleWriter',
  start: [],
  judges: { grant: always },
  next: {
    ...followingGrants,
    grant: (live, grant, { replica }) => {
      const held = liveGrant(live, grant.field);
      if (held === undefined || held.holder === grant.holder) return granted(live, grant, replica);
      return new Violation(`${grant.holder} is granted ${grant.field} while it is held: ${grantText(held)}`);
    },
  },
});

/** A reclaim takes a live grant: so none is reclaimed twice, in one sweep or in two. */
export const sweepExclusivity = protocolInvariant<LiveGrants>({
  name: 'SweepExclusivity',
  start: [],
  judges: { reclaim: always },
  next: {
    ...followingGrants,
    reclaim: (live, grant) =>
      live.some((other) => isSame(other, grant))
        ? ended(live, grant)
        : new Violation(`${grantText(grant)} is reclaimed, but ${standing(live, grant.field)}`),
  },
});

/** A late completion never clears newer work: what is given back is one's own live grant, what is cleared one's own entry. */
export const ownGeneration = protocolInvariant<LiveGrants>({
  name: 'OwnGeneration',
  start: [],
  judges: { release: always, checkpoint: (_live, { action }) => action === 'cleared' },
  next: {
    ...followingGrants,
    release: (live, grant) =>
      live.some((other) => isSame(other, grant))
        ? ended(live, grant)
        : new Violation(`${grantText(grant)} is released, but ${standing(live, grant.field)}`),
    checkpoint: (live, { action, agent, transaction, generation, by }) => {
      if (action !== 'cleared' || generation === by) return live;
      return new Violation(
        `the end of an older turn of ${agent} clears the entry of ${String(transaction)}, which is not its own`,
      );
    },
  },
});

interface Fence {
  readonly live: LiveGrants;
  /** The highest token that was ever given for a field; never forgotten. */
  readonly highest: readonly Pick<Grant, 'field' | 'token'>[];
}

/** A write is accepted only with the token of the live grant, from its holder; tokens rise over all grants of a field. */
export const fencedWrites = protocolInvariant<Fence>({
  name: 'FencedWrites',
  start: { live: [], highest: [] },
  judges: { grant: always, accept: ({ highest }) => highest.length > 0 },
  next: {
    grant: ({ live, highest }, grant, { replica }) => {
      const before = highest.find(({ field }) => field === grant.field);
      if (before === undefined || grant.token > before.token)
        return { live: granted(live, grant, replica), highest: raised(highest, grant) };
      return new Violation(`the grant ${grantText(grant)} is not above token ${String(before.token)}, given before`);
    },
    release: ({ live, highest }, grant) => ({ live: ended(live, grant), highest }),
    reclaim: ({ live, highest }, grant) => ({ live: ended(live, grant), highest }),
    recovered: (fence, { grants }, { replica }) => {
      const live = recovered(fence.live, grants, replica);
      return live === fence.live ? fence : { live, highest: grants.reduce(raised, fence.highest) };
    },
    accept: (fence, accept) => misuse(fence, accept) ?? fence,
  },
});

function misuse({ live, highest }: Fence, { field, holder, token }: EventOf<'accept'>): Violation | null {
  if (highest.length === 0) return null;
  const held = liveGrant(live, field);
  if (held !== undefined && held.token === token && held.holder === holder) return null;
  const named = token === null ? 'without a token' : `with token ${String(token)}`;
  return new Violation(`a write of ${holder} to ${field} is accepted ${named}, but ${standing(live, field)}`);
}

function standing(live: LiveGrants, field: FieldName): string {
  const held = liveGrant(live, field);
  return held === undefined ? `nobody holds ${field}` : `what is live is ${grantText(held)}`;
}

function raised(highest: Fence['highest'], { field, token }: Grant): Fence['highest'] {
  const before = highest.find((entry) => entry.field === field);
  if (before !== undefined && before.token >= token) return highest;
  return put(highest, { field, token }, byField);
}
