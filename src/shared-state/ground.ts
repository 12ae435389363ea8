/** What a store stands on: the memory of the process, or a folder that it has for itself. */

import type { Disk, Micros } from '../contract/index.ts';
import { FileDisk, LiveClock, lockFolder, systemRandom, type Damage } from '../live/index.ts';
import { forgetfulDisk, type StoreHost } from '../store/index.ts';

export interface Ground {
  readonly host: StoreHost;
  /** What was found in the folder and could not be read; it was set aside. */
  readonly damage: Damage | null;
  /** Calls back if nothing can be made durable any more. */
  onFailure(failed: (error: Error) => void): void;
  close(): Promise<void>;
}

export function inMemory(): Ground {
  return { host: hostOn(forgetfulDisk), damage: null, onFailure: () => undefined, close: () => Promise.resolve() };
}

/** @throws FolderInUseError if another process, or another store of this one, has the folder. */
export async function inFolder(folder: string): Promise<Ground> {
  const lock = await lockFolder(folder);
  const listeners: ((error: Error) => void)[] = [];
  const failed = (error: Error): void => {
    for (const listener of listeners) listener(error);
  };
  try {
    const disk = new FileDisk(folder, 'store', { failed });
    return {
      host: hostOn(disk),
      damage: disk.damage,
      onFailure: (listener) => listeners.push(listener),
      close: async () => {
        await disk.close();
        await lock.release();
      },
    };
  } catch (error) {
    await lock.release();
    throw error;
  }
}

/** Times count from 1970, whichever process reads them; delays don't depend on what is done to the clock on the wall. */
function hostOn(disk: Disk): StoreHost {
  const clock = new LiveClock();
  return {
    disk,
    now: () => (Date.now() * 1_000) as Micros,
    random: systemRandom,
    after: (delay, task) => clock.after(delay, task),
  };
}
