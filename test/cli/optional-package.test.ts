/** The compiled program where the packages that some strategies stand for are not installed. */

import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { withPackage } from '../../src/cli/workers/optional-package.ts';
import { listText, paintWith } from '../../reports/index.ts';
import { lww } from '../../strategies/lww.ts';
import { probe } from '../support/probe-strategy.ts';
import { programPath } from '../support/program.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const reason =
  'the package @langchain/langgraph-checkpoint is not installed: npm install @langchain/langgraph-checkpoint';
let folder: string;

/** Our own program and all packages but those of LangGraph. */
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'lostwrites-packages-'));
  for (const part of ['dist', 'package.json']) symlinkSync(join(root, part), join(folder, part));
  mkdirSync(join(folder, 'node_modules'));
  for (const name of readdirSync(join(root, 'node_modules'))) {
    if (name !== '@langchain') symlinkSync(join(root, 'node_modules', name), join(folder, 'node_modules', name));
  }
});

afterAll(() => {
  rmSync(folder, { recursive: true });
});

function bench(...words: readonly string[]): {
  readonly status: number | null;
  readonly out: string;
  readonly err: string;
} {
  const stayHere = ['--preserve-symlinks', '--preserve-symlinks-main'];
  const { status, stdout, stderr } = spawnSync(process.execPath, [...stayHere, join(folder, programPath), ...words], {
    encoding: 'utf8',
  });
  return { status, out: stdout, err: stderr };
}

describe('where an optional package is missing', () => {
  it('the strategies that need it are listed with the reason', () => {
    const { strategies } = JSON.parse(bench('list', '--json').out) as { strategies: Record<string, unknown>[] };
    const reasons = strategies.filter(({ unavailable }) => unavailable !== null);
    expect(reasons).toMatchObject([{ name: 'langgraph-store', unavailable: reason }]);
    const none = { workloads: [], defaultWorkloads: [], faults: [], defaultFaults: [], recoveries: [], models: [] };
    const choices = { ...none, strategies: [lww], unavailable: new Map([[lww, reason]]) };
    expect(listText(choices, paintWith(false))).toContain(`unavailable: ${reason}`);
  });

  it('all others run, and it is said who does not', () => {
    const { status, out, err } = bench('--workload', 'status-race', '--faults', 'none', '--seeds', '1', '--quiet');
    expect(status).toBe(0);
    expect(err).toBe(`notice: strategy langgraph-store is left out: ${reason}\n`);
    expect(out).toContain('blind-put');
    expect(out).not.toContain('langgraph-store');
  });

  it('whoever names such a strategy is told what to install', () => {
    const { status, out, err } = bench('--strategy', 'langgraph-store', '--seeds', '1');
    expect({ status, out, err }).toEqual({
      status: 2,
      out: '',
      err: `error: strategy langgraph-store is unavailable: ${reason}\n`,
    });
  });
});

describe('a package that is there', () => {
  const needing = (name: string) => ({ ...probe(() => ({})), needs: { name, with: () => probe(() => ({}), 'hub') } });

  it('is handed to the strategy', async () => {
    expect((await withPackage(needing('seedrandom'))).layout).toBe('hub');
  });

  it('and cannot be loaded makes the strategy unavailable, with what was wrong', async () => {
    const refusing = { ...needing('seedrandom') };
    refusing.needs.with = () => {
      throw new Error('another version was expected');
    };
    await expect(withPackage(refusing)).rejects.toThrow("seedrandom can't be loaded: another version was expected");
  });
});
