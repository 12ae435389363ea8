/**
 * Where replicas listen, as files in a folder that all of them can read: nobody has to be told when one comes back at
 * another port. Only loopback: nothing here can be reached from another machine.
 */

import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import type { ListenOptions, TcpNetConnectOpts, IpcNetConnectOpts } from 'node:net';
import { join } from 'node:path';
import type { ReplicaId } from '../contract/index.ts';
import { openSocketFolder } from './socket-path.ts';

export type Transport = 'unix' | 'tcp';

const loopback = '127.0.0.1';

export interface AddressBook {
  /** Where this replica is to listen. */
  listenAt(self: ReplicaId): ListenOptions;
  /** It listens, at this port if it has one. What was said before about this replica is forgotten. */
  announce(self: ReplicaId, port: number | null): void;
  /** Where the replica was last heard of; null if it never was. It may be gone, and another one may listen there. */
  find(replica: ReplicaId): TcpNetConnectOpts | IpcNetConnectOpts | null;
  withdraw(self: ReplicaId): void;
  close(): void;
}

export function openAddressBook(folder: string, transport: Transport, replicas: readonly ReplicaId[]): AddressBook {
  switch (transport) {
    case 'unix':
      return socketFiles(folder, replicas);
    case 'tcp':
      return portFiles(folder);
  }
}

function socketFiles(folder: string, replicas: readonly ReplicaId[]): AddressBook {
  const nameOf = (replica: ReplicaId): string => `${encodeURIComponent(replica)}.socket`;
  const sockets = openSocketFolder(folder, Math.max(...replicas.map((replica) => nameOf(replica).length)));
  const remove = (self: ReplicaId): void => {
    rmSync(sockets.at(nameOf(self)), { force: true });
  };
  return {
    listenAt: (self) => {
      // What a process that was killed has left. It was the only one with this replica: its disk is locked.
      remove(self);
      return { path: sockets.at(nameOf(self)) };
    },
    announce: () => undefined,
    find: (replica) => ({ path: sockets.at(nameOf(replica)) }),
    withdraw: remove,
    close: () => {
      sockets.close();
    },
  };
}

function portFiles(folder: string): AddressBook {
  const pathOf = (replica: ReplicaId): string => join(folder, `${encodeURIComponent(replica)}.port`);
  return {
    listenAt: () => ({ host: loopback, port: 0 }),
    announce: (self, port) => {
      const path = pathOf(self);
      writeFileSync(`${path}.new`, String(port));
      renameSync(`${path}.new`, path);
    },
    find: (replica) => {
      try {
        return { host: loopback, port: Number(readFileSync(pathOf(replica), 'utf8')) };
      } catch {
        return null;
      }
    },
    withdraw: (self) => {
      rmSync(pathOf(self), { force: true });
    },
    close: () => undefined,
  };
}
