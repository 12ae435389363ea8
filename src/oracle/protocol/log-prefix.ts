/** What is recovered is what some prefix of the history says: nothing invented, reordered or revived. */

import type { FieldName, Grant, Observation, ReplicaId } from '../../contract/index.ts';
import { protocolInvariant, type SeenOf, Violation } from './invariant.ts';
import { byReplica, put } from './sorted-list.ts';
import { grantText, isSame } from './live-grants.ts';

/** A grant began or ended. */
interface Change extends Grant {
  readonly by: ReplicaId;
  readonly isLive: boolean;
}

/** All changes that were reported, newest first: what was said before is never copied. */
interface Changes {
  readonly newest: Change;
  readonly before: Changes | null;
}

interface GrantLog {
  readonly changes: Changes | null;
  readonly stops: readonly Pick<SeenOf<'stopped'>, 'replica' | 'by'>[];
}

/**
 * Grants are reported when they are durable. After a crash all of them stand in the log, perhaps with one or another change
 * that became durable just before and was never reported; after a restore some prefix of them does. A hub that keeps its
 * grants in memory recovers none.
 */
export const logPrefix = protocolInvariant<GrantLog>({
  name: 'LogPrefix',
  start: { changes: null, stops: [] },
  judges: { recovered: ({ changes }, { grants }) => changes !== null || grants.length > 0 },
  next: {
    grant: (log, grant, { replica }) => withChange(log, grant, replica, true),
    release: (log, grant, { replica }) => withChange(log, grant, replica, false),
    reclaim: (log, grant, { replica }) => withChange(log, grant, replica, false),
    stopped: (log, { replica, by }) => ({ changes: log.changes, stops: put(log.stops, { replica, by }, byReplica) }),
    recovered: recover,
  },
});

function withChange(log: GrantLog, { field, holder, token }: Grant, by: ReplicaId, isLive: boolean): GrantLog {
  return { changes: { newest: { by, field, holder, token, isLive }, before: log.changes }, stops: log.stops };
}

function recover(
  log: GrantLog,
  { grants }: { readonly grants: readonly Grant[] },
  { replica }: Observation,
): GrantLog | Violation {
  const changes = changesOf(log, replica);
  const stop = log.stops.find((entry) => entry.replica === replica)?.by ?? null;
  const known = grants.filter((grant) => stop === null || !isNewest(grant, changes));
  const whole = liveAfter(changes);
  const isPrefix = known.every(isIn(whole)) || (stop === 'restore' && isSomePrefix(known, changes));
  if (!isPrefix) return new Violation(`${replica} recovers ${whatIsWrong(known, changes, stop === 'restore')}`);
  return follow(log, whole, grants, replica);
}

/** Oldest first. */
function changesOf({ changes }: GrantLog, replica: ReplicaId): readonly Change[] {
  const found: Change[] = [];
  for (let at = changes; at !== null; at = at.before) if (at.newest.by === replica) found.push(at.newest);
  return found.reverse();
}

/** What was never reported can only be newer than all that was. */
function isNewest({ field, token }: Grant, changes: readonly Change[]): boolean {
  return changes.every((change) => change.field !== field || change.token < token);
}

/** The live grants after these changes; a new grant of a field ends the one before. */
function liveAfter(changes: readonly Change[]): readonly Change[] {
  const live = new Map<FieldName, Change>();
  for (const change of changes) {
    if (change.isLive) live.set(change.field, change);
    else live.delete(change.field);
  }
  return [...live.values()];
}

function isSomePrefix(known: readonly Grant[], changes: readonly Change[]): boolean {
  return [...changes.keys()].some((length) => known.every(isIn(liveAfter(changes.slice(0, length)))));
}

function isIn(live: readonly Grant[]): (grant: Grant) => boolean {
  return (grant) => live.some((other) => isSame(other, grant));
}

function whatIsWrong(known: readonly Grant[], changes: readonly Change[], wasRestored: boolean): string {
  const ever = changes.filter(({ isLive }) => isLive);
  const invented = known.find((grant) => !isIn(ever)(grant));
  if (invented !== undefined) return `${grantText(invented)}, which was never granted`;
  if (wasRestored) return `${known.map(grantText).join(' and ')}, which were never live together`;
  return known
    .filter((grant) => !isIn(liveAfter(changes))(grant))
    .map((grant) => `${grantText(grant)}, which had ended`)
    .join('; ');
}

/** The replica goes on from what it has read. */
function follow(log: GrantLog, live: readonly Grant[], recovered: readonly Grant[], replica: ReplicaId): GrantLog {
  let next = log;
  for (const grant of live) if (!isIn(recovered)(grant)) next = withChange(next, grant, replica, false);
  for (const grant of recovered) if (!isIn(live)(grant)) next = withChange(next, grant, replica, true);
  return next;
}
