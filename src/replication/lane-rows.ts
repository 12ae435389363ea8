/**
 * The records of the lanes without the names of their parts, as they stand in the journal and are told: everybody reads all
 * of them, so they are short.
 */

import type { AgentId, FieldName, Micros, ReplicaId } from '../contract/index.ts';
import { decode, encode } from './codec.ts';
import { frame } from './framed-log.ts';
import type { Checkpoint, Holder, LaneRecord, Lease } from './lane-records.ts';

type HolderRow = readonly [AgentId, ReplicaId, process: string];
type LeaseRow = readonly [
  token: number,
  HolderRow,
  readonly FieldName[],
  turnSince: Micros,
  acquiredAt: Micros,
  heardAt: Micros,
];

export type LaneRow =
  | readonly ['ACQUIRE', LeaseRow]
  | readonly ['RELEASE', token: number, HolderRow]
  | readonly ['SCAVENGE' | 'HEARTBEAT' | 'ADOPT' | 'HALT', token: number, HolderRow, Micros]
  | readonly [
      'CHECKPOINT',
      generation: number,
      readonly LeaseRow[],
      lastToken: number,
      processes: Checkpoint['processes'],
    ]
  | readonly ['REFUSE', HolderRow, readonly FieldName[], blockers: readonly number[], Micros]
  | readonly ['SPAWN', HolderRow, Micros];

export function frameOf(row: LaneRow): Uint8Array {
  return frame(encode(row));
}

export function rowIn(payload: Uint8Array): LaneRow {
  return decode(payload) as LaneRow;
}

/** Null where bytes stand in the journal that are no record. */
export function recordsOf(rows: readonly (LaneRow | null)[]): readonly (LaneRecord | null)[] {
  return rows.map((row) => (row === null ? null : recordOf(row)));
}

export function rowOf(record: LaneRecord): LaneRow {
  switch (record.op) {
    case 'ACQUIRE':
      return ['ACQUIRE', leaseRow(record.lease)];
    case 'RELEASE':
      return ['RELEASE', record.token, holderRow(record.holder)];
    case 'HEARTBEAT':
    case 'ADOPT':
      return [record.op, record.token, holderRow(record.holder), record.at];
    case 'SCAVENGE':
    case 'HALT':
      return [record.op, record.token, holderRow(record.by), record.at];
    case 'CHECKPOINT':
      return ['CHECKPOINT', record.generation, record.leases.map(leaseRow), record.lastToken, record.processes];
    case 'REFUSE':
      return ['REFUSE', holderRow(record.holder), record.fields, record.blockers, record.at];
    case 'SPAWN':
      return ['SPAWN', holderRow(record.holder), record.at];
  }
}

function recordOf(row: LaneRow): LaneRecord {
  switch (row[0]) {
    case 'ACQUIRE':
      return { op: 'ACQUIRE', lease: leaseOf(row[1]) };
    case 'RELEASE':
      return { op: 'RELEASE', token: row[1], holder: holderOf(row[2]) };
    case 'HEARTBEAT':
    case 'ADOPT':
      return { op: row[0], token: row[1], holder: holderOf(row[2]), at: row[3] };
    case 'SCAVENGE':
    case 'HALT':
      return { op: row[0], token: row[1], by: holderOf(row[2]), at: row[3] };
    case 'CHECKPOINT':
      return {
        op: 'CHECKPOINT',
        generation: row[1],
        leases: row[2].map(leaseOf),
        lastToken: row[3],
        processes: row[4],
      };
    case 'REFUSE':
      return { op: 'REFUSE', holder: holderOf(row[1]), fields: row[2], blockers: row[3], at: row[4] };
    case 'SPAWN':
      return { op: 'SPAWN', holder: holderOf(row[1]), at: row[2] };
  }
}

function holderRow({ agent, host, process }: Holder): HolderRow {
  return [agent, host, process];
}

function holderOf([agent, host, process]: HolderRow): Holder {
  return { agent, host, process };
}

function leaseRow({ token, holder, fields, turnSince, acquiredAt, heardAt }: Lease): LeaseRow {
  return [token, holderRow(holder), fields, turnSince, acquiredAt, heardAt];
}

function leaseOf([token, holder, fields, turnSince, acquiredAt, heardAt]: LeaseRow): Lease {
  return { token, holder: holderOf(holder), fields, turnSince, acquiredAt, heardAt };
}
