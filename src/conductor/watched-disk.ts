/**
 * The disk of a replica, watched: it reports every durable change, and whether all that was written while a message was
 * handled is durable. A file that is going to be replaced is kept under the number of its inode, so that a backup of any
 * version can be put back: the first records of one of these files.
 */

import { linkSync, mkdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Disk, ReplicaId } from '../contract/index.ts';
import type { FileDisk } from '../live/index.ts';
import type { CauseKind } from '../simulator/residence.ts';
import type { DiskMark } from './messages.ts';

export interface MessageHandled {
  readonly kind: 'message';
  readonly from: ReplicaId;
  /** By the sender's monotonic clock. */
  readonly sentAt: number;
  /** Changes of the disk that were asked for while it was handled and that are not durable yet. */
  unsynced: number;
}

/** Why the replica does what it does. */
export type Cause = { readonly kind: Exclude<CauseKind, 'message'> } | MessageHandled;

export interface DiskWatcher {
  /** Of what the replica is doing now. */
  cause: Cause;
  durable(mark: DiskMark): void;
  /** All that was written because of this message is durable. */
  stored(message: MessageHandled): void;
}

export class WatchedDisk implements Disk {
  readonly #disk: FileDisk;
  readonly #watcher: DiskWatcher;
  /** Changes that are not durable yet. */
  #unsynced = 0;
  /** Raised by every replacement: an append of an earlier one is part of what was replaced. */
  #generation = 0;

  constructor(disk: FileDisk, watcher: DiskWatcher) {
    this.#disk = disk;
    this.#watcher = watcher;
    mkdirSync(keptFolder(disk.path), { recursive: true });
  }

  get unsynced(): number {
    return this.#unsynced;
  }

  append(record: Uint8Array, done: () => void): void {
    this.#change((durable) => this.#disk.append(record, durable), done);
  }

  replace(records: readonly Uint8Array[], done: () => void): void {
    keep(this.#disk.path);
    this.#generation += 1;
    this.#change((durable) => this.#disk.replace(records, durable), done);
  }

  records(): readonly Uint8Array[] {
    return this.#disk.records();
  }

  #change(start: (durable: () => void) => void, done: () => void): void {
    const watcher = this.#watcher;
    const { cause } = watcher;
    const generation = this.#generation;
    if (cause.kind === 'message') cause.unsynced += 1;
    this.#unsynced += 1;
    let records = 0;
    start(() => {
      this.#unsynced -= 1;
      watcher.cause = { kind: 'disk' };
      watcher.durable(this.#mark(generation, records));
      if (cause.kind === 'message') {
        cause.unsynced -= 1;
        if (cause.unsynced === 0) watcher.stored(cause);
      }
      done();
    });
    records = this.#disk.records().length;
  }

  /** What was appended to a file that has been replaced since stands in the replacement, as far as it stands anywhere. */
  #mark(generation: number, records: number): DiskMark {
    const inode = statSync(this.#disk.path).ino;
    return { inode, records: generation === this.#generation ? records : this.#disk.records().length };
  }
}

/** Where superseded files of this disk are kept. */
export function keptFolder(path: string): string {
  return join(dirname(path), 'kept');
}

/** Gives the file a second name, under which it outlives its replacement. */
export function keep(path: string): void {
  try {
    linkSync(path, join(keptFolder(path), String(statSync(path).ino)));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
}
