import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, describe, expect, it } from 'vitest';
import { FolderInUseError, openSharedState, type StoreEscalation } from '../../src/shared-state/index.ts';
import { authorityHandoff } from '../../strategies/authority-handoff.ts';
import { mtpo } from '../../strategies/mtpo.ts';
import { serial } from '../../strategies/serial.ts';

const folders: string[] = [];

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'shared-state-'));
  folders.push(folder);
  return folder;
}

afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

describe('shared state', () => {
  it('merges what agents put who have read the same, and tells of what does not merge', async () => {
    const raised: StoreEscalation[] = [];
    const state = await openSharedState({ schema: { hits: 'counter' }, onEscalation: (found) => raised.push(found) });
    const [alice, bob] = [state.as('alice'), state.as('bob')];
    await alice.put('plan', { status: 'new', tags: ['a'], hits: 1 });
    const plan = bob.get('plan');
    await alice.put('plan', { status: 'draft', tags: ['a', 'b'], hits: 2 });
    const outcome = await bob.put('plan', { ...plan, status: 'done', tags: ['a', 'c'], hits: 4 });
    expect(state.as('carol').get('plan')).toEqual({ status: 'done', tags: ['a', 'b', 'c'], hits: 5 });
    expect(raised).toMatchObject([
      { key: 'plan', path: ['status'], contenders: [{ agent: 'alice' }, { agent: 'bob' }] },
    ]);
    expect(outcome).toEqual({ kind: 'stored', escalations: [raised[0]?.id] });
    await state.resolve(raised[0]?.id ?? '', { keep: 0 });
    expect(state.as('carol').get('plan')).toMatchObject({ status: 'draft' });
    expect(state.escalations()).toEqual([]);
    expect(state.resolutions()).toMatchObject([{ by: 'person', discarded: [{ agent: 'bob', value: 'done' }] }]);
    await state.close();
  });

  it('hands out copies', async () => {
    const state = await openSharedState();
    const value = { list: [1] };
    await state.as('alice').put('plan', value);
    value.list.push(2);
    const held = state.as('alice').get('plan');
    (held?.['list'] as number[]).push(3);
    expect(state.as('bob').get('plan')).toEqual({ list: [1] });
    await state.close();
  });

  it('tells watchers what others have changed', async () => {
    const state = await openSharedState();
    const heard: unknown[] = [];
    const stop = state.as('bob').watch('plan', (value, by) => heard.push([value, by]));
    await state.as('alice').put('plan', { x: 1 });
    await state.as('bob').put('other', { x: 2 });
    await state.as('bob').put('plan', { x: 1, y: 2 });
    state.as('alice').get('plan');
    await state.as('alice').delete('plan');
    stop();
    await state.as('carol').put('plan', { x: 3 });
    expect(heard).toEqual([
      [{ x: 1 }, 'alice'],
      [null, 'alice'],
    ]);
    await state.close();
  });

  it('says what is wrong with a value, and takes nothing in', async () => {
    const state = await openSharedState();
    const alice = state.as('alice');
    await expect(alice.put('plan', { at: new Date() as never })).rejects.toThrow(
      /"plan".*\.at is an instance of a class/,
    );
    await expect(alice.put('plan', [] as never)).rejects.toThrow(/is a list: expected an object/);
    await expect(alice.put('plan', { n: NaN })).rejects.toThrow(/\.n is NaN: expected JSON/);
    const circle: Record<string, unknown> = {};
    circle['self'] = circle;
    await expect(alice.put('plan', circle as never)).rejects.toThrow(/part of itself/);
    expect(await state.resolve('conflict-9', { keep: 0 })).toMatchObject({
      kind: 'refused',
      cause: 'unknown-escalation',
    });
    expect(state.keys()).toEqual([]);
    await state.close();
    await expect(alice.put('plan', {})).rejects.toThrow(/closed/);
  });

  it('refuses strategies that one process can not run, and passes on what a strategy refuses', async () => {
    await expect(openSharedState({ strategy: authorityHandoff })).rejects.toThrow(/a replica for each agent/);
    await expect(openSharedState({ strategy: mtpo })).rejects.toThrow(/agents that answer its notices/);
    const state = await openSharedState({ strategy: serial });
    await state.as('alice').put('plan', { s: 1 });
    expect(await state.as('bob').put('plan', { s: 2 })).toMatchObject({ kind: 'refused', cause: 'unread-overwrite' });
    expect(state.as('bob').get('plan')).toEqual({ s: 1 });
    expect(await state.as('bob').put('plan', { s: 2 })).toMatchObject({ kind: 'stored' });
    await state.close();
  });
});

describe('shared state in a folder', () => {
  it('is there again with its conflicts, and remembers what its agents have put', async () => {
    const folder = newFolder();
    const first = await openSharedState({ folder });
    await first.as('alice').put('plan', { s: 1, own: true });
    await first.as('bob').put('plan', { s: 2 });
    await first.as('alice').put('mine', { a: 1, b: 2 });
    const open = first.escalations();
    await first.close();
    const again = await openSharedState({ folder });
    expect(again.escalations()).toEqual(open);
    expect(again.keys()).toEqual(['plan', 'mine']);
    await again.as('alice').put('mine', { a: 3 });
    expect(again.as('bob').get('mine')).toEqual({ a: 3 });
    await again.close();
  });

  it('belongs to one at a time', async () => {
    const folder = newFolder();
    const first = await openSharedState({ folder });
    await expect(openSharedState({ folder })).rejects.toThrow(FolderInUseError);
    await first.close();
    await (await openSharedState({ folder })).close();
  });

  it('reads what is whole in a damaged file, and reports what it has set aside', async () => {
    const folder = newFolder();
    const first = await openSharedState({ folder });
    for (let number = 0; number < 20; number += 1) await first.as('alice').put(`key-${number}`, { number });
    await first.close();
    const file = join(folder, 'store.log');
    const bytes = readFileSync(file);
    const place = bytes.indexOf('"key-9') + 3;
    bytes.writeUInt8(bytes.readUInt8(place) ^ 1, place);
    writeFileSync(file, bytes);
    const again = await openSharedState({ folder });
    expect(again.damage?.bytes).toBeGreaterThan(0);
    expect(again.keys()).toHaveLength(19);
    expect(again.keys()).not.toContain('key-9');
    await again.close();
  });

  it('has after SIGKILL whatever was acknowledged', async () => {
    const folder = newFolder();
    const child = spawn(process.execPath, ['--input-type=module', '-e', program(folder)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const acknowledged: number[] = [];
    for await (const line of createInterface({ input: child.stdout })) {
      acknowledged.push(Number(line));
      if (acknowledged.length === 30) child.kill('SIGKILL');
    }
    const state = await openSharedState({ folder });
    const tags = state.as('reader').get('plan')?.['tags'] as readonly number[];
    expect(acknowledged.length).toBeGreaterThanOrEqual(30);
    expect(acknowledged.filter((number) => !tags.includes(number))).toEqual([]);
    await state.close();
  });
});

/** Three agents put as fast as they can, and print what was acknowledged. */
function program(folder: string): string {
  const entry = resolve('dist/src/shared-state/index.js');
  return `
    import { openSharedState } from ${JSON.stringify(entry)};
    const state = await openSharedState({ folder: ${JSON.stringify(folder)} });
    let next = 0;
    async function work(agent) {
      for (;;) {
        const number = next++;
        const { tags = [] } = agent.get('plan') ?? {};
        await agent.put('plan', { tags: [...tags, number] });
        process.stdout.write(number + '\\n');
      }
    }
    await Promise.all(['a', 'b', 'c'].map((name) => work(state.as(name))));
  `;
}
