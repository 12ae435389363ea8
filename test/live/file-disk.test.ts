import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FileDisk } from '../../src/live/index.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lostwrites-disk-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

const bytes = (text: string): Uint8Array => Buffer.from(text);
const texts = (disk: FileDisk): string[] => disk.records().map((record) => Buffer.from(record).toString());
const appended = (disk: FileDisk, text: string): Promise<void> =>
  new Promise((resolve) => {
    disk.append(bytes(text), resolve);
  });

describe('a disk in a file', () => {
  it('has what was appended when it is opened again', async () => {
    const disk = new FileDisk(folder, 'a1');
    await Promise.all(['one', '', 'three'].map((text) => appended(disk, text)));
    await disk.close();
    expect(texts(new FileDisk(folder, 'a1'))).toEqual(['one', '', 'three']);
  });

  it('has replaced everything at once', async () => {
    const disk = new FileDisk(folder, 'a1');
    void appended(disk, 'old');
    const replaced = new Promise<void>((resolve) => {
      disk.replace([bytes('new')], resolve);
    });
    await appended(disk, 'newer');
    await replaced;
    await disk.close();
    expect(texts(new FileDisk(folder, 'a1'))).toEqual(['new', 'newer']);
  });

  it('cuts a record that was torn off at any byte', async () => {
    const disk = new FileDisk(folder, 'a1');
    await appended(disk, 'whole');
    const { length } = readFileSync(disk.path);
    await appended(disk, 'torn');
    await disk.close();
    const all = readFileSync(disk.path);
    for (let end = length; end < all.length; end += 1) {
      writeFileSync(disk.path, all.subarray(0, end));
      const again = new FileDisk(folder, 'a1', { fsync: false });
      expect([texts(again), again.tornBytes, again.damage]).toEqual([['whole'], end - length, null]);
      await again.close();
      expect(readFileSync(disk.path)).toEqual(all.subarray(0, length));
    }
  });
});
