/** What must hold whenever the right to write a field is given, used, given back or taken. */

import type { FieldName, Grant } from '../../contract/index.ts';
import { always, type EventOf, protocolInvariant, Violation } from './invariant.ts';
import { grantText, isLive, liveGrant, type LiveGrants } from './live-grants.ts';
import { byField, put } from './sorted-list.ts';

/** At no instant do two agents hold a write grant on one field. */
export const singleWriter = protocolInvariant<null>({
  name: 'SingleWriter',
  start: null,
  judges: { grant: always },
  next: {
    grant: (state, grant, _seen, live) => {
      const held = liveGrant(live, grant.field);
      if (held === undefined || held.holder === grant.holder) return state;
      return new Violation(`${grant.holder} is granted ${grant.field} while it is held: ${grantText(held)}`);
    },
  },
});

/** A reclaim takes a live grant: so none is reclaimed twice, in one sweep or in two. */
export const sweepExclusivity = protocolInvariant<null>({
  name: 'SweepExclusivity',
  start: null,
  judges: { reclaim: always },
  next: {
    reclaim: (state, grant, _seen, live) =>
      isLive(live, grant)
        ? state
        : new Violation(`${grantText(grant)} is reclaimed, but ${standing(live, grant.field)}`),
  },
});

/** A late completion never clears newer work: what is given back is one's own live grant, what is cleared one's own entry. */
export const ownGeneration = protocolInvariant<null>({
  name: 'OwnGeneration',
  start: null,
  judges: { release: always, checkpoint: (_state, { action }) => action === 'cleared' },
  next: {
    release: (state, grant, _seen, live) =>
      isLive(live, grant)
        ? state
        : new Violation(`${grantText(grant)} is released, but ${standing(live, grant.field)}`),
    checkpoint: (state, { action, agent, transaction, generation, by }) => {
      if (action !== 'cleared' || generation === by) return state;
      return new Violation(
        `the end of an older turn of ${agent} clears the entry of ${String(transaction)}, which is not its own`,
      );
    },
  },
});

/** The highest token that was ever given for each field; never forgotten. */
type HighestTokens = readonly Pick<Grant, 'field' | 'token'>[];

/** A write is accepted only with the token of the live grant, from its holder; tokens rise over all grants of a field. */
export const fencedWrites = protocolInvariant<HighestTokens>({
  name: 'FencedWrites',
  start: [],
  judges: { grant: always, accept: (highest) => highest.length > 0 },
  next: {
    grant: (highest, grant) => {
      const before = highest.find(({ field }) => field === grant.field);
      if (before === undefined || grant.token > before.token) return raised(highest, grant);
      return new Violation(`the grant ${grantText(grant)} is not above token ${String(before.token)}, given before`);
    },
    recovered: (highest, { grants }) => grants.reduce(raised, highest),
    accept: (highest, accept, _seen, live) => (highest.length === 0 ? highest : (misuse(live, accept) ?? highest)),
  },
});

function misuse(live: LiveGrants, { field, holder, token }: EventOf<'accept'>): Violation | null {
  const held = liveGrant(live, field);
  if (held !== undefined && held.token === token && held.holder === holder) return null;
  const named = token === null ? 'without a token' : `with token ${String(token)}`;
  return new Violation(`a write of ${holder} to ${field} is accepted ${named}, but ${standing(live, field)}`);
}

function standing(live: LiveGrants, field: FieldName): string {
  const held = liveGrant(live, field);
  return held === undefined ? `nobody holds ${field}` : `what is live is ${grantText(held)}`;
}

function raised(highest: HighestTokens, { field, token }: Grant): HighestTokens {
  const before = highest.find((entry) => entry.field === field);
  if (before !== undefined && before.token >= token) return highest;
  return put(highest, { field, token }, byField);
}
