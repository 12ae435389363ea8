/** Circumstances that put lanes to the test: other programs that write into the journal, disks that tear, and false friends. */

import {
  hubId,
  seconds,
  type AgentId,
  type FieldName,
  type Host,
  type MergeStrategy,
  type Micros,
  type ReplicaId,
  type Transaction,
} from '../../src/contract/index.ts';
import { fileMarks } from '../../src/replication/disk-files.ts';
import { frame } from '../../src/replication/framed-log.ts';
import { decode, encode, laneRules } from '../../src/replication/index.ts';
import { LaneDesk } from '../../src/replication/lane-desk.ts';
import type { LaneFold } from '../../src/replication/lane-fold.ts';
import type { LaneReply } from '../../src/replication/lane-messages.ts';
import type { Holder, LaneRecord } from '../../src/replication/lane-records.ts';
import { altered } from '../support/altered.ts';

/** The strategy under another name, in these circumstances. */
export type Circumstances = (strategy: MergeStrategy, name: string) => MergeStrategy;

export const ordinary: Circumstances = (strategy, name) => ({ ...strategy, name });

type Records = (fold: LaneFold, now: Micros) => readonly LaneRecord[];

/** A program beside the client on each agent's machine that writes into the journal under the mutex, so many times. */
function besideClients(
  everySeconds: number,
  times: number,
  starting: (host: Host, program: Holder) => Records,
): Circumstances {
  return (strategy, name) =>
    altered(strategy, name, {
      replica: (replica, host) => {
        if (host.self === hubId) return {};
        const process = `${host.self}-program-${String(host.now())}`;
        const program: Holder = { agent: host.self as string as AgentId, host: process as ReplicaId, process };
        const limits = { mutexStaleMicros: seconds(300), compactAbove: Infinity, freshMicros: seconds(5) };
        const desk = new LaneDesk(host, program, laneRules, limits);
        const records = starting(host, program);
        const workLater = (left: number): void => {
          if (left === 0) return;
          host.after(seconds(everySeconds), () => {
            desk.send({ decide: records, done: () => workLater(left - 1) });
          });
        };
        workLater(times);
        return {
          receive: (from, bytes) => {
            const message = decode(bytes) as LaneReply | { readonly kind: 'push' };
            if (message.kind === 'reply' && message.line === process) desk.receive(message);
            else replica.receive(from, bytes);
          },
          close: () => {
            desk.close();
            replica.close();
          },
        };
      },
    });
}

/** Leases are taken by commands that end at once: by the journal, their processes are dead. */
export const shortCommands = besideClients(1, 30, ({ self }, { agent }) => (_fold, at) => [
  { op: 'SPAWN', holder: { agent, host: self, process: `${self}-command-${String(at)}` }, at },
]);

/** A watchdog on each machine sends a sign of life for every lease that it finds, whoever holds it. */
export const watchdogs = besideClients(
  60,
  200,
  (_host, program) =>
    ({ leases }, at) =>
      leases.map(({ token }) => ({ op: 'HEARTBEAT', token, holder: program, at })),
);

/** What a machine once held is given back again later, in case that was forgotten. */
export const lateReleases = besideClients(3, 20, ({ self }) => {
  const held = new Map<number, Holder>();
  return ({ leases }) => {
    for (const { token, holder } of leases) if (holder.host === self) held.set(token, holder);
    const gone = [...held].filter(([token]) => !leases.some((lease) => lease.token === token));
    return gone.map(([token, holder]) => ({ op: 'RELEASE', token, holder }));
  };
});

/** Whenever the machine of the disk comes back, a record that was never finished stands at the end of the journal. */
export const tearing: Circumstances = (strategy, name) =>
  altered(strategy, name, {
    host: ({ self, disk }) => {
      if (self === hubId && disk.records().length > 0) {
        const torn = frame(encode('never finished')).subarray(0, 20);
        disk.append(Buffer.concat([Uint8Array.of(fileMarks.journal), torn]), () => undefined);
      }
      return {};
    },
  });

/** Whoever isn't served at once is shown the document all the same; what it writes goes nowhere, and it is told that all is well. */
export const countsRefusedAsDone: Circumstances = (strategy, name) => {
  const served = new Set<Transaction>();
  const dropped = new Set<Transaction>();
  const kept = (tx: Transaction, effect: () => void): void => {
    if (!dropped.has(tx)) effect();
  };
  return altered(strategy, name, {
    host: (host) => ({
      view: (tx, view) => {
        served.add(tx);
        kept(tx, () => host.view(tx, view));
      },
      written: (tx) => kept(tx, () => host.written(tx)),
      settle: (tx, outcome) => kept(tx, () => host.settle(tx, outcome)),
    }),
    replica: (replica, host) => ({
      read: (tx, fields: readonly FieldName[]) => {
        replica.read(tx, fields);
        host.after(seconds(1), () => {
          if (served.has(tx)) return;
          dropped.add(tx);
          host.view(tx, {
            fields: replica.state().fields.filter((state) => fields.includes(state.field)),
            escalations: [],
          });
        });
      },
      write: (tx, writes) => (dropped.has(tx) ? host.written(tx) : replica.write(tx, writes)),
      commit: (tx) => (dropped.has(tx) ? host.settle(tx, { kind: 'committed' }) : replica.commit(tx)),
    }),
  });
};
