/** Where a run is kept while it goes on, and which part of it is run. */

import { resolve } from 'node:path';
import { InvalidArgumentError, type Command } from 'commander';
import type { Shard } from '../../contract/index.ts';
import { InputError } from '../input-error.ts';

export interface StoreChoice {
  readonly directory: string;
  /** Go on with what is there. */
  readonly resume: boolean;
}

export interface StoreFlags {
  readonly out?: string;
  readonly resume?: true | string;
  readonly shard?: Shard;
  readonly json?: string;
}

const maxShards = 10_000;

export function addStoreOptions(command: Command): Command {
  return command
    .option('--out <directory>', 'keeps the run there: rows, summary, and what is needed to go on after a stop')
    .option('--resume [directory]', 'goes on with the run in that directory or in that of --out, or begins it')
    .option('--shard <i/n>', 'runs one of n parts, without a verdict; merge puts them together', shardOf);
}

/** Null: the run isn't kept. */
export function storeChoice({ out, resume }: StoreFlags): StoreChoice | null {
  const named = typeof resume === 'string' ? resume : undefined;
  const directory = out ?? named;
  if (directory === undefined) {
    if (resume === undefined) return null;
    throw new InputError('--resume needs to know where: --resume DIR, or --out DIR --resume');
  }
  if (named !== undefined && resolve(named) !== resolve(directory)) {
    throw new InputError(`--resume ${named} and --out ${directory} name two directories: name one`);
  }
  return { directory, resume: resume !== undefined };
}

/** Null: all trials. */
export function shardChoice({ shard, out, resume, json }: StoreFlags): Shard | null {
  if (shard === undefined) return null;
  if (out ?? resume ?? json) return shard;
  throw new InputError('--shard needs a place for its rows, so that they can be merged: add --out DIR');
}

function shardOf(text: string): Shard {
  const [, index = 0, count = 0] = (/^(\d{1,6})\/(\d{1,6})$/.exec(text) ?? []).map(Number);
  if (index >= 1 && index <= count && count <= maxShards) return { index, count };
  throw new InvalidArgumentError(`Expected i/n with i from 1 to n and n at most ${String(maxShards)}, as in 1/4.`);
}
