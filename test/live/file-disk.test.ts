import fc from 'fast-check';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FileDisk } from '../../src/live/index.ts';
import { VolatileFiles } from '../support/volatile-files.ts';

const bytes = (text: string): Uint8Array => Buffer.from(text);
const texts = (disk: FileDisk): string[] => disk.records().map((record) => Buffer.from(record).toString());
const appended = (disk: FileDisk, text: string): Promise<void> =>
  new Promise((resolve) => {
    disk.append(bytes(text), resolve);
  });
const replaced = (disk: FileDisk, records: readonly string[]): Promise<void> =>
  new Promise((resolve) => {
    disk.replace(records.map(bytes), resolve);
  });

describe('a disk in a file', () => {
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'lostwrites-disk-'));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  it('has what was appended and replaced when it is opened again', async () => {
    const disk = new FileDisk(folder, 'a1');
    await Promise.all(['one', '', 'three'].map((text) => appended(disk, text)));
    const all = [replaced(disk, ['new', 'newer']), appended(disk, 'newest')];
    expect(texts(disk)).toEqual(['new', 'newer', 'newest']);
    await Promise.all(all);
    await disk.close();
    const again = new FileDisk(folder, 'a1');
    expect([texts(again), again.damage, again.tornBytes]).toEqual([['new', 'newer', 'newest'], null, 0]);
    await again.close();
  });

  it('stands in its folder, whatever it is called', async () => {
    const disk = new FileDisk(folder, '../an/agent', { fsync: false });
    await disk.close();
    expect(readdirSync(folder)).toEqual(['..%2Fan%2Fagent.log']);
  });

  it('has every record in the file before it is done, for a process that is killed', () => {
    const disk = new FileDisk(folder, 'a1', { fsync: false });
    disk.append(bytes('not done'), () => undefined);
    expect(texts(new FileDisk(folder, 'a1'))).toEqual(['not done']);
  });

  it('cuts a record that was torn off, at every byte', async () => {
    const disk = new FileDisk(folder, 'a1', { fsync: false });
    await appended(disk, 'whole');
    const { length } = readFileSync(disk.path);
    await appended(disk, 'torn');
    await disk.close();
    const all = readFileSync(disk.path);
    for (let end = length; end < all.length; end += 1) {
      writeFileSync(disk.path, all.subarray(0, end));
      const again = new FileDisk(folder, 'a1', { fsync: false });
      expect([texts(again), again.tornBytes, again.damage]).toEqual([['whole'], end - length, null]);
      await appended(again, 'next');
      await again.close();
      expect(texts(new FileDisk(folder, 'a1'))).toEqual(['whole', 'next']);
    }
  });

  it('reads what is whole around any flipped byte, sets the rest aside and says so', async () => {
    const written = ['first', '', 'last'];
    const disk = new FileDisk(folder, 'a1', { fsync: false });
    await Promise.all(written.map((text) => appended(disk, text)));
    await disk.close();
    const all = readFileSync(disk.path);
    const ends = written.map((_, index) =>
      written.slice(0, index + 1).reduce((sum, text) => sum + 16 + text.length, 0),
    );
    for (let position = 0; position < all.length; position += 1) {
      const flipped = Buffer.from(all);
      flipped[position]! ^= 0x10;
      writeFileSync(disk.path, flipped);
      const hit = ends.findIndex((end) => position < end);
      const again = new FileDisk(folder, 'a1', { fsync: false });
      expect(texts(again)).toEqual(written.filter((_, index) => index !== hit));
      expect(again.damage?.bytes).toBe(16 + written[hit]!.length);
      expect(readFileSync(again.damage!.setAside)).toEqual(flipped.subarray(ends[hit - 1] ?? 0, ends[hit]));
      await appended(again, 'next');
      await again.close();
      const healed = new FileDisk(folder, 'a1', { fsync: false });
      expect([texts(healed).length, healed.damage]).toEqual([written.length, null]);
      await healed.close();
    }
  });
});

describe('a log with damage of any kind', () => {
  const cut = fc.record({ at: fc.nat(400), removed: fc.nat(60), inserted: fc.uint8Array({ maxLength: 40 }) });

  it('gives back records that were appended, in their order, and accounts for every other byte', () => {
    fc.assert(
      fc.property(
        fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 12 }),
        fc.array(cut, { maxLength: 3 }),
        (payloads, cuts) => {
          const files = new VolatileFiles();
          const disk = new FileDisk('', 'a1', { files: files.system });
          for (const payload of payloads) disk.append(payload, () => undefined);
          let log = files.bytesOf('a1.log');
          for (const { at, removed, inserted } of cuts) {
            log = Buffer.concat([log.subarray(0, at), inserted, log.subarray(at + removed)]);
          }
          const found = new VolatileFiles(new Map([['a1.log', { bytes: log, possible: [log] }]]));
          const again = new FileDisk('', 'a1', { files: found.system });
          const read = again.records().map((record) => Buffer.from(record).toString('hex'));
          let place = 0;
          for (const payload of payloads) if (Buffer.from(payload).toString('hex') === read[place]) place += 1;
          expect(place).toBe(read.length);
          const readBytes = again.records().reduce((sum, record) => sum + 16 + record.length, 0);
          expect(readBytes + (again.damage?.bytes ?? 0) + again.tornBytes).toBe(log.length);
        },
      ),
    );
  });
});

describe('a process that ends at any operation of its disk', () => {
  const change = fc.oneof(
    { weight: 4, arbitrary: fc.constant('append' as const) },
    { weight: 1, arbitrary: fc.constant('replace' as const) },
    { weight: 2, arbitrary: fc.constant('wait' as const) },
  );

  /** Makes changes until the process dies, and says what the disk held after each, and after which the last `done` came. */
  async function live(disk: FileDisk, changes: readonly ('append' | 'replace' | 'wait')[]) {
    const held = [texts(disk)];
    let done = 0;
    let lastReplace = 0;
    for (const [index, kind] of changes.entries()) {
      if (disk.failure !== null) break;
      const now = held.length;
      const note = (): void => void (done = Math.max(done, now));
      if (kind === 'wait') {
        await setImmediate();
        continue;
      }
      if (kind === 'append') disk.append(bytes(`record ${String(index)}`), note);
      else {
        disk.replace([bytes(`snapshot ${String(index)}`)], note);
        lastReplace = now;
      }
      held.push(texts(disk));
    }
    return { held, done, lastReplace };
  }

  const story = fc.record({
    changes: fc.array(change, { maxLength: 14 }),
    past: fc.constantFrom('new' as const, 'whole' as const, 'damaged' as const),
    killedAt: fc.integer({ min: 1, max: 60 }),
    picks: fc.infiniteStream(fc.nat()),
  });

  const kept = { new: [], whole: ['kept', 'hit', 'kept too'], damaged: ['kept', 'kept too'] };

  /** Opening a disk whose file was damaged is a story of its own. */
  async function filesWith(past: keyof typeof kept): Promise<VolatileFiles> {
    const files = new VolatileFiles();
    if (past === 'new') return files;
    const disk = new FileDisk('', 'a1', { files: files.system });
    await Promise.all(kept.whole.map((text) => appended(disk, text)));
    await disk.close();
    if (past === 'damaged') files.bytesOf('a1.log')[30]! ^= 1;
    return files.afterKill();
  }

  it.each(['kill', 'power'] as const)('loses nothing that was done (%s)', async (end) => {
    await fc.assert(
      fc.asyncProperty(story, async ({ changes, past, killedAt, picks }) => {
        const files = await filesWith(past);
        const damagedBytes = past === 'damaged' ? Buffer.from(files.bytesOf('a1.log').subarray(20, 39)) : null;
        files.killAt(killedAt);
        let lived = { held: [[...kept[past]]], done: 0, lastReplace: 0 };
        try {
          lived = await live(new FileDisk('', 'a1', { files: files.system }), changes);
        } catch {
          // It died while it was opened.
        }
        files.killAt(0);
        const found = end === 'kill' ? files.afterKill() : files.afterPowerLoss((count) => picks.next().value % count);
        const again = new FileDisk('', 'a1', { files: found.system });
        const { held, done, lastReplace } = lived;
        const isKilledWithoutReplace = end === 'kill' && lastReplace <= done;
        // Killed in the middle of the last append, that one may be torn.
        const possible = held.slice(isKilledWithoutReplace ? Math.max(done, held.length - 2) : done);
        expect(possible.map((records) => records.join())).toContain(texts(again).join());
        const setAside = found.list().filter((name) => name.includes('damaged'));
        expect(setAside.map((name) => found.bytesOf(name))).toEqual(damagedBytes === null ? [] : [damagedBytes]);
      }),
      { numRuns: 150 },
    );
  });
});

describe('a disk that breaks', () => {
  it.each(['write', 'sync', 'rename', 'create'])(
    'acknowledges nothing more when a %s fails, and says so once',
    async (broken) => {
      const files = new VolatileFiles();
      const failures: Error[] = [];
      const disk = new FileDisk('', 'a1', { files: files.system, failed: (error) => failures.push(error) });
      await appended(disk, 'safe');
      files.before = (operation) => {
        if (operation === broken) throw new Error('ENOSPC: no space left on device');
      };
      let done = 0;
      disk.append(bytes('one'), () => (done += 1));
      await setImmediate();
      await setImmediate();
      const doneBefore = done;
      disk.replace([bytes('two')], () => (done += 1));
      disk.append(bytes('three'), () => (done += 1));
      await disk.close();
      expect(done).toBe(doneBefore);
      expect(doneBefore).toBe(broken === 'write' || broken === 'sync' ? 0 : 1);
      expect(failures.map(({ message }) => message)).toEqual([
        'the disk a1.log is broken: ENOSPC: no space left on device',
      ]);
      const again = new FileDisk('', 'a1', { files: files.afterKill().system });
      expect(texts(again)[0]).toBe('safe');
    },
  );

  it('takes nothing after it was closed', async () => {
    const disk = new FileDisk('', 'a1', { files: new VolatileFiles().system });
    await disk.close();
    expect(() => {
      disk.append(bytes('late'), () => undefined);
    }).toThrow('a1.log is closed');
  });
});

describe('syncing', () => {
  it('shares one sync among appends that come in one go, and among all that come during another sync', async () => {
    const files = new VolatileFiles();
    const disk = new FileDisk('', 'a1', { files: files.system });
    let syncs = 0;
    files.before = (operation) => void (syncs += operation === 'sync' ? 1 : 0);
    const go = (): Promise<void>[] => Array.from({ length: 50 }, (_, index) => appended(disk, String(index)));
    await Promise.all(go());
    expect(syncs).toBe(1);
    const early = go();
    await Promise.resolve();
    expect(syncs).toBe(2);
    await Promise.all([...early, ...go(), ...go()]);
    expect(syncs).toBe(3);
  });

  it('calls `done` in the order of the changes', async () => {
    const disk = new FileDisk('', 'a1', { files: new VolatileFiles().system });
    const order: number[] = [];
    const all = Array.from({ length: 30 }, async (_, index) => {
      if (index % 7 === 3) await replaced(disk, ['snapshot']);
      else await appended(disk, String(index));
      order.push(index);
    });
    await Promise.all(all);
    expect(order).toEqual([...order].sort((one, other) => one - other));
  });
});
