/** The compiled program, as a user runs it. */

import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TrialResult } from '../../src/contract/index.ts';
import { resultSchema } from '../../reports/index.ts';
import { strategies } from '../../strategies/index.ts';
import { defaultWorkloads, workloads } from '../../workloads/index.ts';
import { ended, type Ended } from '../support/spawned.ts';
import { program } from '../support/program.ts';

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'lostwrites-bench-'));
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
});

afterAll(() => {
  rmSync(folder, { recursive: true });
});

interface Circumstances {
  readonly cwd?: string;
  /** Called whenever something comes on the standard error. */
  readonly onProgress?: (kill: (signal: NodeJS.Signals) => void) => void;
}

function bench(words: readonly string[], { cwd = folder, onProgress }: Circumstances = {}): Promise<Ended> {
  const { FORCE_COLOR: _forced, ...env } = process.env;
  // Build servers set CI, which some libraries take for a terminal with colours.
  const child = spawn(process.execPath, [program, ...words], { cwd, env: { ...env, CI: 'true' } });
  if (onProgress !== undefined) child.stderr.on('data', () => onProgress((signal) => child.kill(signal)));
  return ended(child);
}

const file = (name: string): string => join(folder, name);
const result = (name: string): ReturnType<typeof resultSchema.parse> =>
  resultSchema.parse(JSON.parse(readFileSync(file(name), 'utf8')));
/** The file as far as it must repeat to the byte. */
const repeating = (path: string): string => readFileSync(path, 'utf8').split('"measured":')[0]!;
const small = ['--faults', 'none,crash', '--seeds', '3', '--quiet'];

/** A strategy that answers at once and keeps nothing; `commit` may be replaced. */
function writeStrategy(name: string, commit: string): void {
  const none = { keepsCommittedWrites: false, keepsRefusedOut: false, exactlyOnce: false, allOrNothing: false };
  const promises = {
    converges: 'survivable',
    escalatesTruly: false,
    serializable: false,
    serialInRankOrder: false,
    neverWaits: false,
    ...none,
  };
  const source = `export default {
    name: '${name}', summary: 'a test', layout: 'peers', promises: ${JSON.stringify(promises)},
    open: (host) => ({
      begin() {}, receive() {}, sync() {}, close() {},
      read(tx) { host.view(tx, { fields: [], escalations: [] }); },
      write(tx) { host.written(tx); },
      commit(tx) { ${commit} host.settle(tx, { kind: 'committed' }); },
      state: () => ({ fields: [], escalations: [], resolutions: [] }),
    }),
  };`;
  writeFileSync(file(`${name}.js`), source);
}

function writeWorkload(name: string, plan: string): void {
  const source = `export default {
    name: '${name}', summary: 'a test', conflict: 'both write', contended: true, agents: { default: 2, min: 2, max: 2 },
    plan: () => { ${plan} }, exercised: () => true, invariants: [],
  };`;
  writeFileSync(file(`${name}.js`), source);
}

const planWriting = (kind: string, value: string): string => `
  const steps = [{ reads: ['x'], thinkMicros: 1e6, write: () => [{ field: 'x', kind: '${kind}', value: ${value} }] }];
  const agents = ['a1', 'a2'].map((agent) => ({ agent, turns: [{ pauseMicros: 0, steps }] }));
  return { schema: { fields: [{ field: 'x', kind: 'scalar', meaning: 'x' }] }, agents };`;

describe('npm run bench', () => {
  it('counts whose writes are lost in the two cases of AgentSync', async () => {
    const selected = ['--strategy', 'serial,lww,loro,yjs,llm-transactional'];
    const words = [...selected, '--workload', 'clean-merge,semantic-conflict', '--faults', 'none', '--seeds', '5'];
    const { code, out, err } = await bench([...words, '--json', 'agentsync.json', '--quiet']);
    expect([code, err]).toEqual([0, '']);
    expect(out).toContain('Lost writes');
    const { trials } = result('agentsync.json');
    const of = (strategy: string, workload: string): readonly TrialResult[] =>
      trials.filter((trial) => trial.strategy === strategy && trial.workload === workload);
    const lost = (strategy: string, workload: string): readonly number[] => [
      ...new Set(of(strategy, workload).map(({ fates }) => fates.lost)),
    ];
    expect([lost('lww', 'clean-merge'), lost('lww', 'semantic-conflict')]).toEqual([[2], [1]]);
    for (const strategy of ['serial', 'loro', 'yjs', 'llm-transactional']) {
      expect([lost(strategy, 'clean-merge'), lost(strategy, 'semantic-conflict')]).toEqual([[0], [0]]);
    }
    for (const strategy of ['loro', 'yjs']) {
      for (const { fates, escalations } of of(strategy, 'semantic-conflict')) {
        expect(escalations).toEqual({ raised: 1, true: 1, false: 0, missed: 0 });
        expect(fates.escalated).toBe(2);
      }
    }
    for (const { fates, modelCalls } of of('llm-transactional', 'semantic-conflict')) {
      expect([fates.resolved, modelCalls]).toEqual([1, 1]);
    }
  });

  it('writes the same bytes with one worker and with two, from another directory, and shares rows with a larger run', async () => {
    const words = ['--strategy', 'lww,loro,llm-transactional', '--workload', 'mixed,tally', ...small];
    mkdirSync(file('elsewhere'), { recursive: true });
    await Promise.all([
      bench([...words, '--workers', '1', '--json', 'one.json']),
      bench([...words, '--workers', '2', '--json', 'two.json'], { cwd: file('elsewhere') }),
      bench([...words, '--strategy', 'yjs', '--workload', 'notes', '--json', 'more.json']),
    ]);
    const one = repeating(file('one.json'));
    expect(one).toBe(repeating(file('elsewhere/two.json')));
    const more = new Set(repeating(file('more.json')).split(/,?\n/));
    const rows = one.split(/,?\n/).slice(1, -1);
    expect(rows).toHaveLength(36);
    expect(rows.filter((row) => !more.has(row))).toEqual([]);
  });

  it('prints nothing but JSON when that goes to the standard output', async () => {
    const { out } = await bench(['--strategy', 'lww', '--workload', 'tally', ...small, '--json', '-']);
    expect(resultSchema.parse(JSON.parse(out)).trials).toHaveLength(6);
  });

  it('lists everything for programs', async () => {
    const { code, out } = await bench(['list', '--json']);
    const { strategies, workloads, faults } = JSON.parse(out) as Record<string, { name: string }[]>;
    expect(code).toBe(0);
    expect(strategies?.map(({ name }) => name)).toContain('lww');
    expect(workloads?.map(({ name }) => name)).toContain('tally');
    expect(workloads?.find(({ name }) => name === 'tally')).toMatchObject({ inDefaultSuite: true });
    expect(workloads?.find(({ name }) => name === 'fleet')).toMatchObject({ inDefaultSuite: false });
    expect(faults?.map(({ name }) => name)).toEqual(expect.arrayContaining(['none', 'crash', 'busy', 'restore']));
  });

  it('runs the default suite unless workloads are named, and says what it leaves out', async () => {
    const once = ['--strategy', 'serial', '--faults', 'none', '--seeds', '1', '--quiet'];
    const [suite, everything, named] = await Promise.all([
      bench(once),
      bench([...once, '--workload', 'all', '--json', file('all.json')]),
      bench([...once, '--workload', 'tally']),
    ]);
    const [listed, all] = [defaultWorkloads, workloads].map((some) => some.map(({ name }) => name));
    const others = all!.filter((name) => !listed!.includes(name));
    const counts = `${String(listed!.length)} of ${String(all!.length)} workloads`;
    expect(suite.out).toContain(`${counts}: --workload all adds ${others.join(', ')}`);
    expect(everything.out).not.toContain('--workload all adds');
    expect(named.out).not.toContain('--workload all adds');
    expect(result('all.json').trials.map(({ workload }) => workload)).toEqual(all);
  });

  it('takes all where names are given, but no knobs with it', async () => {
    const one = ['--workload', 'tally', '--seeds', '1', '--quiet', '--json', file('strategies.json')];
    const { code } = await bench(['--strategy', 'lww,all', '--faults', 'crash,all', ...one]);
    expect(code).toBe(0);
    const { trials } = result('strategies.json');
    expect(trials).toHaveLength(strategies.length * 5);
    expect(trials.slice(0, 6).map(({ strategy, faults }) => `${strategy} ${faults}`)).toEqual([
      'lww crash',
      'lww none',
      'lww busy',
      'lww restore',
      'lww model',
      'serial crash',
    ]);
    const refused = await bench(['--workload', 'all:turns=3', ...small]);
    expect(refused.code).toBe(2);
    expect(refused.err).toContain("'all:turns=3' cannot be read: all takes no knobs");
  });

  it('tells a trial as a story that ends as the table says', async () => {
    const spec = ['--strategy', 'lww', '--workload', 'semantic-conflict', '--faults', 'none', '--seed', '1'];
    const { code, out } = await bench(['replay', ...spec]);
    expect(code).toBe(0);
    expect(out).toMatch(/a[12] +writes a[12]\.1\.1: status = "(draft|published)"/);
    expect(out).toMatch(/told +fate +why/);
    expect(out).toMatch(/committed +lost/);
    const { trials } = result('agentsync.json');
    const { digest } = trials.find((trial) => trial.strategy === 'lww' && trial.workload === 'semantic-conflict')!;
    expect(out).toContain(`digest ${digest}`);
  });
});

describe('strategies and workloads outside the package', () => {
  it('run like our own', async () => {
    writeStrategy('keeps-nothing', '');
    writeWorkload('two-write', planWriting('scalar', '1'));
    const words = ['--strategy', './keeps-nothing.js,lww', '--workload', './two-write.js', ...small];
    const { code, out } = await bench([...words, '--json', 'outside.json']);
    expect(code).toBe(0);
    expect(out).toContain('./keeps-nothing.js');
    const rows = result('outside.json').trials.filter((trial) => trial.strategy === './keeps-nothing.js');
    expect(rows.map(({ workload, fates }) => [workload, fates.lost])).toEqual(rows.map(() => ['./two-write.js', 2]));
  });

  it.each([
    ['throws', "throw new Error('boom');", 'boom'],
    ['answers-twice', "host.settle(tx, { kind: 'committed' });", 'settle'],
    ['exits', 'process.exit(0);', 'process.exit was called'],
    ['hangs', 'for (;;);', 'did not return within 0.5 s'],
  ])('that go wrong fail their own trials, by name: %s', async (name, commit, problem) => {
    const inSecondSeed = name === 'hangs' ? `if (host.random() < 0.2) { ${commit} }` : commit;
    writeStrategy(name, inSecondSeed);
    const words = ['--strategy', `./${name}.js,lww`, '--workload', 'semantic-conflict', '--faults', 'none'];
    const { code, out } = await bench([
      ...words,
      '--seeds',
      '6',
      '--trial-timeout',
      '0.5',
      '--quiet',
      '--json',
      `${name}.json`,
    ]);
    const { trials } = result(`${name}.json`);
    const failed = trials.filter(({ failure }) => failure !== null);
    expect(code).toBe(1);
    expect(failed.length).toBeGreaterThan(0);
    expect(trials.filter(({ strategy, failure }) => strategy === 'lww' && failure === null)).toHaveLength(6);
    for (const { failure } of failed) expect(failure).toContain(`strategy ./${name}.js`);
    expect(failed[0]?.failure).toContain(problem);
    expect(out).toMatch(new RegExp(`npm run bench -- replay --strategy \\./${name}\\.js .* failed of 6, here: `));
  });
});

describe('a replay', () => {
  it('of a trial that hangs ends, too', async () => {
    writeStrategy('stuck', 'for (;;);');
    const spec = ['--strategy', './stuck.js', '--workload', 'tally', '--seed', '1', '--trial-timeout', '0.5'];
    const { code, err } = await bench(['replay', ...spec]);
    expect([code, err]).toEqual([1, 'the trial is void: it did not return within 0.5 s\n']);
  });

  it('of a trial that throws says who, and fails', async () => {
    writeStrategy('thrower', "throw new Error('boom');");
    const { code, out } = await bench(['replay', '--strategy', './thrower.js', '--workload', 'tally', '--seed', '1']);
    expect(code).toBe(1);
    expect(out).toMatch(/The trial is void\. strategy \.\/thrower\.js: .*boom/);
  });
});

describe('bad input', () => {
  beforeAll(() => {
    writeFileSync(file('kept.json'), 'older');
    writeFileSync(file('broken.js'), 'export default {\n  name: ;\n};');
    writeWorkload('contradicts', planWriting('counter', '1'));
  });

  it.each([
    [['--recovery', 'checkpiont'], "unknown recovery 'checkpiont': known are checkpoint, .*did you mean checkpoint\\?"],
    [['--strategy', 'lwww'], "unknown strategy 'lwww': known are serial, .*did you mean lww\\?"],
    [['--seeds', '0'], "'--seeds <count>' argument '0' is invalid. Expected a whole number, 1 or more"],
    [['--agents', '4'], '--agents 4: workload clean-merge is for exactly 2 agents'],
    [['--strategy', './broken.js'], 'cannot be loaded: SyntaxError: .*broken\\.js:2\\)'],
    [['--workload', './contradicts.js'], 'writes a counter to the field "x", which the schema declares as scalar'],
  ])('%j is answered in one sentence, and nothing is overwritten', async (words, message) => {
    const { code, out, err } = await bench([...words, '--json', 'kept.json']);
    expect([code, out]).toEqual([2, '']);
    expect(err).toMatch(new RegExp(`^error: .*${message}`));
    expect(err).not.toContain('    at ');
    expect(readFileSync(file('kept.json'), 'utf8')).toBe('older');
  });

  it('finds an unwritable place before it starts', async () => {
    const { code, err } = await bench(['--json', 'missing/out.json']);
    expect([code, err.includes('there is no directory')]).toEqual([2, true]);
  });

  it('leaves no temporary files behind', () => {
    expect(readdirSync(folder).filter((name) => name.endsWith('.tmp'))).toEqual([]);
  });
});

describe('Ctrl-C', () => {
  it('prints what is done so far, marked as partial', async () => {
    let killed = false;
    const { code, out } = await bench(['--seeds', '100000', '--strategy', 'lww', '--json', 'partial.json'], {
      onProgress: (kill) => {
        if (!killed) kill('SIGINT');
        killed = true;
      },
    });
    expect(code).toBe(3);
    expect(out).toMatch(/^PARTIAL: stopped after [\d,]+ of [\d,]+00,000 trials/);
    expect(result('partial.json').partial).toBe(true);
    expect(result('partial.json').trials.length).toBeGreaterThan(0);
  });
});

describe('explore', () => {
  const countOf = (printed = ''): number => Number(printed.replaceAll(',', ''));

  it('walks every interleaving and says that all is well', async () => {
    const { code, out, err } = await bench([
      'explore',
      '--strategy',
      'occ',
      '--timers',
      '0',
      '--faults',
      'none,busy',
      '--quiet',
    ]);
    expect([code, err]).toEqual([0, '']);
    expect(out).toMatch(/occ +same-field +none +\d+ .* complete/);
    const walked = Array.from(out.matchAll(/same-field +(?:none|busy) +([\d,]+) /g), ([, states]) => countOf(states));
    const together = /\nTogether ([\d,]+) states, [\d,]+ states\/s on each worker\./.exec(out)?.[1];
    expect(walked).toHaveLength(2);
    expect(countOf(together)).toBe(Number(walked[0]) + Number(walked[1]));
  });

  it('tells the shortest way to what is wrong', async () => {
    writeStrategy('answers-twice', "host.settle(tx, { kind: 'committed' });");
    const { code, out } = await bench(['explore', '--strategy', './answers-twice.js', '--faults', 'none', '--quiet']);
    expect(code).toBe(1);
    expect(out).toContain('rules of the interface');
    expect(out).toMatch(/ 3 {2}a1 lets its agent go on\n.*a1 +begins turn a1\.1/);
  });

  it('refuses a scenario that it does not know', async () => {
    const { code, err } = await bench(['explore', '--strategy', 'occ', '--scenario', 'same-feild', '--quiet']);
    expect(code).toBe(2);
    expect(err).toContain('did you mean same-field?');
  });
});
