/** What is recovered is what some prefix of the history says: nothing invented, reordered or revived. */

import type { AgentId, FieldName, Grant, Observation, ReplicaId } from '../../contract/index.ts';
import { eventOf, put, reactingTo, Violation, type ProtocolInvariant, type SeenOf } from './invariant.ts';
import { grantText } from './live-grants.ts';

/** A grant that was reported: live from change `from` until before change `until` of the reporter's grants. */
interface Logged {
  readonly by: ReplicaId;
  readonly field: FieldName;
  readonly holder: AgentId;
  readonly token: number;
  readonly from: number;
  /** Null: still live. */
  readonly until: number | null;
}

interface GrantLog {
  /** How many changes were reported. */
  readonly length: number;
  readonly grants: readonly Logged[];
  readonly stops: readonly Pick<SeenOf<'stopped'>, 'replica' | 'by'>[];
}

/**
 * Grants are reported when they are durable. After a crash all of them stand in the log, perhaps with one or another change
 * that became durable just before and was never reported; after a restore some prefix of them does. A hub that keeps its
 * grants in memory recovers none.
 */
export const logPrefix: ProtocolInvariant<GrantLog> = {
  name: 'LogPrefix',
  start: { length: 0, grants: [], stops: [] },
  judges: ({ grants }, seen) =>
    (eventOf(seen, 'recovered')?.grants.length ?? 0) > 0 || (eventOf(seen, 'recovered') !== null && grants.length > 0),
  next: reactingTo<GrantLog>({
    grant: begin,
    release: end,
    reclaim: end,
    stopped: (log, { replica, by }) => ({ ...log, stops: put(log.stops, { replica, by }, (stop) => stop.replica) }),
    recovered: (log, { grants }, { replica }) => recover(log, replica, grants),
  }),
};

function begin(log: GrantLog, { field, holder, token }: Grant, { replica: by }: Observation): GrantLog {
  const from = log.length + 1;
  const grants = [...endOf(log.grants, by, field, from), { by, field, holder, token, from, until: null }];
  return { ...log, length: from, grants };
}

function end(log: GrantLog, { field }: Grant, { replica: by }: Observation): GrantLog {
  const until = log.length + 1;
  return { ...log, length: until, grants: endOf(log.grants, by, field, until) };
}

function endOf(grants: readonly Logged[], by: ReplicaId, field: FieldName, until: number): readonly Logged[] {
  return grants.map((grant) =>
    grant.by === by && grant.field === field && grant.until === null ? { ...grant, until } : grant,
  );
}

function recover(log: GrantLog, replica: ReplicaId, recovered: readonly Grant[]): GrantLog | Violation {
  const stop = log.stops.find((entry) => entry.replica === replica)?.by ?? null;
  const known = recovered.flatMap((grant) => log.grants.find((logged) => isSame(logged, replica, grant)) ?? []);
  const invented = recovered.find((grant) => isInvented(log, replica, grant, stop !== null));
  if (invented !== undefined)
    return new Violation(`${replica} recovers ${grantText(invented)}, which was never granted`);
  const lost = stop === 'restore' ? neverTogether(known) : known.find(({ until }) => until !== null);
  if (lost !== undefined && lost !== null)
    return new Violation(
      `${replica} recovers ${grantText(lost)}, which ${stop === 'restore' ? 'was never live together with the others' : 'had ended'}`,
    );
  return reopen(log, replica, recovered);
}

/** What was never reported can only be newer than all that was. */
function isInvented({ grants }: GrantLog, by: ReplicaId, grant: Grant, hasStopped: boolean): boolean {
  const ofField = grants.filter((logged) => logged.by === by && logged.field === grant.field);
  if (ofField.some((logged) => isSame(logged, by, grant))) return false;
  return !hasStopped || ofField.some(({ token }) => token >= grant.token);
}

/** The first that was not live while all the others were. */
function neverTogether(known: readonly Logged[]): Logged | null {
  const from = Math.max(0, ...known.map((grant) => grant.from));
  return known.find(({ until }) => until !== null && until <= from) ?? null;
}

function reopen(log: GrantLog, by: ReplicaId, recovered: readonly Grant[]): GrantLog {
  const length = log.length + 1;
  const others = log.grants.map((grant) => {
    if (grant.by !== by) return grant;
    if (recovered.some((held) => isSame(grant, by, held))) return { ...grant, until: null };
    return grant.until === null ? { ...grant, until: length } : grant;
  });
  const news = recovered
    .filter((held) => !log.grants.some((grant) => isSame(grant, by, held)))
    .map(({ field, holder, token }) => ({ by, field, holder, token, from: length, until: null }));
  return { ...log, length, grants: [...others, ...news] };
}

function isSame(logged: Logged, by: ReplicaId, { field, holder, token }: Grant): boolean {
  return logged.by === by && logged.field === field && logged.holder === holder && logged.token === token;
}
