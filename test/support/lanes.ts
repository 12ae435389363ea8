/** Leases, requests and journals put together by hand or at random: a default for everything. */

import fc from 'fast-check';
import { field, seconds, type AgentId, type FieldName, type Micros, type ReplicaId } from '../../src/contract/index.ts';
import { LaneFold, type LaneChange } from '../../src/replication/lane-fold.ts';
import type { LaneLimits } from '../../src/replication/lane-arbiter.ts';
import type { Holder, LaneRecord, Lease } from '../../src/replication/lane-records.ts';
import { laneRules, type LaneRules } from '../../src/replication/lane-rules.ts';

export const limits: LaneLimits = {
  ttlMicros: seconds(3000),
  graceMicros: seconds(300),
  coalesceWithinMicros: seconds(60),
};

export const [x, y, z] = [field('x'), field('y'), field('z')] as const;
const fields: readonly FieldName[] = [x, y, z, field('w')];

export function holder(agent: string, process = 'first'): Holder {
  return { agent: agent as AgentId, host: agent as ReplicaId, process: `${agent}-${process}` };
}

export function lease(token: number, owner: Holder, on: readonly FieldName[], differs: Partial<Lease> = {}): Lease {
  const at = 0 as Micros;
  return { token, holder: owner, fields: on, turnSince: at, acquiredAt: at, heardAt: at, ...differs };
}

export function acquire(...parts: Parameters<typeof lease>): LaneRecord {
  return { op: 'ACQUIRE', lease: lease(...parts) };
}

export function release(token: number, owner: Holder): LaneRecord {
  return { op: 'RELEASE', token, holder: owner };
}

export function beat(token: number, owner: Holder, atSeconds: number): LaneRecord {
  return { op: 'HEARTBEAT', token, holder: owner, at: seconds(atSeconds) };
}

export function replay(records: readonly LaneRecord[], rules: LaneRules = laneRules): LaneFold {
  const fold = new LaneFold(rules);
  for (const record of records) fold.apply(record);
  return fold;
}

export function changes(records: readonly LaneRecord[]): (LaneChange | null)[] {
  const fold = new LaneFold(laneRules);
  return records.map((record) => fold.apply(record));
}

/** All that the journal says about who holds what. */
export function standing({ leases, lastToken, processes }: LaneFold): object {
  return { leases, lastToken, processes };
}

const anyHolder = fc
  .tuple(fc.constantFrom('a1', 'a2', 'a3', ''), fc.constantFrom('first', 'second'))
  .map(([agent, process]) => holder(agent, process));
export const anyFields = fc.uniqueArray(fc.constantFrom(...fields), { minLength: 1 });
const anyTime = fc.nat(10_000).map(seconds);

export const anyLease: fc.Arbitrary<Lease> = fc
  .tuple(fc.nat(9), anyHolder, anyFields, anyTime)
  .map(([token, owner, on, at]) => lease(token, owner, on, { acquiredAt: at, heardAt: at }));

/** Records that tell of intents and events only. */
export const anyRemark: fc.Arbitrary<LaneRecord> = anyLease.chain(({ token, holder: by, fields: on, heardAt: at }) =>
  fc.constantFrom<LaneRecord>(
    { op: 'REFUSE', holder: by, fields: on, blockers: [token], at },
    { op: 'HALT', token, by, at },
    { op: 'SPAWN', holder: by, at },
  ),
);

const anyDeed: fc.Arbitrary<LaneRecord> = anyLease.chain(({ token, holder: by, fields: on, heardAt: at }) =>
  fc.constantFrom<LaneRecord>(
    acquire(token, by, on, { acquiredAt: at, heardAt: at }),
    release(token, by),
    { op: 'SCAVENGE', token, by, at },
    { op: 'HEARTBEAT', token, holder: by, at },
    { op: 'ADOPT', token, holder: by, at },
  ),
);

/** Tokens rise from grant to grant, as they do in a journal that was written under the mutex. */
export const anyJournal: fc.Arbitrary<readonly LaneRecord[]> = fc
  .array(fc.oneof({ weight: 4, arbitrary: anyDeed }, anyRemark), { maxLength: 25 })
  .map((records) => {
    let last = 0;
    return records.map((record): LaneRecord => {
      if (record.op !== 'ACQUIRE') return record;
      last += 1;
      return { ...record, lease: { ...record.lease, token: last } };
    });
  });
