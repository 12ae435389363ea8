/** The compiled program with real processes. Whatever it leaves behind would lie in the folder for temporary files. */

import { spawn, type ChildProcess } from 'node:child_process';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { z } from 'zod';
import { liveSchema } from '../../reports/index.ts';
import { ended, type Ended } from '../support/spawned.ts';
import { program } from '../support/program.ts';

const packages = fileURLToPath(new URL('../../node_modules', import.meta.url));
const mutants = fileURLToPath(new URL('../mutants/live-mutants.ts', import.meta.url));
let folder: string;

beforeAll(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'lw-')));
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
  symlinkSync(packages, join(folder, 'node_modules'));
});

afterAll(() => {
  rmSync(folder, { recursive: true });
});

interface LiveEnded extends Ended {
  /** Where it had to put what is temporary. */
  readonly temporary: string;
}

let runs = 0;

/** `stop`: called as soon as replicas are there. */
async function bench(words: readonly string[], stop?: (child: ChildProcess) => void): Promise<LiveEnded> {
  runs += 1;
  const temporary = join(folder, String(runs));
  mkdirSync(temporary);
  const child = spawn(process.execPath, [program, 'live', ...words], {
    cwd: folder,
    env: { ...process.env, CI: 'true', FORCE_COLOR: '0', TMPDIR: temporary },
  });
  const end = ended(child);
  if (stop !== undefined) void untilReplicasOf(temporary).then(() => stop(child));
  return { ...(await end), temporary };
}

/** A trial has two at least; the time-out of the test is the bound. */
async function untilReplicasOf(temporary: string): Promise<void> {
  while (replicasOf(temporary).length < 2) await pause(20);
}

/** Resolves when no file and no process is left; the time-out of the test is its bound. */
async function untilNothingIsLeft({ temporary }: LiveEnded): Promise<void> {
  while (readdirSync(temporary).length > 0 || replicasOf(temporary).length > 0) await pause(20);
}

/** Processes of replicas that were started with this folder for temporary files. */
function replicasOf(temporary: string): readonly string[] {
  return readdirSync('/proc').filter((pid) => {
    if (!/^\d+$/.test(pid)) return false;
    try {
      const isReplica = readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('/program/replica.js');
      return isReplica && readFileSync(`/proc/${pid}/environ`, 'utf8').includes(`TMPDIR=${temporary}\0`);
    } catch {
      return false;
    }
  });
}

const result = (name: string): z.infer<typeof liveSchema> =>
  liveSchema.parse(JSON.parse(readFileSync(join(folder, name), 'utf8')));

async function compileMutant(exported: string): Promise<void> {
  const contents = `export { ${exported} as default } from ${JSON.stringify(mutants)};`;
  await build({
    stdin: { contents, resolveDir: folder },
    bundle: true,
    packages: 'external',
    platform: 'node',
    format: 'esm',
    outfile: join(folder, `${exported}.js`),
    logLevel: 'error',
  });
}

/** Few processes, where it doesn't matter how many there are. */
const pair = ['--agents', '2'];
const fast = ['--time-scale', '400', '--seeds', '1'];

/** Real processes on a machine that may have other work to do. */
const timeout = 150_000;

describe('live trials', { timeout }, () => {
  it('are run with real processes that are killed, stopped and restored, and compared with the simulator', async () => {
    const words = [
      '--strategy',
      'occ',
      '--workload',
      'status-race',
      '--seed',
      '3',
      '--parallel',
      '2',
      ...pair,
      ...fast,
    ];
    const ended = await bench([...words, '--json', 'live.json']);
    expect(ended.err.split('\n').filter((line) => line.startsWith('error'))).toEqual([]);
    expect(ended.code).toBe(0);
    expect(ended.out).toMatch(/^LIVE {2}Lost writes/m);
    expect(ended.out).toMatch(/^LIVE AGAINST SIMULATED {2}Lost writes/m);
    const { trials, simulated, deeds, cells } = result('live.json');
    expect(trials.map(({ faults }) => faults)).toEqual(['crash', 'busy', 'restore']);
    expect(simulated.map(({ faults }) => faults)).toEqual(['crash', 'busy', 'restore']);
    expect(Math.min(deeds.kills, deeds.stops, deeds.restores)).toBeGreaterThan(0);
    expect(cells.map(({ live }) => live.fates.lost)).toEqual([0, 0, 0]);
    await untilNothingIsLeft(ended);
  });

  it('find a bug that the simulator finds, and one that it cannot see', async () => {
    await Promise.all(['acknowledgesBeforeTheAppend', 'remembersInTheProcess'].map(compileMutant));
    const strategies = './acknowledgesBeforeTheAppend.js,./remembersInTheProcess.js';
    // Its tape kills a process once, right after it has told its agent that a turn is safe, at whatever pace the machine runs.
    const place = ['--workload', 'tally', '--faults', 'crash', '--seed', '115'];
    const { code } = await bench([
      '--strategy',
      strategies,
      ...place,
      ...fast,
      '--parallel',
      '2',
      '--json',
      'bugs.json',
    ]);
    expect(code).toBe(1);
    const { cells } = result('bugs.json');
    expect(cells.map(({ live, simulated }) => [live.fates.lost > 0, simulated.fates.lost > 0])).toEqual([
      [true, true],
      [true, false],
    ]);
    expect(cells.map(({ live, simulated }) => [live.broken, simulated.broken])).toEqual([
      [1, 1],
      [1, 0],
    ]);
  });

  it.each([
    ['Ctrl-C', (child: ChildProcess) => child.kill('SIGINT'), 3],
    ['a kill', (child: ChildProcess) => child.kill('SIGKILL'), null],
  ])('leave no file and no process behind after %s', async (_what, stop, code) => {
    const many = ['--strategy', 'lww', '--workload', 'tally', '--faults', 'busy,crash', ...pair, '--time-scale', '400'];
    const ended = await bench([...many, '--seeds', '9', '--json', 'stopped.json'], stop);
    expect(ended.code).toBe(code);
    await untilNothingIsLeft(ended);
    if (code !== null) expect(result('stopped.json')).toMatchObject({ partial: true });
  });

  it('stop after the time that was allowed for all of them', async () => {
    const ended = await bench(['--strategy', 'lww', ...pair, '--time-scale', '1', '--timeout', '3']);
    expect(ended.code).toBe(3);
    expect(ended.err).toContain('stopped after 3 s: --timeout allows no more');
    await untilNothingIsLeft(ended);
  });
});

it('is told in one sentence what is wrong with what was typed', async () => {
  const { code, out, err } = await bench(['--strategy', 'lww,ocd']);
  expect([code, out]).toEqual([2, '']);
  expect(err).toMatch(/^error: unknown strategy 'ocd'.*\n$/);
});
