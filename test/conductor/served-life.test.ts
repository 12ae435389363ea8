import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import {
  seconds,
  type Host,
  type MergeStrategy,
  type Micros,
  type Replica,
  type ReplicaId,
  type Transaction,
} from '../../src/contract/index.ts';
import { monotonicNanos, trialMicros, type Assignment, type Reported } from '../../src/conductor/messages.ts';
import { ServedLife } from '../../src/conductor/served-life.ts';
import { lww } from '../../strategies/lww.ts';

const folder = mkdtempSync(join(tmpdir(), 'served-'));
const tx = { id: 'a1.1', agent: 'a1', turn: 0, attempt: 1 } as unknown as Transaction;

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** Lww, but for what it does when a turn begins. */
function doing(begin: (host: Host) => void): MergeStrategy {
  const open = (host: Host): Replica => Object.assign(lww.open(host), { begin: () => begin(host) });
  return { ...lww, open };
}

function served(strategy: MergeStrategy) {
  const reports: (Reported & { readonly at: number })[] = [];
  const time = { originNanos: monotonicNanos(), scale: 1_000 };
  const assignment: Assignment = {
    self: 'a1' as ReplicaId,
    peers: [],
    schema: { fields: [] },
    hasAgent: true,
    seed: '1',
    stream: 'replica/a1',
    diskFolder: folder,
    socketFolder: folder,
    transport: 'unix',
    patienceMs: 0,
    gossipMicros: seconds(1e6),
    gossipPhaseMicros: seconds(1e6),
    faults: [],
    counts: { append: 0, send: 0, receive: 0, settle: 0 },
  };
  const life = new ServedLife({
    assignment,
    time,
    clock: { now: () => 0 as Micros, after: () => ({ cancel: () => undefined }) },
    network: { send: () => undefined },
    report: (report, at) => reports.push({ ...report, at }),
  });
  life.open(strategy);
  return { life, reports, time };
}

describe('a life of a replica in a process', () => {
  it('stands still in time while it handles one thing, and has reported it at that time', () => {
    const seen: Micros[] = [];
    const { life, reports, time } = served(
      doing((host) => {
        const start = monotonicNanos();
        while (monotonicNanos() - start < 1e6);
        seen.push(host.now());
        host.trace({ kind: 'settled', owner: host.self, by: 'person' });
      }),
    );
    life.obey({ kind: 'begin', tx });
    life.close();
    const at = reports.flatMap((report) => (report.kind === 'trace' ? [trialMicros(report.at, time)] : []));
    expect(at.slice(-1)).toEqual(seen);
  });

  it('hears nothing more of an attempt that it has settled: that was under way when it did', () => {
    let begun = 0;
    const { life, reports } = served(
      doing((host) => {
        begun += 1;
        host.settle(tx, { kind: 'committed' });
      }),
    );
    life.obey({ kind: 'begin', tx });
    life.obey({ kind: 'commit', tx });
    life.close();
    expect(begun).toBe(1);
    expect(reports.filter(({ kind }) => kind !== 'trace').map(({ kind }) => kind)).toEqual(['answer']);
  });
});
