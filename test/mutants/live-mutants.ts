/** Bugs that real processes meet: what is remembered where a kill takes it away. */

import type { Disk, Host, Micros, Schema } from '../../src/contract/index.ts';
import { loro } from '../../strategies/loro.ts';
import { altered } from '../support/altered.ts';

/** How long the record stays in memory. */
const lateMicros = 20_000_000 as Micros;

/** Says that a record is on the disk, and puts it there later. */
export const acknowledgesBeforeTheAppend = altered(loro, 'acknowledges-before-the-append', {
  host: (host) => ({ disk: lateDisk(host) }),
});

function lateDisk(host: Host): Disk {
  const { disk } = host;
  let waiting: Uint8Array[] = [];
  const catchUp = (): void => {
    for (const record of waiting) disk.append(record, () => undefined);
    waiting = [];
  };
  return {
    records: () => [...disk.records(), ...waiting],
    replace: (records, done) => {
      waiting = [];
      disk.replace(records, done);
    },
    append: (record, done) => {
      if (waiting.length === 0) host.after(lateMicros, catchUp);
      waiting.push(record);
      done();
    },
  };
}

/**
 * Keeps what must survive a crash in a variable of its module. All replicas of a simulated trial live in one process, and a
 * simulated crash doesn't take that process away: only a real kill shows it.
 */
export const remembersInTheProcess = altered(loro, 'remembers-in-the-process', {
  host: (host) => ({ disk: memoryOf(host) }),
});

/** By trial, which has one schema, and replica. */
const memories = new WeakMap<Schema, Map<string, Uint8Array[]>>();

function memoryOf({ schema, self }: Host): Disk {
  const ofTrial = memories.get(schema) ?? new Map<string, Uint8Array[]>();
  memories.set(schema, ofTrial);
  const records = ofTrial.get(self) ?? [];
  ofTrial.set(self, records);
  return {
    records: () => [...records],
    append: (record, done) => {
      records.push(record);
      done();
    },
    replace: (others, done) => {
      records.splice(0, records.length, ...others);
      done();
    },
  };
}
