/** A store that outlives its process. */

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SyncedStore } from '../../src/langgraph/index.ts';

const place: [string[], string] = [['team'], 'plan'];
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lostwrites-synced-'));
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

async function withConflict(): Promise<SyncedStore> {
  const store = await SyncedStore.open({ folder });
  await store.put(...place, { state: 'draft', tags: ['a'] });
  const [ada, bob] = [store.as('ada'), store.as('bob')];
  await Promise.all([ada.get(...place), bob.get(...place)]);
  await Promise.all([
    ada.put(...place, { state: 'blocked', tags: ['a', 'b'] }),
    bob.put(...place, { state: 'done', tags: ['a', 'c'] }),
  ]);
  return store;
}

describe('a store in a folder', () => {
  it('has everything again when it is opened: values, dates, authors, conflicts and what is found', async () => {
    const store = await withConflict();
    const before = [await store.get(...place), store.escalations(), store.authors(...place)];
    await store.close();
    const reopened = await SyncedStore.open({ folder });
    expect([await reopened.get(...place), reopened.escalations(), reopened.authors(...place)]).toEqual(before);
    expect((await reopened.search(['team'], { filter: { state: 'done' } })).map(({ key }) => key)).toEqual(['plan']);
    expect(await reopened.listNamespaces()).toEqual([['team']]);
    await reopened.resolve(reopened.escalations()[0]!.id, { keep: 'ada' });
    await reopened.close();
    const third = await SyncedStore.open({ folder });
    expect((await third.get(...place))?.value).toEqual({ state: 'blocked', tags: ['a', 'b', 'c'] });
    expect(third.resolutions()).toMatchObject([{ discarded: [{ agent: 'bob', value: 'done' }] }]);
    await third.close();
  });

  it('belongs to one at a time', async () => {
    const store = await SyncedStore.open({ folder });
    await expect(SyncedStore.open({ folder })).rejects.toThrow(String(process.pid));
    await store.close();
    await (await SyncedStore.open({ folder })).close();
  });

  it('reads what is whole of a damaged file, and says where the rest was put', async () => {
    const store = await withConflict();
    await store.put(['other'], 'item', { kept: true });
    await store.close();
    const file = join(folder, 'store.log');
    const bytes = readFileSync(file);
    const at = bytes.indexOf('blocked');
    bytes[at] = 33;
    writeFileSync(file, bytes);
    const reopened = await SyncedStore.open({ folder });
    expect(reopened.damage).toMatchObject({ setAside: expect.stringContaining(folder) as string });
    expect((await reopened.get(['other'], 'item'))?.value).toEqual({ kept: true });
    await reopened.close();
  });
});
