/** Runs of the compiled program that are killed, and what becomes of them. */

import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { resultSchema } from '../../reports/index.ts';
import { ended, type Ended } from '../support/spawned.ts';
import { program } from '../support/program.ts';

const words = ['--strategy', './waits.js', '--workload', 'tally', '--faults', 'none', '--seeds', '160', '--quiet'];
let folder: string;

/** Like lww, but with WAIT set it stands still for ever after two whole batches of a shard. */
const waits = `
  import { lww } from '${new URL('../../dist/strategies/lww.js', import.meta.url).href}';
  let opened = 0;
  const stand = () => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
  export default {
    ...lww, name: 'waits', knobs: undefined, configure: undefined, canary: false,
    open: (host) => {
      opened += 1;
      if (process.env.WAIT && opened > 240) stand();
      return lww.open(host);
    },
  };`;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'lostwrites-resume-'));
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
  writeFileSync(join(folder, 'waits.js'), waits);
});

afterAll(() => {
  rmSync(folder, { recursive: true });
});

function start(typed: readonly string[], environment: NodeJS.ProcessEnv = {}): ChildProcess {
  return spawn(process.execPath, [program, ...typed], { cwd: folder, env: { ...process.env, ...environment } });
}

/** No file may grow beyond that, as if the disk were full. */
function startWithRoomFor(kilobytes: number, typed: readonly string[]): ChildProcess {
  const limit = `ulimit -f ${String(kilobytes)}; exec "$@"`;
  return spawn('bash', ['-c', limit, 'bash', process.execPath, program, ...typed], { cwd: folder });
}

/** Sends the signal when more is kept than before, and some trials are under way. */
async function stopped(typed: readonly string[], directory: string, signal: NodeJS.Signals): Promise<Ended> {
  const journal = join(folder, directory, 'journal.jsonl');
  const sizeOf = (): number => (existsSync(journal) ? statSync(journal).size : 0);
  const before = sizeOf();
  const child = start(typed, { WAIT: 'yes' });
  const end = ended(child);
  while (child.exitCode === null && sizeOf() <= before + 1) await pause(5);
  child.kill(signal);
  return end;
}

const bytes = (directory: string): readonly string[] =>
  ['run.json', 'trials.jsonl.gz', 'summary.json'].map((name) => readFileSync(join(folder, directory, name), 'hex'));
const keptIn = ({ err }: Ended): number => Number(/(\d+) trials are whole in/.exec(err)?.[1]);
const shard = (index: number): readonly string[] => [...words, '--shard', `${String(index)}/2`, '--workers', '1'];

async function wholeRun(): Promise<void> {
  const { code } = await ended(start([...words, '--out', 'whole', '--workers', '2']));
  expect(code).toBe(0);
}

async function killedShard(): Promise<void> {
  await stopped([...shard(1), '--out', 'shards/one'], 'shards/one', 'SIGKILL');
  expect(readdirSync(join(folder, 'shards/one')).sort()).toEqual(['journal.jsonl', 'run.json']);
  const resumed = await ended(start([...shard(1), '--resume', 'shards/one', '--json', 'one.json.gz']));
  expect(resumed.code).toBe(0);
  // A kill in the midst of writing a batch leaves part of it: whole lines count.
  expect(keptIn(resumed)).toBeGreaterThan(0);
  expect(resumed.out).toContain('SHARD 1 of 2: the tables show only its trials');
}

async function fullDiskAndInterruption(): Promise<void> {
  const kept = [...shard(2), '--out', 'shards/two'];
  const full = await ended(startWithRoomFor(32, kept));
  expect(full.code).toBe(3);
  expect(full.err).toMatch(
    /^error: shards\/two cannot be written any more: EFBIG.*; what is whole is kept: .* --resume shards\/two goes on\n$/,
  );
  expect(full.out).toMatch(/^PARTIAL: stopped after 0 of 80 trials/);
  const interrupted = await stopped([...kept, '--resume'], 'shards/two', 'SIGINT');
  expect(interrupted.code).toBe(3);
  expect(interrupted.err).toMatch(/trials are whole in shards\/two .*; torn or damaged lines that are left out: 1\n/);
  expect(interrupted.err).toContain('what is whole is kept in shards/two: the same command with --resume goes on\n');
  const resumed = await ended(start([...kept, '--resume']));
  expect(resumed.code).toBe(0);
  expect(keptIn(resumed)).toBeGreaterThan(keptIn(interrupted));
  expect(keptIn(resumed)).toBeLessThan(80);
}

describe('a run in shards that were killed, interrupted and out of room', () => {
  it('is, resumed and merged, the whole run to the byte', async () => {
    await Promise.all([wholeRun(), killedShard(), fullDiskAndInterruption()]);
    const merged = await ended(start(['merge', 'shards', '--json', 'all.json']));
    expect([merged.code, merged.err]).toEqual([0, '']);
    expect(bytes('shards')).toEqual(bytes('whole'));
    const { trials } = resultSchema.parse(JSON.parse(readFileSync(join(folder, 'all.json'), 'utf8')));
    const rows = gunzipSync(readFileSync(join(folder, 'whole/trials.jsonl.gz')))
      .toString()
      .trimEnd()
      .split('\n');
    expect(rows.map((row) => JSON.parse(row) as unknown)).toEqual(trials);
  }, 120_000);
});
