/** The durable versions of a replica's disk, and putting an older one back while nobody has it open. */

import { existsSync, mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { encodeRecord, readLog } from '../live/record-log.ts';
import type { DiskMark } from './messages.ts';
import { keep, keptFolder } from './watched-disk.ts';

export class Backups {
  readonly #path: string;
  #versions: DiskMark[] = [{ inode: 0, records: 0 }];

  constructor(path: string) {
    this.#path = path;
  }

  /** Number of durable changes so far; a rollback makes it fall. */
  get version(): number {
    return this.#versions.length - 1;
  }

  changed(mark: DiskMark): void {
    this.#versions.push(mark);
  }

  /** The process has ended: what it had written and never heard of is in the file as well. */
  ended(): void {
    if (!existsSync(this.#path)) return;
    const inode = statSync(this.#path).ino;
    const records = readLog(readFileSync(this.#path)).records.length;
    const last = this.#versions.at(-1);
    if (records > 0 && (last?.inode !== inode || last.records !== records)) this.#versions.push({ inode, records });
  }

  /** Goes back to an earlier version. Returns the number of records that this took away. */
  rollBack(version: number): number {
    const target = this.#versions[version];
    if (target === undefined) throw new Error(`the disk has no version ${String(version)}`);
    const before = this.#versions.at(-1)?.records ?? 0;
    mkdirSync(keptFolder(this.#path), { recursive: true });
    if (existsSync(this.#path)) keep(this.#path);
    const restored = `${this.#path}.restored`;
    writeFileSync(restored, this.#contentOf(target));
    renameSync(restored, this.#path);
    this.#versions = this.#versions.slice(0, version);
    this.#versions.push({ inode: statSync(this.#path).ino, records: target.records });
    return Math.max(0, before - target.records);
  }

  /** Files only grow until they are replaced: a version is the beginning of one. */
  #contentOf({ inode, records }: DiskMark): Uint8Array {
    if (records === 0) return new Uint8Array();
    const file = readFileSync(join(keptFolder(this.#path), String(inode)));
    const kept = readLog(file).records.slice(0, records);
    if (kept.length < records) throw new Error(`${this.#path}: a backup has lost records`);
    return file.subarray(
      0,
      kept.reduce((length, record, place) => length + encodeRecord(place, record).length, 0),
    );
  }
}
