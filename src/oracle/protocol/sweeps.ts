/**
 * What a sweep may do: each reclaim has one trigger, and the grounds for it. They are checked against the grants and
 * heartbeats that were reported, not only against what the sweep says of them.
 */

import type { FieldName, Grant, Micros, Observation, ReplicaId, SweepGrounds } from '../../contract/index.ts';
import { type EventOf, protocolInvariant, Violation } from './invariant.ts';
import { byField, compared, put } from './sorted-list.ts';
import { byHolder, type SignOfLife } from './signs-of-life.ts';

interface Heartbeat extends SignOfLife {
  /** When it was taken note of. */
  readonly notedAt: Micros;
}

/** When the newest grant of a field was given. */
interface GrantTimes {
  readonly by: ReplicaId;
  readonly field: FieldName;
  readonly token: number;
  readonly at: Micros;
}

interface Known {
  readonly heartbeats: readonly Heartbeat[];
  readonly grants: readonly GrantTimes[];
  /** They have lost their memory: what they know from before is more than nothing and less than was reported. */
  readonly forgetful: readonly ReplicaId[];
}

type Reclaim = EventOf<'reclaim'>;

/** Each reclaim has exactly one trigger, its thresholds are met, and silence goes before holding for too long. */
export const triggerExclusivity = protocolInvariant<Known>({
  name: 'TriggerExclusivity',
  start: { heartbeats: [], grants: [], forgetful: [] },
  judges: { reclaim: (_known, { grounds }) => grounds !== null },
  next: {
    heartbeat: (known, { holder, at }, seen) =>
      noteHeartbeat(known, { by: seen.replica, holder, at, notedAt: seen.at }),
    grant: noteGrant,
    reclaim: (known, reclaim, seen) => {
      const wrong = wrongIn(known, seen, reclaim);
      if (wrong === null) return known;
      return new Violation(`${reclaim.field} is reclaimed from ${reclaim.holder} by ${reclaim.trigger}, but ${wrong}`);
    },
    stopped: (known, { replica }) => forget(known, replica),
  },
});

function noteHeartbeat(known: Known, heartbeat: Heartbeat): Known {
  const { heartbeats, grants, forgetful } = known;
  return { heartbeats: put(heartbeats, heartbeat, byHolder), grants, forgetful };
}

function noteGrant(known: Known, { field, token }: Grant, { replica: by, at }: Observation): Known {
  const { heartbeats, grants, forgetful } = known;
  return { heartbeats, grants: put(grants, { by, field, token, at }, byField), forgetful };
}

function forget(known: Known, replica: ReplicaId): Known {
  const heartbeats = known.heartbeats.filter(({ by }) => by !== replica);
  const grants = known.grants.filter(({ by }) => by !== replica);
  const forgot = heartbeats.length < known.heartbeats.length || grants.length < known.grants.length;
  if (!forgot) return known;
  return { heartbeats, grants, forgetful: put(known.forgetful, replica, compared) };
}

function wrongIn(known: Known, { at, replica }: Observation, reclaim: Reclaim): string | null {
  const { grounds, trigger } = reclaim;
  if (grounds === null) return null;
  const sweptAt = grounds.sweptAt ?? at;
  const silentTooLong =
    grounds.lastHeartbeatAt === null || sweptAt - grounds.lastHeartbeatAt >= grounds.heartbeatTimeoutMicros;
  const heldTooLong = sweptAt - grounds.grantedAt >= grounds.maxHoldMicros;
  if (trigger === 'heartbeat' && !silentTooLong)
    return `its last heartbeat was ${ago(grounds.lastHeartbeatAt, sweptAt)}`;
  if (trigger === 'max-hold' && silentTooLong)
    return `its heartbeat was overdue, which goes first: the last one is ${ago(grounds.lastHeartbeatAt, sweptAt)}`;
  if (trigger === 'max-hold' && !heldTooLong) return `it was granted only ${ago(grounds.grantedAt, sweptAt)}`;
  return wrongHeartbeat(known, replica, reclaim, grounds, sweptAt) ?? wrongGrant(known, reclaim, grounds);
}

function wrongHeartbeat(
  { heartbeats, forgetful }: Known,
  replica: ReplicaId,
  { holder }: Reclaim,
  { lastHeartbeatAt, sweptAt: decidedAt }: SweepGrounds,
  sweptAt: Micros,
): string | null {
  const heard = heartbeats.find((heartbeat) => heartbeat.by === replica && heartbeat.holder === holder);
  if (heard === undefined) {
    if (lastHeartbeatAt === null || forgetful.includes(replica)) return null;
    return `the sweep counts a heartbeat ${ago(lastHeartbeatAt, sweptAt)} that was never noted`;
  }
  if (heard.at === lastHeartbeatAt || heard.notedAt > sweptAt) return null;
  // Where the reclaim takes effect later, what was noted at the very time of the decision may have come after it.
  if (heard.notedAt === decidedAt) return null;
  return `the sweep counts ${ago(lastHeartbeatAt, sweptAt)} as the last heartbeat, although one ${ago(heard.at, sweptAt)} was noted`;
}

/** A grant counts from when it was reported: from when it is effective. */
function wrongGrant({ grants }: Known, { field, token }: Reclaim, { grantedAt }: SweepGrounds): string | null {
  const grant = grants.find((candidate) => candidate.field === field && candidate.token === token);
  if (grant === undefined || grant.at === grantedAt) return null;
  return `the sweep counts from ${seconds(grantedAt)}, although it was granted at ${seconds(grant.at)}`;
}

function ago(at: Micros | null, now: Micros): string {
  return at === null ? 'none' : `${seconds(now - at)} ago`;
}

function seconds(micros: number): string {
  return `${(micros / 1_000_000).toFixed(3)} s`;
}
