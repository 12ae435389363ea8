/**
 * In one process who receives a message reads the very objects that its sender has put into it. That is only sound if nobody
 * could tell: nobody changes what it has sent, received or stored, and copies of the bytes lead to the same trial.
 */

import { describe, expect, it } from 'vitest';
import type { Disk, Host, MergeStrategy, Replica } from '../../src/contract/index.ts';
import { decodeShared } from '../../src/replication/shared-codec.ts';
import { strategies } from '../support/every-strategy.ts';
import { trialOf } from '../support/trials.ts';

const cells = [
  ['mixed', 'crash', 5],
  ['canary', 'restore', 15],
] as const;

/** What it opens is `open` with a host that treats all bytes that it is given like this. */
function handling(strategy: MergeStrategy, treat: (bytes: Uint8Array) => Uint8Array): MergeStrategy {
  return {
    ...strategy,
    open: (host) => receivingLike(strategy.open(hostThat(host, treat)), treat),
  };
}

function hostThat(host: Host, treat: (bytes: Uint8Array) => Uint8Array): Host {
  const disk: Disk = {
    append: (record, done) => {
      host.disk.append(treat(record), done);
    },
    replace: (records, done) => {
      host.disk.replace(records.map(treat), done);
    },
    records: () => host.disk.records().map(treat),
  };
  const send: Host['send'] = (to, message) => {
    host.send(to, treat(message));
  };
  return new Proxy(host, {
    get: (target, name) => {
      if (name === 'disk') return disk;
      if (name === 'send') return send;
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === 'function' ? (value.bind(target) as unknown) : value;
    },
  });
}

function receivingLike(replica: Replica, treat: (bytes: Uint8Array) => Uint8Array): Replica {
  return new Proxy(replica, {
    get: (target, name) => {
      if (name === 'receive') {
        const receive: Replica['receive'] = (from, message) => {
          target.receive(from, treat(message));
        };
        return receive;
      }
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === 'function' ? (value.bind(target) as unknown) : value;
    },
  });
}

/** Whoever changes what stands in them from now on throws. */
function frozen(bytes: Uint8Array): Uint8Array {
  try {
    freeze(decodeShared(bytes));
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  return bytes;
}

function freeze(value: unknown): void {
  if (value === null || typeof value !== 'object' || Object.isFrozen(value)) return;
  Object.freeze(value);
  Object.values(value).forEach(freeze);
}

describe('what stands in messages and records', () => {
  for (const strategy of strategies) {
    it(`is never changed, and read from copies as from the originals: ${strategy.name}`, () => {
      const copying = handling(strategy, (bytes) => Uint8Array.from(bytes));
      const freezing = handling(strategy, frozen);
      for (const [workload, faults, seed] of cells) {
        const original = trialOf(freezing, workload, faults, seed);
        expect(original.failure).toBeNull();
        expect(trialOf(copying, workload, faults, seed)).toEqual(original);
      }
    });
  }
});
