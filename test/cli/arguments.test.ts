import { describe, expect, it } from 'vitest';
import { parseArguments, type CliCommand } from '../../src/cli/arguments.ts';
import { InputError } from '../../src/cli/input-error.ts';

let printed = '';

function parse(...words: readonly string[]): CliCommand {
  printed = '';
  return parseArguments(words, {
    version: '1.2.3',
    cores: 3,
    print: (text) => {
      printed += text;
    },
  });
}

function complaintAbout(...words: readonly string[]): string {
  try {
    parse(...words);
  } catch (error) {
    if (error instanceof InputError) return error.message;
    throw error;
  }
  throw new Error(`accepted ${words.join(' ')}`);
}

describe('the command line', () => {
  it('runs everything on all cores when nothing is said', () => {
    expect(parse()).toEqual({
      kind: 'run',
      selection: {
        strategies: null,
        workloads: null,
        faults: null,
        seeds: { first: 1, count: 20 },
        agents: null,
        recovery: 'checkpoint',
        model: 'gpt-5-mini',
        trace: null,
      },
      judge: null,
      by: 'strategy',
      json: null,
      outputs: [],
      store: null,
      shard: null,
      workers: 3,
      trialTimeoutSeconds: 60,
      regression: null,
      quiet: false,
    });
  });

  it('runs a few live trials at a time, on the faults that real processes can meet, unless more is said', () => {
    expect(parse('live')).toMatchObject({
      kind: 'live',
      selection: { faults: ['crash', 'busy', 'restore'], seeds: { first: 1, count: 2 } },
      setup: { timeScale: 100, transport: 'unix', repetitions: 1 },
      parallel: 1,
      trialTimeoutSeconds: 120,
      timeoutSeconds: 3_600,
    });
    const words = ['--strategy', 'occ', '--repeat', '5', '--time-scale', '2.5', '--transport', 'tcp', '--timeout', '9'];
    expect(parse('live', ...words)).toMatchObject({
      selection: { strategies: ['occ'] },
      setup: { timeScale: 2.5, transport: 'tcp', repetitions: 5 },
      timeoutSeconds: 9,
    });
    expect(complaintAbout('live', '--time-scale', '0')).toContain('Expected a factor, more than 0 and at most 10000');
    expect(complaintAbout('live', '--transport', 'udp')).toContain('Allowed choices are unix, tcp');
  });

  it('runs what can show anomalies, unless workloads are named', () => {
    expect(parse('anomalies', '--seeds', '2', '--markdown', 'matrix.md')).toMatchObject({
      kind: 'run',
      by: 'anomaly',
      selection: {
        workloads: expect.arrayContaining(['canary', 'torn-pair']) as unknown,
        seeds: { first: 1, count: 2 },
      },
      outputs: [{ output: 'markdown', file: 'matrix.md' }],
    });
    expect(parse('anomalies', '--workload', 'notes')).toMatchObject({ selection: { workloads: ['notes'] } });
    expect(parse('anomalies', '--trace', 'typed.json.gz')).toMatchObject({
      selection: { workloads: expect.arrayContaining(['editing-trace']) as unknown },
    });
  });

  it('takes outputs with their files', () => {
    expect(parse('--markdown', 'report.md')).toMatchObject({ outputs: [{ output: 'markdown', file: 'report.md' }] });
  });

  it('takes comma lists and repeated options, and each name once', () => {
    const command = parse('run', '--strategy', 'lww,yjs', '--strategy', 'lww , loro', '--faults', 'none');
    expect(command).toMatchObject({ selection: { strategies: ['lww', 'yjs', 'loro'], faults: ['none'] } });
  });

  it('makes a report of a stored result, with any of the outputs', () => {
    expect(parse('report', 'results/base', '--by', 'workload', '--junit', 'base.xml', '--annotations')).toEqual({
      kind: 'report',
      result: 'results/base',
      by: 'workload',
      outputs: [
        { output: 'junit', file: 'base.xml' },
        { output: 'annotations', file: null },
      ],
    });
    expect(complaintAbout('report')).toContain("missing required argument 'result'");
  });

  it('replays one trial', () => {
    const command = parse('replay', '--strategy', 'lww', '--workload', 'tally', '--faults', 'crash', '--seed', '7');
    expect(command).toMatchObject({
      kind: 'replay',
      selection: { strategies: ['lww'], workloads: ['tally'], faults: ['crash'], seeds: { first: 7, count: 1 } },
    });
  });

  it('lists, for people and for programs', () => {
    expect(parse('list')).toEqual({ kind: 'list', json: false });
    expect(parse('list', '--json')).toEqual({ kind: 'list', json: true });
  });

  it('shows help that names the options of a run', () => {
    expect(parse('--help')).toEqual({ kind: 'shown' });
    expect(printed).toContain('--seeds <count>');
    expect(printed).toContain('replay [options]');
  });

  it('shows the version', () => {
    expect(parse('--version')).toEqual({ kind: 'shown' });
    expect(printed).toBe('1.2.3\n');
  });
});

describe('impossible arguments', () => {
  const numbers = ['', '-1', 'NaN', '1e999', '1.5', '0x10', 'ten', '9007199254740992', ' 3', 'Infinity'];

  it.each(['--seeds', '--seed', '--agents', '--workers'])('%s is refused unless it is a whole number', (option) => {
    for (const text of numbers) {
      expect(complaintAbout(option, text)).toMatch(/argument '.*' is invalid\. Expected a whole number, \d/);
    }
  });

  it.each([
    ['--seeds', '0'],
    ['--agents', '0'],
    ['--workers', '0'],
    ['--workers', '65'],
    ['--trial-timeout', '0'],
    ['--trial-timeout', 'soon'],
  ])('%s %s is refused', (option, text) => {
    expect(complaintAbout(option, text)).toContain('Expected');
  });

  it('seeds beyond the largest exact number are refused', () => {
    expect(complaintAbout('--seed', '9007199254740991', '--seeds', '2')).toContain('the last seed is too large');
    expect(parse('--seed', '9007199254740990', '--seeds', '1')).toMatchObject({ kind: 'run' });
  });

  it('empty names in a list are refused', () => {
    expect(complaintAbout('--strategy', 'lww,,yjs')).toContain('--strategy contains an empty name');
    expect(complaintAbout('--workload', '')).toContain('--workload contains an empty name');
  });

  it('unknown commands and options are answered with the nearest', () => {
    expect(complaintAbout('reply')).toContain('did you mean replay?');
    expect(complaintAbout('--sedes', '3')).toContain('--seeds');
  });

  it('a replay without its trial is refused', () => {
    expect(complaintAbout('replay', '--strategy', 'lww', '--seed', '1')).toContain('--workload');
    expect(complaintAbout('replay', '--strategy', 'lww', '--workload', 'tally')).toContain('--seed');
    const all = complaintAbout('replay', '--strategy', 'lww', '--workload', 'all', '--seed', '1');
    expect(all).toBe('--workload all: replay tells one trial, so it takes one name');
  });
});

describe('where a run is kept', () => {
  it('is named by --out, by --resume, or by both', () => {
    expect(parse('--out', 'here')).toMatchObject({ store: { directory: 'here', resume: false } });
    for (const words of [
      ['--resume', 'here'],
      ['--out', 'here', '--resume'],
      ['--out', 'here', '--resume', './here'],
    ]) {
      expect(parse(...words)).toMatchObject({ store: { directory: 'here', resume: true } });
    }
    expect(parse('--shard', '2/4', '--out', 'here')).toMatchObject({ shard: { index: 2, count: 4 } });
  });

  it('has to be one place, and a shard needs one', () => {
    expect(complaintAbout('--resume')).toMatch(/needs to know where/);
    expect(complaintAbout('--resume', 'here', '--out', 'there')).toMatch(/name two directories/);
    expect(complaintAbout('--shard', '1/2')).toMatch(/needs a place for its rows.* --out DIR/);
    for (const text of ['0/4', '5/4', '1', '1/0', 'a/b', '1/99999', '-1/4', '1/4/4']) {
      expect(complaintAbout('--out', 'here', '--shard', text)).toMatch(/Expected i\/n with i from 1 to n/);
    }
  });
});

describe('explore', () => {
  it('walks with every fault when nothing is said', () => {
    expect(parse('explore')).toEqual({
      kind: 'explore',
      selection: { strategies: null, scenarios: null },
      faults: ['none', 'crash', 'busy'],
      bounds: { timers: 1, rounds: 0, states: 100_000 },
      workers: 3,
      quiet: false,
    });
  });

  it('takes names and bounds, and refuses faults that cannot be walked', () => {
    const words = [
      '--strategy',
      'occ,lww',
      '--scenario',
      'write-skew',
      '--faults',
      'crash',
      '--timers',
      '2',
      '--max-states',
      '9',
    ];
    expect(parse('explore', ...words)).toMatchObject({
      selection: { strategies: ['occ', 'lww'], scenarios: ['write-skew'] },
      faults: ['crash'],
      bounds: { timers: 2, states: 9 },
    });
    expect(complaintAbout('explore', '--faults', 'restore')).toContain('known are none, crash, busy');
  });
});

describe('the judge', () => {
  const one = ['replay', '--strategy', 'lww', '--workload', 'tally', '--seed', '1'];

  it('is a model that is asked, or a recording of it', () => {
    const asked = { kind: 'live', model: 'gpt-5-mini', maxUsd: null, record: null };
    expect(parse('--judge', 'openai')).toMatchObject({ judge: asked });
    const named = ['--judge-model', 'm', '--max-usd', '0.5', '--record', 'x.jsonl'];
    const all = { ...asked, model: 'm', maxUsd: 0.5, record: 'x.jsonl' };
    expect(parse(...one, '--judge', 'openai', ...named)).toMatchObject({ judge: all });
    const replayed = { kind: 'replay', file: 'x.jsonl', model: null };
    expect(parse('--replay', 'x.jsonl')).toMatchObject({ judge: replayed });
    expect(parse(...one, '--judge', 'openai', '--replay', 'x.jsonl')).toMatchObject({ judge: replayed });
  });

  it.each([
    [['--record', 'x'], '--record is for a model that is really asked: add --judge openai'],
    [['--max-usd', '1', '--judge', 'simulated'], '--max-usd is for a model that is really asked'],
    [['--replay', 'x', '--record', 'x'], '--record makes no sense with --replay'],
    [['--replay', 'x', '--judge', 'simulated'], '--replay takes the place of --judge openai'],
    [['--judge', 'me'], 'Allowed choices are simulated, openai'],
    [['--judge', 'openai', '--max-usd', '0'], 'Expected US dollars, more than 0'],
    [['--judge', 'openai', '--max-usd', '1e999'], 'Expected US dollars, more than 0'],
  ])('is not named by %j', (words, message) => {
    expect(complaintAbout(...words)).toContain(message);
  });
});
