/** Writes observations by hand: what strategies report, what the simulator sees, and what the checkers say about it. */

import type {
  AgentId,
  FieldName,
  Grant,
  Observation,
  Outcome,
  ProtocolEvent,
  ReclaimTrigger,
  ReplicaId,
  SweepGrounds,
  Write,
} from '../../../src/contract/index.ts';
import { field, hubId, seconds, transactionId, writeId, writeNumber } from '../../../src/contract/index.ts';
import { checkProtocol } from '../../../src/oracle/protocol/index.ts';

/** Reported by the hub at the beginning, unless `at` and `on` say otherwise. */
function reported(event: ProtocolEvent): Observation {
  return { at: seconds(0), replica: hubId, kind: 'reported', event };
}

export function at(second: number, seen: Observation): Observation {
  return { ...seen, at: seconds(second) };
}

export function on(replica: string, seen: Observation): Observation {
  return { ...seen, replica: replica as ReplicaId };
}

export function held(name: string, holder: string, token: number): Grant {
  return { field: field(name), holder: holder as AgentId, token };
}

export const grant = (...of: Parameters<typeof held>): Observation => reported({ kind: 'grant', ...held(...of) });
export const release = (...of: Parameters<typeof held>): Observation => reported({ kind: 'release', ...held(...of) });

/** Of the first turn of a1; generations in seconds. */
export function checkpoint(action: 'written' | 'cleared', generation: number, by: number): Observation {
  const agent = 'a1' as AgentId;
  const transaction = transactionId(agent, 0);
  return reported({ kind: 'checkpoint', agent, action, transaction, generation: seconds(generation), by: seconds(by) });
}

export function reclaim(
  grantTaken: Grant,
  trigger: ReclaimTrigger = 'heartbeat',
  grounds: SweepGrounds | null = null,
): Observation {
  return reported({ kind: 'reclaim', trigger, grounds, ...grantTaken });
}

/** In seconds, with a timeout of 8 s and a maximal hold of 400 s. */
export function grounds(lastHeartbeat: number | null, granted: number): SweepGrounds {
  return {
    lastHeartbeatAt: lastHeartbeat === null ? null : seconds(lastHeartbeat),
    grantedAt: seconds(granted),
    heartbeatTimeoutMicros: seconds(8),
    maxHoldMicros: seconds(400),
  };
}

export function heartbeat(holder: string, second: number): Observation {
  return at(second, reported({ kind: 'heartbeat', holder: holder as AgentId, at: seconds(second) }));
}

export function slot(name: string, holder: string, trigger: ReclaimTrigger | null): Observation {
  return reported({ kind: 'slot', field: field(name), holder: holder as AgentId, trigger });
}

export function accept(name: string, holder: string, version: number, token: number | null = null): Observation {
  return reported({ kind: 'accept', field: field(name), holder: holder as AgentId, version, token });
}

interface OnDisk {
  readonly grants?: readonly Grant[];
  readonly versions?: Readonly<Record<string, number>>;
  readonly contains?: Readonly<Record<string, number>>;
}

export function recovered({ grants = [], versions = {}, contains = {} }: OnDisk = {}): Observation {
  const pairs = Object.entries(versions) as [FieldName, number][];
  return reported({ kind: 'recovered', grants, versions: pairs, contains });
}

export function epoch(owner: string, major: number, generation: number, active = true): Observation {
  return on(owner, reported({ kind: 'epoch', owner: owner as ReplicaId, major, generation, active }));
}

export function doubt(owner: string, target: string): Observation {
  return on(owner, reported({ kind: 'doubt', owner: owner as ReplicaId, target: target as ReplicaId }));
}

export function settled(owner: string): Observation {
  return on(owner, reported({ kind: 'settled', owner: owner as ReplicaId, by: 'evidence' }));
}

export function stopped(replica: string, by: 'crash' | 'restore' = 'crash'): Observation {
  return { at: seconds(0), replica: replica as ReplicaId, kind: 'stopped', by };
}

/** The agent is told of its n-th turn, which wrote these fields. */
export function told(turn: string, fields: readonly string[], outcome: Outcome['kind'] = 'committed'): Observation {
  const [agentName = '', number = ''] = turn.split('.');
  const agent = agentName as AgentId;
  const position = Number(number) - 1;
  const tx = { id: transactionId(agent, position), agent, turn: position, attempt: 1 };
  const writes = fields.map((name, index): Write => ({
    id: writeId(tx.id, index),
    agent,
    number: writeNumber(position, index),
    attempt: 1,
    field: field(name),
    kind: 'counter',
    value: 1,
  }));
  const outcomes: Record<Outcome['kind'], Outcome> = {
    committed: { kind: 'committed' },
    escalated: { kind: 'escalated', writes: writes.map(({ id }) => id) },
    conflict: { kind: 'conflict', cause: 'version-mismatch', fields: [] },
    rejected: { kind: 'rejected', cause: 'type-mismatch', reason: 'it does not fit' },
  };
  return { at: seconds(0), replica: agentName as ReplicaId, kind: 'told', tx, outcome: outcomes[outcome], writes };
}

/** The invariants that were violated, each with the position of the observation that shows it first. */
export function violated(...observations: readonly Observation[]): Record<string, number | null> {
  const violations = checkProtocol(observations).flatMap(({ violation }) => violation ?? []);
  return Object.fromEntries(violations.map(({ invariant, index }) => [invariant, index]));
}

/** How many observations each invariant judged; those that judged none are not listed. */
export function judged(...observations: readonly Observation[]): Record<string, number> {
  const verdicts = checkProtocol(observations).filter((verdict) => verdict.judged > 0);
  return Object.fromEntries(verdicts.map((verdict) => [verdict.invariant, verdict.judged]));
}
