/**
 * Where replicas listen, as files in a folder that all of them can read: nobody has to be told when one comes back at
 * another port. Only loopback: nothing here can be reached from another machine. On the machine a port is open to every user:
 * beside it stands a key that only those who can read the folder know.
 */

import { randomBytes } from 'node:crypto';
import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import type { ListenOptions, TcpNetConnectOpts, IpcNetConnectOpts } from 'node:net';
import { join } from 'node:path';
import type { ReplicaId } from '../contract/index.ts';
import { openSocketFolder } from './socket-path.ts';

export type Transport = 'unix' | 'tcp';

const loopback = '127.0.0.1';

export interface Address {
  readonly at: TcpNetConnectOpts | IpcNetConnectOpts;
  /** Whoever dials must know it. */
  readonly key: string;
}

export interface AddressBook {
  /** Where this replica is to listen. */
  listenAt(): ListenOptions;
  /** It listens, at this port if it has one. Returns the key of those who may dial. */
  announce(port: number | null): string;
  /** Where the replica was last heard of; null if it never was. It may be gone, and another one may listen there. */
  find(replica: ReplicaId): Address | null;
  withdraw(): void;
  close(): void;
}

export function openAddressBook(
  folder: string,
  transport: Transport,
  self: ReplicaId,
  peers: readonly ReplicaId[],
): AddressBook {
  switch (transport) {
    case 'unix':
      return socketFiles(folder, self, peers);
    case 'tcp':
      return portFiles(folder, self);
  }
}

function socketFiles(folder: string, self: ReplicaId, peers: readonly ReplicaId[]): AddressBook {
  const nameOf = (replica: ReplicaId): string => `${encodeURIComponent(replica)}.socket`;
  const sockets = openSocketFolder(folder, Math.max(...[self, ...peers].map((replica) => nameOf(replica).length)));
  const withdraw = (): void => {
    rmSync(sockets.at(nameOf(self)), { force: true });
  };
  return {
    listenAt: () => {
      // What a process that was killed has left. It was the only one with this replica: its disk is locked.
      withdraw();
      return { path: sockets.at(nameOf(self)) };
    },
    announce: () => '',
    find: (replica) => ({ at: { path: sockets.at(nameOf(replica)) }, key: '' }),
    withdraw,
    close: () => {
      sockets.close();
    },
  };
}

function portFiles(folder: string, self: ReplicaId): AddressBook {
  const pathOf = (replica: ReplicaId): string => join(folder, `${encodeURIComponent(replica)}.port`);
  return {
    listenAt: () => ({ host: loopback, port: 0 }),
    announce: (port) => {
      const key = randomBytes(16).toString('hex');
      const unfinished = `${pathOf(self)}.new`;
      writeFileSync(unfinished, `${String(port)} ${key}`, { mode: 0o600 });
      renameSync(unfinished, pathOf(self));
      return key;
    },
    find: (replica) => {
      try {
        const [port, key] = readFileSync(pathOf(replica), 'utf8').split(' ') as [string, string];
        return { at: { host: loopback, port: Number(port) }, key };
      } catch {
        return null;
      }
    },
    withdraw: () => {
      rmSync(pathOf(self), { force: true });
    },
    close: () => undefined,
  };
}
