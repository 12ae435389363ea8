import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { FolderInUseError, lockFolder } from '../../src/live/index.ts';

const built = new URL('../../dist/src/live/index.js', import.meta.url).href;

let folder = '';
const children: ChildProcess[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lostwrites-lock-'));
});
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  rmSync(folder, { recursive: true });
});

/** A process that tries to take the folder, says what came of it, and then does nothing. */
function taker(): { child: ChildProcess; said: Promise<string> } {
  const program = `
    import { lockFolder } from ${JSON.stringify(built)};
    lockFolder(process.argv[1]).then(() => console.log('held'), (error) => console.log(error.message));
    setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', program, folder], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  children.push(child);
  return { child, said: once(child.stdout, 'data').then(([data]) => String(data).trim()) };
}

async function kill(child: ChildProcess): Promise<void> {
  child.kill('SIGKILL');
  await once(child, 'exit');
}

const refusal = (pid: number | undefined): string =>
  `the folder ${folder} is in use by process ${String(pid)}: only one at a time may open it`;

it('belongs to one at a time, also within one process', async () => {
  const lock = await lockFolder(folder);
  await expect(lockFolder(folder)).rejects.toThrow(FolderInUseError);
  await expect(lockFolder(folder)).rejects.toThrow(`process ${String(process.pid)}, which is this one`);
  await lock.release();
  const next = await lockFolder(folder);
  await next.release();
  expect(readdirSync(join(folder, '.lock'))).toEqual([]);
});

it('is refused to a second process, as long as the first one lives', async () => {
  const holder = taker();
  expect(await holder.said).toBe('held');
  await expect(lockFolder(folder)).rejects.toThrow(refusal(holder.child.pid));
  // One that does nothing at all lives too.
  holder.child.kill('SIGSTOP');
  await expect(lockFolder(folder)).rejects.toThrow(refusal(holder.child.pid));
  await kill(holder.child);
  const lock = await lockFolder(folder);
  await lock.release();
});

it('goes to exactly one of the processes that come at once when its holder was killed', async () => {
  const holder = taker();
  await holder.said;
  await kill(holder.child);
  const takers = [taker(), taker(), taker()];
  const answers = await Promise.all(takers.map(({ said }) => said));
  expect(answers.filter((answer) => answer === 'held')).toHaveLength(1);
  const winner = takers[answers.indexOf('held')]!.child.pid;
  await expect(lockFolder(folder)).rejects.toThrow(refusal(winner));
});

it('goes to exactly one of those that come shortly after one another, while dead claims are looked at', async () => {
  mkdirSync(join(folder, '.lock'));
  for (let round = 0; round < 8; round += 1) {
    // A file that nobody listens at refuses connections, as a dead socket does.
    for (const key of ['0', '8', 'f']) writeFileSync(join(folder, '.lock', `claim-${key.repeat(16)}-1`), '');
    const takers = Array.from({ length: 8 }, async (_, index) => {
      for (let turn = 0; turn < index; turn += 1) await setImmediate();
      return lockFolder(folder);
    });
    const outcomes = await Promise.allSettled(takers);
    const won = outcomes.filter((outcome) => outcome.status === 'fulfilled');
    expect(won).toHaveLength(1);
    await won[0]!.value.release();
    expect(readdirSync(join(folder, '.lock'))).toEqual([]);
  }
});

it('works in a folder whose path is too long for a socket', async () => {
  const deep = join(folder, 'a-folder-with-a-name-of-some-length', 'x'.repeat(120));
  mkdirSync(deep, { recursive: true });
  const lock = await lockFolder(deep);
  await expect(lockFolder(deep)).rejects.toThrow(FolderInUseError);
  await lock.release();
});

it('says what is wrong where there can be no folder', async () => {
  writeFileSync(join(folder, 'file'), '');
  await expect(lockFolder(join(folder, 'file'))).rejects.toThrow(/ENOTDIR.*file/);
});
