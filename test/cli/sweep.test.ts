/** A sweep of the compiled program, as a user runs it. */

import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sweepSchema } from '../../reports/index.ts';
import { program } from '../support/program.ts';

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'lostwrites-sweep-'));
});

afterAll(() => {
  rmSync(folder, { recursive: true });
});

function sweep(words: readonly string[], json: string): { readonly code: number | null; readonly err: string } {
  const common = ['sweep', '--seeds', '3', '--quiet', '--json', join(folder, json)];
  const { status, stderr } = spawnSync(process.execPath, [program, ...common, ...words], { encoding: 'utf8' });
  return { code: status, err: stderr };
}

const fileOf = (name: string): string => readFileSync(join(folder, name), 'utf8');
const repeating = (name: string): string => fileOf(name).split('"measured":')[0]!;

describe('npm run bench -- sweep', () => {
  it('moves a knob of a workload: the same seeds at every point, the same bytes with any number of workers', () => {
    const words = ['--workload', 'mixed', '--strategy', 'lww,llm-transactional', '--dial', 'conflictRatio=0:0.6:0.2'];
    expect(sweep([...words, '--workers', '1'], 'one.json')).toEqual({ code: 0, err: '' });
    expect(sweep([...words, '--workers', '2'], 'two.json').code).toBe(0);
    expect(repeating('one.json')).toBe(repeating('two.json'));
    const { points, dial } = sweepSchema.parse(JSON.parse(fileOf('one.json')));
    expect(dial.values).toEqual([0, 0.2, 0.4, 0.6]);
    expect(points.map(({ workloads }) => workloads[0])).toEqual(
      [0, 0.2, 0.4, 0.6].map((value) => `mixed:conflictRatio=${String(value)}`),
    );
    const calls = points.map(({ cells }) => cells[1]!.metrics.modelCalls!.mean);
    expect(calls[0]).toBe(0);
    expect(calls[3]).toBeGreaterThan(calls[1]!);
  });

  it('moves a knob of one strategy and leaves the others alone', () => {
    const words = ['--workload', 'slot-race', '--agents', '6', '--strategy', 'occ,lww', '--dial', 'maxRetries=0|1|9'];
    expect(sweep(words, 'occ.json').code).toBe(0);
    const { points } = sweepSchema.parse(JSON.parse(fileOf('occ.json')));
    const of = (row: number): unknown => points.map(({ cells }) => cells[row]!.metrics);
    const attempts = points.map(({ cells }) => cells[0]!.metrics.attempts!.mean);
    expect(attempts[0]).toBe(6);
    expect(attempts[2]).toBeGreaterThan(attempts[1]!);
    expect(of(1)).toEqual(Array.from({ length: 3 }, () => points[0]!.cells[1]!.metrics));
  });

  it('refuses a value out of range before the first trial, and leaves no file', () => {
    const { code, err } = sweep(['--workload', 'mixed', '--dial', 'conflictRatio=0:2:1'], 'none.json');
    expect(code).toBe(2);
    expect(err).toBe('error: mixed:conflictRatio=2: expected a number from 0 to 1\n');
    expect(() => fileOf('none.json')).toThrow('ENOENT');
  });
});
