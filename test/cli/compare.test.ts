/** What a CI job sees: two results and an exit code. */

import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseArguments } from '../../src/cli/arguments.ts';
import { readTrials } from '../../src/cli/comparison-source.ts';
import { compareResults } from '../../src/cli/compare.ts';
import { compareFigures } from '../../src/cli/compare-measured.ts';
import type { CompareCommand, CompareMeasuredCommand } from '../../src/cli/options/compare-options.ts';
import { paintWith } from '../../reports/index.ts';
import { program } from '../support/program.ts';
import type { Ended } from '../support/spawned.ts';

const root = join(import.meta.dirname, '../..');
let folder = '';

function bench(...words: readonly string[]): Ended {
  const { FORCE_COLOR: _forced, ...env } = process.env;
  const ended = spawnSync(process.execPath, [program, ...words], { cwd: folder, encoding: 'utf8', env });
  return { code: ended.status, out: ended.stdout, err: ended.stderr };
}

/** A strategy that is right, but for the one write of this kind and agent that it forgets; and a canary. */
function writeStrategies(forgotten: string, canary: 'lww' | 'serial'): void {
  const list = JSON.stringify(join(root, 'dist/strategies/index.js'));
  const source = (name: string, base: string): string => `
    import { strategies } from ${list};
    const base = strategies.find(({ name }) => name === '${base}');
    const forgotten = '${forgotten}';
    export default {
      name: '${name}', summary: 'a test', layout: base.layout, canary: ${String(name === 'canary')},
      promises: { ...base.promises, keepsCommittedWrites: false, converges: false, serializable: false },
      open(host) {
        const replica = base.open(host);
        return {
          begin: (tx) => replica.begin(tx), read: (tx, fields) => replica.read(tx, fields),
          write: (tx, writes) => replica.write(tx, writes.filter(({ kind, id }) => kind + ' ' + id !== forgotten)),
          commit: (tx) => replica.commit(tx), receive: (from, message) => replica.receive(from, message),
          sync: () => replica.sync(), state: () => replica.state(), close: () => replica.close(),
        };
      },
    };`;
  writeFileSync(join(folder, 'mine.js'), source('mine', 'serial'));
  writeFileSync(join(folder, 'canary.js'), source('canary', canary));
}

const silent = { paint: paintWith(false), print: () => undefined };
const around = { version: '1.2.3', cores: 2, print: () => undefined };
const asked = ['--workload', 'tally,status-race', '--faults', 'none', '--seeds', '1', '--quiet'];
const run = (strategies: string, ...words: readonly string[]): Ended =>
  bench('--strategy', strategies, ...asked, ...words);

beforeAll(() => {
  mkdirSync(join(root, 'results'), { recursive: true });
  folder = mkdtempSync(join(root, 'results/compare-'));
  writeStrategies('', 'lww');
  run('./mine.js,./canary.js', '--workers', '1', '--json', 'base.json', '--write-baseline', 'baseline.json');
});

afterAll(() => {
  rmSync(folder, { recursive: true });
});

describe('compare', () => {
  it('fails when one constant of a strategy loses one write more, and names cell, metric and command', () => {
    writeStrategies('counter a1.1.1', 'lww');
    run('./mine.js,./canary.js', '--workers', '1', '--json', 'worse.json');
    const { code, out, err } = bench('compare', 'base.json', 'worse.json');
    expect([code, err]).toEqual([1, '']);
    expect(out).toMatch(/^lost +\.\/mine\.js +tally +none +0 +1 +\+1 +1 +0 to 1 +lost:\+0$/m);
    expect(out).toContain('npm run bench -- replay --strategy ./mine.js --workload tally --faults none --seed 1  # ');
    expect(out.trimEnd().split('\n').at(-1)).toMatch(/^worse: /);
  });

  it('passes when that is reverted, in another order and with other workers, also against a baseline file', () => {
    writeStrategies('', 'lww');
    const rules = ['--fail-on', 'missing', '--fail-on', 'new', '--write-baseline', 'again.json'];
    const { code, out } = run('./canary.js,./mine.js', '--workers', '2', '--baseline', 'baseline.json', ...rules);
    const cellsOf = (file: string): readonly string[] =>
      readFileSync(join(folder, file), 'utf8').split(/,?\n/).slice(1, -2).toSorted();
    expect(cellsOf('again.json')).toEqual(cellsOf('baseline.json'));
    expect(cellsOf('again.json')).toHaveLength(4);
    expect(out.trimEnd().split('\n').at(-1)).toBe('as good as before (4 trials of 4 cells compared)');
    expect(code).toBe(0);
  });

  it('fails when a canary stops losing', () => {
    writeStrategies('', 'serial');
    const compared = ['--baseline', 'base.json', '--fail-on', 'phantom:+0', '--annotations', '--markdown', 'blind.md'];
    const { code, out } = run('./mine.js,./canary.js', '--workers', '1', ...compared);
    expect(code).toBe(1);
    expect(out).toMatch(/^lost +\.\/canary\.js +tally +none +\d+ +0 .* a canary must lose$/m);
    expect(out).toContain('::error title=lostwrites%3A lost%3A ./canary.js on ');
    expect(readFileSync(join(folder, 'blind.md'), 'utf8')).toContain('### Breaks a rule');
  });

  it.each([
    [['base.json'], 'compare BASE NEW'],
    [['base.json', 'new.json', '--fail-on', 'lots:+0'], "unknown metric in --fail-on lots:+0 'lots'"],
    [['base.json', 'new.json', '--fail-on', 'lost'], 'as in lost:+0'],
    [['base.json', 'new.json', '--fail-on', 'committed:+0'], 'committed>N'],
  ])('refuses %j', (words, message) => {
    expect(() => parseArguments(['compare', ...words], around)).toThrow(message);
  });

  it.each([
    [['--fail-on', 'lost:+0'], '--baseline FILE'],
    [['--baseline', 'base.json', '--shard', '1/2', '--out', 'part'], 'compare what merge has put together'],
  ])('refuses a run with %j', (words, message) => {
    expect(() => parseArguments(['run', ...words], around)).toThrow(message);
  });

  it('refuses what is no result, and says what is wrong with it', async () => {
    const facts = { lostwrites: '1', configuration: 'a', agents: null, recovery: 'none', model: 'a', canaries: [] };
    const head = { schema: 'lostwrites/baseline@1', ...facts, trace: null, metrics: ['lost', 'usd'] };
    const cell = { strategy: 'a', workload: 'b', faults: 'c', agents: 2, seeds: [1], columns: [0, 0] };
    const read = async (name: string, cells: readonly object[]): Promise<string> => {
      writeFileSync(join(folder, name), JSON.stringify({ ...head, cells }, null, 2));
      return readTrials(join(folder, name)).then(
        ({ run: { source } }) => `${source} is read`,
        (error: unknown) => String(error),
      );
    };
    expect(await read('fine.json', [cell])).toMatch(/fine\.json is read$/);
    expect(await read('short.json', [{ ...cell, columns: [0] }])).toMatch(
      /short\.json: cells\.0\.columns: there are 2/,
    );
    expect(await read('twice.json', [cell, cell])).toContain(
      'the trial of a on b under c with seed 1 stands there twice',
    );
    expect(await read('wrong.json', [{ ...cell, seeds: [] }])).toContain('wrong.json: cells.0.seeds: ');
    const command = parseArguments(['compare', join(folder, 'fine.json'), join(folder, 'base.json')], around);
    await expect(compareResults(command as CompareCommand, silent)).rejects.toThrow('have no trial in common');
  });
});

describe('compare --measured', () => {
  const command = (...words: readonly string[]): unknown => parseArguments(['compare', '--measured', ...words], around);

  it.each([
    [['a.json'], 'which measurement is to be compared with it?'],
    [['a.json', 'b.json', '--fail-on', 'lost:+0'], 'expected worse or worse:+P%'],
    [['a.json', 'b.json', '--write-baseline', 'c.json'], '--write-baseline is for results'],
  ])('refuses %j', (words, message) => {
    expect(() => command(...words)).toThrow(message);
  });

  it('fails only for what got worse by more than was asked, and refuses what is no measurement', async () => {
    const figure = { name: 'speed', unit: 'trials/s', better: 'more', isRatio: false, mean: 0, low: null, high: null };
    for (const [name, samples] of Object.entries({ 'fast.json': [99, 101], 'slow.json': [49, 51] })) {
      const file = {
        schema: 'lostwrites/figures@1',
        lostwrites: '1',
        node: 'v20',
        cpu: 'a',
        figures: [{ ...figure, samples }],
      };
      writeFileSync(join(folder, name), JSON.stringify(file));
    }
    const codeOf = (earlier: string, later: string, ...words: readonly string[]): Promise<number> => {
      const parsed = command(join(folder, earlier), join(folder, later), ...words) as CompareMeasuredCommand;
      return compareFigures(parsed, silent);
    };
    expect(await codeOf('fast.json', 'slow.json')).toBe(0);
    expect(await codeOf('fast.json', 'slow.json', '--fail-on', 'worse')).toBe(1);
    expect(await codeOf('fast.json', 'slow.json', '--fail-on', 'worse:+60%')).toBe(0);
    expect(await codeOf('slow.json', 'fast.json', '--fail-on', 'worse')).toBe(0);
    await expect(codeOf('fast.json', 'base.json')).rejects.toThrow('no file of npm run perf -- --json: schema: ');
  });
});
