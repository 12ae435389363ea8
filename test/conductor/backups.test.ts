import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { Backups } from '../../src/conductor/backups.ts';
import type { DiskMark } from '../../src/conductor/messages.ts';
import { WatchedDisk, type DiskWatcher } from '../../src/conductor/watched-disk.ts';
import { FileDisk } from '../../src/live/index.ts';

const folders: string[] = [];

afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'backups-'));
  folders.push(folder);
  return folder;
}

function watcher(backups: Backups): DiskWatcher {
  return { cause: { kind: 'boot' }, durable: (mark: DiskMark) => backups.changed(mark), stored: () => undefined };
}

function contentOf(folder: string): readonly string[] {
  return new FileDisk(folder, 'a1', { fsync: false }).records().map((record) => Buffer.from(record).toString());
}

/** Changes a disk one after another, and says what it held after each of them. */
async function changed(folder: string, backups: Backups, made: readonly Change[]): Promise<(readonly string[])[]> {
  const file = new FileDisk(folder, 'a1', { fsync: false });
  const disk = new WatchedDisk(file, watcher(backups));
  const held: (readonly string[])[] = [[]];
  for (const change of made) {
    await new Promise<void>((resolve) => {
      if (typeof change === 'string') disk.append(Buffer.from(change), resolve);
      else
        disk.replace(
          change.map((record) => Buffer.from(record)),
          resolve,
        );
    });
    held.push(disk.records().map((record) => Buffer.from(record).toString()));
  }
  await file.close();
  return held;
}

type Change = readonly string[] | string;
const changes = (maxLength: number): fc.Arbitrary<Change[]> =>
  fc.array(fc.oneof(fc.string(), fc.array(fc.string(), { maxLength: 3 })), { maxLength });

describe('backups of a disk', () => {
  it('put back exactly what was durable at any version, also after a rollback', async () => {
    const property = fc.asyncProperty(changes(8), changes(4), fc.nat(), fc.nat(), async (first, second, one, other) => {
      const folder = newFolder();
      const backups = new Backups(join(folder, 'a1.log'));
      const held = await changed(folder, backups, first);
      const target = one % held.length;
      backups.rollBack(target);
      expect(contentOf(folder)).toEqual(held[target]);

      const since = await changed(folder, backups, second);
      const all = [...held.slice(0, target + 1), ...since.slice(1)];
      expect(backups.version).toBe(all.length - 1);
      const again = other % all.length;
      backups.rollBack(again);
      expect(backups.version).toBe(again);
      expect(contentOf(folder)).toEqual(all[again]);
    });
    await fc.assert(property, { numRuns: 60 });
  });

  it('count what a killed process had written and not heard of', async () => {
    const folder = newFolder();
    const backups = new Backups(join(folder, 'a1.log'));
    await changed(folder, backups, ['heard of']);
    const disk = new FileDisk(folder, 'a1', { fsync: false });
    disk.append(Buffer.from('written'), () => undefined);
    backups.ended();
    expect(backups.version).toBe(2);
    expect(backups.rollBack(1)).toBe(1);
    expect(contentOf(folder)).toEqual(['heard of']);
    await disk.close();
  });
});
