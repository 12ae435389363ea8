/**
 * A file system that forgets: what a program wrote stands there for everybody who reads, but after a loss of power only what
 * was synced is certain, and of the rest any beginning may be there. The program can be stopped at any operation, and any
 * operation can fail. One folder is enough.
 */

import { basename } from 'node:path';
import type { FileSystem } from '../../src/live/index.ts';

interface Content {
  bytes: Buffer;
  /** All that may be on the platter: what was synced last, and everything since. */
  possible: Buffer[];
}

type Names = ReadonlyMap<string, Content>;

/** The program is dead: nothing that it still asks for happens. */
class Killed extends Error {}

export class VolatileFiles {
  #names: Names;
  #possibleNames: Names[];
  readonly #open = new Map<number, Content | 'folder'>();
  #nextDescriptor = 3;
  operations = 0;
  /** Asked before every operation that changes something or syncs; throws to make it fail. */
  before: (operation: string) => void = () => undefined;

  constructor(names: Names = new Map()) {
    this.#names = names;
    this.#possibleNames = [names];
  }

  /** The program ends before its n-th operation. */
  killAt(operation: number): void {
    this.before = () => {
      if (this.operations >= operation) throw new Killed();
    };
  }

  /** What the next program finds after this one was killed. */
  afterKill(): VolatileFiles {
    return this.#as(this.#names, (content) => content.bytes);
  }

  /** What the next program finds after the power was lost: `pick` takes one of so many possibilities. */
  afterPowerLoss(pick: (count: number) => number): VolatileFiles {
    const names = this.#possibleNames[pick(this.#possibleNames.length)]!;
    return this.#as(names, (content) => content.possible[pick(content.possible.length)]!);
  }

  list(): string[] {
    return [...this.#names.keys()].sort();
  }

  bytesOf(name: string): Buffer {
    return this.#names.get(name)!.bytes;
  }

  readonly system = {
    mkdirSync: () => undefined,
    existsSync: (path: string) => this.#names.has(basename(path)),
    readFileSync: (path: string) => this.bytesOf(basename(path)),
    openSync: (path: string, flags: string) => this.#openFile(path, flags),
    closeSync: (fd: number) => void this.#open.delete(fd),
    writeSync: (fd: number, bytes: Uint8Array, from: number) => this.#write(fd, bytes, from),
    ftruncateSync: (fd: number, length: number) => {
      this.#step('truncate');
      const content = this.#content(fd);
      this.#become(content, content.bytes.subarray(0, length));
    },
    renameSync: (from: string, to: string) => {
      this.#step('rename');
      const content = this.#names.get(basename(from))!;
      this.#rename((names) => names.set(basename(to), content).delete(basename(from)));
    },
    rmSync: (path: string) => {
      this.#step('remove');
      this.#rename((names) => names.delete(basename(path)));
    },
    fsyncSync: (fd: number) => {
      this.#step('sync');
      this.#synced(fd);
    },
    fdatasync: (fd: number, done: (error: Error | null) => void) => {
      try {
        this.#step('sync');
      } catch (error) {
        setImmediate(done, error as Error);
        return;
      }
      const { bytes } = this.#content(fd);
      setImmediate(() => {
        const content = this.#content(fd);
        content.possible = content.possible.slice(content.possible.lastIndexOf(bytes));
        done(null);
      });
    },
  } as unknown as FileSystem;

  #as(names: Names, bytesOf: (content: Content) => Buffer): VolatileFiles {
    return new VolatileFiles(
      new Map([...names].map(([name, content]) => [name, { bytes: bytesOf(content), possible: [bytesOf(content)] }])),
    );
  }

  #step(operation: string): void {
    this.operations += 1;
    this.before(operation);
  }

  #openFile(path: string, flags: string): number {
    this.#nextDescriptor += 1;
    const name = basename(path);
    if (flags === 'r') this.#open.set(this.#nextDescriptor, 'folder');
    else {
      if (flags === 'ax' && this.#names.has(name)) throw new Error(`EEXIST: ${path}`);
      if (!this.#names.has(name) || flags === 'w') {
        this.#step('create');
        const content = { bytes: Buffer.alloc(0), possible: [Buffer.alloc(0)] };
        this.#rename((names) => names.set(name, content));
      }
      this.#open.set(this.#nextDescriptor, this.#names.get(name)!);
    }
    return this.#nextDescriptor;
  }

  /** Takes no more than half at once, as a system may. */
  #write(fd: number, bytes: Uint8Array, from: number): number {
    this.#step('write');
    const content = this.#content(fd);
    const half = Math.ceil((bytes.length - from) / 2);
    this.#become(content, Buffer.concat([content.bytes, bytes.subarray(from, from + half)]));
    return half;
  }

  #become(content: Content, bytes: Buffer): void {
    content.bytes = bytes;
    content.possible.push(bytes);
  }

  #rename(change: (names: Map<string, Content>) => unknown): void {
    const names = new Map(this.#names);
    change(names);
    this.#names = names;
    this.#possibleNames.push(names);
  }

  #synced(fd: number): void {
    const open = this.#open.get(fd)!;
    if (open === 'folder') this.#possibleNames = [this.#names];
    else open.possible = [open.bytes];
  }

  #content(fd: number): Content {
    const content = this.#open.get(fd);
    if (content === undefined || content === 'folder') throw new Error(`EBADF: ${String(fd)}`);
    return content;
  }
}
