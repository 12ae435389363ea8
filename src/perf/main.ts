/** npm run perf: measured figures. They differ between machines; the ratios say more than the numbers. */

import { accessSync, constants, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Command, InvalidArgumentError, Option } from 'commander';
import { prepareForTrials } from '../cli/workers/engine.ts';
import { findNamed, namesOf } from '../cli/workers/find-named.ts';
import { estimate } from '../metrics/index.ts';
import { figuresJson } from '../../reports/index.ts';
import { printFigures } from './figure.ts';
import { measureAll } from './measure-all.ts';
import { sampleFigures } from './samples.ts';
import { strategies } from './strategies.ts';
import { timeRounds } from './rounds.ts';

interface Flags {
  readonly json?: string;
  readonly processes: number;
  readonly sample?: true;
  readonly rounds?: string;
}

/** As everywhere on the command line. */
const badUsage = 2;

const print = (line: string): void => {
  console.log(line);
};

const flags = new Command('perf')
  .description('Measures speed and memory; the ratios say more than the numbers.')
  .option('--json <file>', 'measures in several processes and keeps the samples, for compare --measured')
  .option('--processes <count>', 'how many of them, a sample from each', processCount, 5)
  .option('--sample', 'prints the figures of one process as JSON')
  .addOption(
    new Option('--rounds <strategy>', 'prints how long rounds of its trials take in one process as JSON').choices(
      namesOf(strategies),
    ),
  )
  .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : badUsage))
  .parse()
  .opts<Flags>();
const program = fileURLToPath(import.meta.url);
const cpu = cpus()[0]?.model ?? 'unknown CPU';

// As in the workers of a long run.
prepareForTrials(Infinity);

if (flags.rounds !== undefined) {
  print(JSON.stringify(timeRounds(findNamed('strategy', flags.rounds, strategies))));
} else if (flags.sample === true) {
  // Whoever wants samples wants several.
  for await (const group of measureAll(program, 1)) print(JSON.stringify(group));
} else if (flags.json === undefined) {
  print(`node ${process.version}, ${cpu}, one core\n`);
  for await (const group of measureAll(program, 2)) printFigures(group, print);
} else {
  keepSamples(flags.json, flags.processes);
}

function keepSamples(file: string, processes: number): void {
  const reason = whyNotWritable(file);
  if (reason !== null) {
    console.error(`error: --json ${file} cannot be written: ${reason}`);
    process.exitCode = badUsage;
    return;
  }
  const figures = sampleFigures(program, processes, (line) => {
    console.error(line);
  });
  const temporary = `${file}.${String(process.pid)}.tmp`;
  writeFileSync(temporary, figuresJson({ version: packageVersion(), node: process.version, cpu, figures }, estimateOf));
  renameSync(temporary, file);
  print(`${String(figures.length)} figures, ${String(processes)} samples each, are in ${file}`);
}

/** To be known before minutes of measuring. */
function whyNotWritable(file: string): string | null {
  try {
    accessSync(dirname(resolve(file)), constants.W_OK);
    return statSync(file, { throwIfNoEntry: false })?.isFile() === false ? 'this is not a regular file' : null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function estimateOf(samples: readonly number[]): NonNullable<ReturnType<typeof estimate>> {
  const known = estimate(samples);
  if (known === null) throw new Error('a figure without a sample');
  return known;
}

function packageVersion(): string {
  const text = readFileSync(new URL('../../../package.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as { readonly version: string }).version;
}

function processCount(text: string): number {
  const count = /^\d{1,3}$/.test(text) ? Number(text) : NaN;
  if (count >= 2) return count;
  throw new InvalidArgumentError('Expected a whole number, 2 to 999: one sample says nothing about how far it moves.');
}
