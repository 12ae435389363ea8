/** A machine's stable storage: a durable part, an unsynced tail, and the backups from which it can be restored. */

import type { Micros, RandomStream } from '../contract/index.ts';
import type { EventLoop } from './event-loop.ts';

type Change =
  | { readonly kind: 'append'; readonly record: Uint8Array }
  | { readonly kind: 'replace'; readonly records: readonly Uint8Array[] };

/** A durable state of the disk. Appends share the array of records, so that a version costs two words. */
interface Version {
  readonly records: Uint8Array[];
  readonly length: number;
}

export class SimulatedDisk {
  readonly #loop: EventLoop;
  readonly #random: RandomStream;
  readonly #syncMicros: Micros;
  #visible: Uint8Array[] = [];
  #durable: Uint8Array[] = [];
  #unsynced: Change[] = [];
  #syncedUntil = 0;
  #life = 0;
  #versions: Version[] = [{ records: this.#durable, length: 0 }];

  constructor(loop: EventLoop, random: RandomStream, syncMicros: Micros) {
    this.#loop = loop;
    this.#random = random;
    this.#syncMicros = syncMicros;
  }

  get records(): readonly Uint8Array[] {
    return this.#visible;
  }

  /** Number of durable changes so far; a rollback makes it fall. */
  get version(): number {
    return this.#versions.length - 1;
  }

  append(record: Uint8Array, durable: () => void): void {
    this.#visible.push(record);
    this.#sync({ kind: 'append', record }, durable);
  }

  replace(records: readonly Uint8Array[], durable: () => void): void {
    this.#visible = records.slice();
    this.#sync({ kind: 'replace', records: records.slice() }, durable);
  }

  /** The unsynced tail is lost, but for a part of it that may have reached the platter before the machine stopped. */
  crash(): void {
    const kept =
      this.#unsynced.length > 0 && this.#random.chance(0.5) ? this.#random.below(this.#unsynced.length + 1) : 0;
    for (const change of this.#unsynced.slice(0, kept)) this.#makeDurable(change);
    this.#forgetTail();
  }

  /** Goes back to an earlier version. Returns the number of records that this took away. */
  rollBack(version: number): number {
    const target = this.#versions[version];
    if (target === undefined) throw new Error(`the disk has no version ${String(version)}`);
    const before = this.#durable.length;
    this.#durable = target.records.slice(0, target.length);
    this.#versions = this.#versions.slice(0, version);
    this.#versions.push({ records: this.#durable, length: this.#durable.length });
    this.#forgetTail();
    return Math.max(0, before - this.#durable.length);
  }

  #sync(change: Change, durable: () => void): void {
    this.#unsynced.push(change);
    const life = this.#life;
    const due = Math.max(this.#syncedUntil, this.#loop.now + this.#syncMicros);
    this.#syncedUntil = due;
    this.#loop.schedule((due - this.#loop.now) as Micros, () => {
      if (life !== this.#life) return;
      this.#unsynced.shift();
      this.#makeDurable(change);
      durable();
    });
  }

  #makeDurable(change: Change): void {
    switch (change.kind) {
      case 'append':
        this.#durable.push(change.record);
        break;
      case 'replace':
        this.#durable = change.records.slice();
        break;
    }
    this.#versions.push({ records: this.#durable, length: this.#durable.length });
  }

  #forgetTail(): void {
    this.#life += 1;
    this.#unsynced = [];
    this.#visible = this.#durable.slice();
    this.#syncedUntil = this.#loop.now;
  }
}
