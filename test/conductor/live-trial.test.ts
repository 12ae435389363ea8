import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync } from 'node:fs';
import { createInterface } from 'node:readline/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { seconds, type History, type MergeStrategy, type TapeEntry, type Turn } from '../../src/contract/index.ts';
import { lww } from '../../strategies/lww.ts';
import { loro } from '../../strategies/loro.ts';
import { occ } from '../../strategies/occ.ts';
import { atStep, atTime, planOf, turn } from '../support/plans.ts';
import { inFolder, isThere, liveRun } from '../support/live-trials.ts';

const odd = new URL('odd-replica.mjs', import.meta.url);

/** Two agents with two turns each. */
const plan = planOf(
  [turn({}, 'one'), turn({ pauseMicros: seconds(20) }, 'two')],
  [turn({ pauseMicros: seconds(5) }, 'three'), turn({ pauseMicros: seconds(20) }, 'four')],
);
const crash = { kind: 'crash', downMicros: seconds(10) } as const;
const stall = { kind: 'busy', stallMicros: seconds(20) } as const;
const restore = { kind: 'restore', downMicros: seconds(10), backupsBack: 1 } as const;

function outcomesOf({ attempts }: History, agent: string): readonly (string | null)[] {
  return attempts.flatMap(({ tx, outcome }) => (tx.agent === agent ? [outcome?.kind ?? null] : []));
}

describe.concurrent('a live trial', () => {
  it('runs a process per replica and one for the hub, and leaves nothing behind', async () => {
    const { run, left } = await liveRun(occ, { plan });
    expect(run.record.result).toMatchObject({ failure: null, settled: true, converged: true, brokenPromises: [] });
    expect(run.record.result.fates).toMatchObject({ issued: 4, lost: 0 });
    expect(run.history?.finals.map(({ replica }) => replica)).toEqual(['a1', 'a2', 'hub']);
    expect(run.live).toMatchObject({ processes: 3, kills: 0, stops: 0, restores: 0 });
    expect(left).toEqual([]);
  });

  it('kills a process exactly at a step: an agent has heard what was answered before, and nothing else', async () => {
    const tape = [atStep('a1', 'settle', 'before', 1, crash), atStep('a2', 'settle', 'after', 1, crash)];
    const { run } = await liveRun(loro, { plan, tape });
    expect(run.live).toMatchObject({ kills: 2, processes: 4 });
    expect(outcomesOf(run.history!, 'a1')).toEqual([null, 'committed', 'committed']);
    expect(outcomesOf(run.history!, 'a2')).toEqual(['committed', 'committed']);
    expect(run.record.result.fates).toMatchObject({ issued: 4, lost: 0 });
  });

  it('stops a process, by itself or from outside, and its agent with it', async () => {
    const tape = [atStep('a1', 'append', 'after', 1, stall), atTime('a2', 8, stall)];
    const { run } = await liveRun(loro, { plan, tape });
    expect(run.live.stops).toBe(2);
    expect(run.record.result).toMatchObject({ failure: null, settled: true, converged: true });
    const ends = run.history!.attempts.map(({ beganAt, endedAt }) => endedAt - beganAt);
    expect(Math.min(ends[0]!, ends[1]!)).toBeGreaterThan(seconds(20));
  });

  it('puts back what a disk held before, and the replica loses nothing that only it had', async () => {
    const script = (firstPauseSeconds: number): readonly Turn[] =>
      Array.from({ length: 6 }, (_, place) =>
        turn({ pauseMicros: seconds(place === 0 ? firstPauseSeconds : 3) }, `value ${String(place)}`),
      );
    // It is about to write again: what it wrote before has long reached the other one.
    const tape = [atStep('a1', 'append', 'before', 9, restore)];
    const { run } = await liveRun(loro, { plan: planOf(script(3), script(9)), tape });
    expect(run.live).toMatchObject({ restores: 1, processes: 3 });
    expect(run.live.recordsRolledBack).toBeGreaterThan(0);
    expect(run.history?.faults.map(({ recordsLost }) => recordsLost)).toEqual([run.live.recordsRolledBack]);
    expect(run.record.result).toMatchObject({ failure: null, settled: true, converged: true });
    expect(run.record.result.fates).toMatchObject({ issued: 12, lost: 0 });
  });

  it('ends in time: whoever is down or stopped is brought back, and what its agent had left is unfinished', async () => {
    const long: TapeEntry['fault'] = { kind: 'busy', stallMicros: seconds(100_000) };
    const dead: TapeEntry['fault'] = { kind: 'crash', downMicros: seconds(100_000) };
    const tape = [atStep('a1', 'settle', 'after', 1, long), atStep('a2', 'settle', 'after', 1, dead)];
    const options = { timeoutSeconds: 6, transport: 'tcp' } as const;
    const { run, left } = await liveRun(lww, { plan, tape, options });
    expect(run.record.result).toMatchObject({ failure: null, settled: true, converged: true });
    expect(run.history?.turns.map(({ end }) => end).toSorted()).toEqual(['done', 'done', 'unfinished', 'unfinished']);
    expect(left).toEqual([]);
  });
});

describe('what goes wrong in a process', () => {
  const fails = async (way: string, timeoutSeconds: number): Promise<string> => {
    const strategy: MergeStrategy = { ...lww, name: way };
    const { run, left } = await liveRun(strategy, { plan, options: { entry: odd, timeoutSeconds } });
    expect(left).toEqual([]);
    return run.record.result.failure ?? 'nothing';
  };

  it('is a failure of the strategy if it throws, ends its process, or breaks the rules', async () => {
    const [throws, exits, twice] = await Promise.all([
      fails('throws', 20),
      fails('exits', 20),
      fails('answers-twice', 20),
    ]);
    expect(throws).toBe('strategy throws: replica a1 threw while handling: agent: nothing works today');
    expect(exits).toBe('strategy exits: the process of replica a1 ended by itself with exit code 7');
    expect(twice).toMatch(
      /^strategy answers-twice: .*answered a1\.1 \(attempt 1\) with 'settle', but that is not open$/,
    );
  });

  it('is a failure of the harness if a process answers nothing any more: the trial ends in time', async () => {
    expect(await fails('hangs', 2)).toMatch(/^lostwrites itself: .*did not answer any more when told to (sync|show)$/);
  });

  it('is told if the strategy cannot be loaded', async () => {
    expect(await fails('whatever', 20)).toBe('strategy whatever: nothing goes wrong by the name of whatever');
  });
});

describe('the end of whoever runs a trial', () => {
  it('leaves nothing behind when it is aborted', () =>
    inFolder(async (folder) => {
      const abort = new AbortController();
      const trial = liveRun(lww, { plan, options: { scale: 1, folder, signal: abort.signal } });
      const aborted = expect(trial).rejects.toThrow('enough');
      while (readdirSync(folder).length === 0) await new Promise((resolve) => setImmediate(resolve));
      abort.abort(new Error('enough'));
      await aborted;
      expect(readdirSync(folder)).toEqual([]);
    }));

  it('takes its processes with it when it is killed, also those that are stopped', () =>
    inFolder(async (folder) => {
      const script = fileURLToPath(new URL('killed-conductor.mjs', import.meta.url));
      const conductor = spawn(process.execPath, [script, folder], { stdio: ['ignore', 'pipe', 'inherit'] });
      const [line] = (await once(createInterface(conductor.stdout), 'line')) as [string];
      conductor.kill('SIGKILL');
      await once(conductor, 'exit');
      const ids = JSON.parse(line) as number[];
      expect(ids.length).toBeGreaterThan(2);
      while (ids.some(isThere) || readdirSync(folder).length > 0)
        await new Promise((resolve) => setTimeout(resolve, 10));
      expect(existsSync(folder)).toBe(true);
    }));
});
