/** What a store stands on: the memory of the process, or a folder that it has for itself. */

import type { Disk, Micros } from '../contract/index.ts';
import { FileDisk, LiveClock, lockFolder, systemRandom, type Damage } from '../live/index.ts';
import type { StoreHost } from '../store/index.ts';

export interface Ground {
  readonly host: StoreHost;
  /** What was found in the folder and could not be read; it was set aside. */
  readonly damage: Damage | null;
  /** Calls back if nothing can be made durable any more. */
  onFailure(failed: (error: Error) => void): void;
  close(): Promise<void>;
}

/** Nothing is kept, and everything is done at once. */
const noDisk: Disk = {
  append: (_record, done) => {
    done();
  },
  records: () => [],
  replace: (_records, done) => {
    done();
  },
};

export function inMemory(): Ground {
  return { host: hostOn(noDisk), damage: null, onFailure: () => undefined, close: () => Promise.resolve() };
}

/** Rejects if another process has the folder. */
export async function inFolder(folder: string): Promise<Ground> {
  const lock = await lockFolder(folder);
  const listeners: ((error: Error) => void)[] = [];
  const failed = (error: Error): void => {
    for (const listener of listeners) listener(error);
  };
  const disk = openDisk(folder, failed);
  if (disk instanceof Error) {
    await lock.release();
    throw disk;
  }
  return {
    host: hostOn(disk),
    damage: disk.damage,
    onFailure: (listener) => listeners.push(listener),
    close: async () => {
      await disk.close();
      await lock.release();
    },
  };
}

function openDisk(folder: string, failed: (error: Error) => void): FileDisk | Error {
  try {
    return new FileDisk(folder, 'store', { failed });
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

/** Dates count from 1970, whichever process reads them. */
function hostOn(disk: Disk): StoreHost {
  const clock = new LiveClock();
  return {
    disk,
    now: () => (Date.now() * 1_000) as Micros,
    random: systemRandom,
    after: (delay, task) => clock.after(delay, task),
  };
}
