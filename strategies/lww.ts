/**
 * Last writer wins: each field is an opaque value with a timestamp, and the higher one stays. Nothing is merged and nobody
 * is told what was overwritten: the canary of the suite.
 */

import type { AgentId, FieldName, FieldState, Host, MergeStrategy, Write } from '../src/contract/index.ts';
import { decode, encode, gossiping, OpaqueFields, type Merge } from '../src/replication/index.ts';

/** Higher wins: by time, then by agent, then by the number and the attempt of the write. */
export interface Stamp {
  readonly time: number;
  readonly agent: AgentId;
  readonly number: number;
  readonly attempt: number;
}

export interface Cell {
  readonly stamp: Stamp;
  readonly state: FieldState;
}

/**
 * - `logical`: counts the agent's own writes, as AgentSync does; it learns nothing from others
 * - `wall`: the machine's clock
 * - `hybrid`: the machine's clock, but later than everything it has seen (after Kulkarni et al., 2014)
 */
interface Clock {
  next(agent: AgentId): number;
  observe(stamp: Stamp): void;
}

export const clocks = {
  logical: (_host: Host): Clock => {
    const counts = new Map<AgentId, number>();
    const raise = (agent: AgentId, time: number): number => {
      counts.set(agent, Math.max(time, counts.get(agent) ?? 0));
      return time;
    };
    return {
      next: (agent) => raise(agent, (counts.get(agent) ?? 0) + 1),
      observe: ({ agent, time }) => void raise(agent, time),
    };
  },
  wall: (host: Host): Clock => ({ next: () => host.now(), observe: () => undefined }),
  hybrid: (host: Host): Clock => {
    let latest = 0;
    const observe = ({ time }: Stamp): void => void (latest = Math.max(latest, time));
    return { next: () => (latest = Math.max(latest + 1, host.now())), observe };
  },
} as const;

export function createLwwMerge(host: Host, clock: Clock, wins: (one: Stamp, other: Stamp) => boolean): Merge {
  const cells = new Map<FieldName, Cell>();
  const opaque = new OpaqueFields(host.schema);
  const held = (field: FieldName): FieldState | undefined => cells.get(field)?.state;
  const put = (cell: Cell): void => {
    clock.observe(cell.stamp);
    const present = cells.get(cell.state.field);
    if (present === undefined || wins(cell.stamp, present.stamp)) cells.set(cell.state.field, cell);
  };
  const stampOf = ({ agent, number, attempt }: Write): Stamp => ({ time: clock.next(agent), agent, number, attempt });
  return {
    begin: () => opaque.begin(),
    view: (_tx, fields) => opaque.view(fields, held),
    commit: (_tx, writes) => {
      const written = writes.map((write) => ({ stamp: stampOf(write), state: opaque.put(write, held(write.field)) }));
      written.forEach(put);
      return encode(written);
    },
    apply: (updates) => updates.forEach((update) => (decode(update) as readonly Cell[]).forEach(put)),
    state: () => opaque.state([...cells.values()].map(({ state }) => state)),
    close: () => undefined,
  };
}

function isHigher(one: Stamp, other: Stamp): boolean {
  if (one.time !== other.time) return one.time > other.time;
  if (one.agent !== other.agent) return one.agent > other.agent;
  return one.number === other.number ? one.attempt > other.attempt : one.number > other.number;
}

function lwwWith(clock: keyof typeof clocks): MergeStrategy {
  return {
    name: 'lww',
    summary: `each field is one opaque value, the highest timestamp (${clock} clock) wins`,
    layout: 'peers',
    servesManyAgents: true,
    canary: true,
    promises: {
      converges: 'survivable',
      keepsCommittedWrites: false,
      keepsRefusedOut: false,
      exactlyOnce: false,
      allOrNothing: false,
      escalatesTruly: false,
      serializable: false,
      serialInRankOrder: false,
      neverWaits: 'survivable',
    },
    knobs: {
      clock: { kind: 'choice', summary: 'where timestamps come from', default: 'logical', values: Object.keys(clocks) },
    },
    configure: ({ clock: chosen }) => lwwWith(chosen as keyof typeof clocks),
    open: (host) => gossiping(host, () => createLwwMerge(host, clocks[clock](host), isHigher)),
  };
}

export const lww: MergeStrategy = lwwWith('logical');
