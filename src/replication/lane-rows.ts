/**
 * The records of the lanes without the names of their parts, as they stand in the journal and are told: everybody reads all
 * of them, so they are short.
 */

import type { AgentId, FieldName, Micros, ReplicaId } from '../contract/index.ts';
import { decode, encode } from './codec.ts';
import { frame } from './framed-log.ts';
import type { Checkpoint, LaneRecord, Lease } from './lane-records.ts';

type HolderParts = readonly [AgentId, ReplicaId, process: string];
type LeaseRow = readonly [
  token: number,
  ...HolderParts,
  readonly FieldName[],
  turnSince: Micros,
  acquiredAt: Micros,
  heardAt: Micros,
];

export type LaneRow =
  | readonly ['ACQUIRE', ...LeaseRow]
  | readonly ['RELEASE', token: number, ...HolderParts]
  | readonly ['SCAVENGE' | 'HEARTBEAT' | 'ADOPT' | 'HALT', token: number, ...HolderParts, Micros]
  | readonly [
      'CHECKPOINT',
      generation: number,
      readonly LeaseRow[],
      lastToken: number,
      processes: Checkpoint['processes'],
    ]
  | readonly ['REFUSE', ...HolderParts, readonly FieldName[], blockers: readonly number[], Micros]
  | readonly ['SPAWN', ...HolderParts, Micros];

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

/** Part by part: to spread parts into a row takes the engine longer than to write it. */
export function rowOf(record: LaneRecord): LaneRow {
  switch (record.op) {
    case 'ACQUIRE': {
      const { token, holder, fields, turnSince, acquiredAt, heardAt } = record.lease;
      const { agent, host, process } = holder;
      return ['ACQUIRE', token, agent, host, process, fields, turnSince, acquiredAt, heardAt];
    }
    case 'RELEASE': {
      const { agent, host, process } = record.holder;
      return ['RELEASE', record.token, agent, host, process];
    }
    case 'HEARTBEAT':
    case 'ADOPT': {
      const { agent, host, process } = record.holder;
      return [record.op, record.token, agent, host, process, record.at];
    }
    case 'SCAVENGE':
    case 'HALT': {
      const { agent, host, process } = record.by;
      return [record.op, record.token, agent, host, process, record.at];
    }
    case 'CHECKPOINT':
      return ['CHECKPOINT', record.generation, record.leases.map(leaseRow), record.lastToken, record.processes];
    case 'REFUSE': {
      const { agent, host, process } = record.holder;
      return ['REFUSE', agent, host, process, record.fields, record.blockers, record.at];
    }
    case 'SPAWN': {
      const { agent, host, process } = record.holder;
      return ['SPAWN', agent, host, process, record.at];
    }
  }
}

function recordOf(row: LaneRow): LaneRecord {
  switch (row[0]) {
    case 'ACQUIRE': {
      const [op, token, agent, host, process, fields, turnSince, acquiredAt, heardAt] = row;
      return { op, lease: { token, holder: { agent, host, process }, fields, turnSince, acquiredAt, heardAt } };
    }
    case 'RELEASE': {
      const [op, token, agent, host, process] = row;
      return { op, token, holder: { agent, host, process } };
    }
    case 'HEARTBEAT':
    case 'ADOPT': {
      const [op, token, agent, host, process, at] = row;
      return { op, token, holder: { agent, host, process }, at };
    }
    case 'SCAVENGE':
    case 'HALT': {
      const [op, token, agent, host, process, at] = row;
      return { op, token, by: { agent, host, process }, at };
    }
    case 'CHECKPOINT': {
      const [op, generation, leases, lastToken, processes] = row;
      return { op, generation, leases: leases.map(leaseOf), lastToken, processes };
    }
    case 'REFUSE': {
      const [op, agent, host, process, fields, blockers, at] = row;
      return { op, holder: { agent, host, process }, fields, blockers, at };
    }
    case 'SPAWN': {
      const [op, agent, host, process, at] = row;
      return { op, holder: { agent, host, process }, at };
    }
  }
}

function leaseRow({ token, holder, fields, turnSince, acquiredAt, heardAt }: Lease): LeaseRow {
  return [token, holder.agent, holder.host, holder.process, fields, turnSince, acquiredAt, heardAt];
}

function leaseOf([token, agent, host, process, fields, turnSince, acquiredAt, heardAt]: LeaseRow): Lease {
  return { token, holder: { agent, host, process }, fields, turnSince, acquiredAt, heardAt };
}
