/** The shards of one run: each of them once, and none of another run. */

import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Shard, TrialRecord } from '../../contract/index.ts';
import { dealtTrials } from '../../experiment/index.ts';
import { differencesBetween, type Configured } from './configuration-difference.ts';
import { InputError } from '../input-error.ts';
import { runFiles } from './run-writer.ts';
import { openStoredResult, type StoredResult } from './stored-result.ts';

/** Shards that stand in this directory, by name; none if it is a shard itself. */
export function shardsIn(path: string): readonly string[] {
  if (!existsSync(path)) throw new InputError(`${path}: there is no such file or directory`);
  const isRun = (directory: string): boolean => existsSync(join(directory, runFiles.run));
  const entries = statSync(path).isDirectory() ? readdirSync(path).sort() : [];
  return entries.map((entry) => join(path, entry)).filter(isRun);
}

/** By their index. Throws {@link InputError} for what is missing, doubled, foreign, or no shard. */
export async function openShards(paths: readonly string[]): Promise<readonly StoredResult[]> {
  const byIndex = new Map<number, StoredResult>();
  let first: StoredResult | null = null;
  for (const path of paths) {
    const shard = await openStoredResult(path);
    const { index } = shardOf(shard);
    first ??= shard;
    requireSameRun(first, shard);
    const other = byIndex.get(index);
    if (other !== undefined) {
      throw new InputError(`${nameOf(shardOf(shard))} is there twice: ${other.place} and ${shard.place}`);
    }
    byIndex.set(index, shard);
  }
  if (first === null) throw new InputError('there are no shards to merge');
  const { count } = shardOf(first);
  const indexes = Array.from({ length: count }, (_each, index) => index + 1);
  const missing = indexes.filter((index) => !byIndex.has(index));
  if (missing.length > 0) {
    const names = missing.map((index) => nameOf({ index, count }));
    throw new InputError(`${names.join(', ')} ${names.length === 1 ? 'is' : 'are'} missing`);
  }
  return indexes.flatMap((index) => byIndex.get(index) ?? []);
}

/** The rows of all shards in the order of the suite. */
export async function* rowsOf(shards: readonly StoredResult[]): AsyncGenerator<TrialRecord> {
  const [first] = shards;
  if (first === undefined) return;
  const rows = shards.map((shard) => shard.rows()[Symbol.asyncIterator]());
  for (const { shard } of dealtTrials(first.head.suite, shards.length)) {
    const next = await rows[shard - 1]?.next();
    if (next === undefined || next.done === true) throw stopped(shards[shard - 1]);
    yield next.value;
  }
  // Behind its last row stands the tail of each, which would otherwise be looked for from the start.
  for (const each of rows) await each.next();
}

function shardOf({ head, place }: StoredResult): Shard {
  if (head.shard === null)
    throw new InputError(`${place} is a whole run and no shard: there is nothing to merge it with`);
  return head.shard;
}

function requireSameRun(first: StoredResult, shard: StoredResult): void {
  const differences = [...differencesBetween(named(shard), named(first))];
  const [count, expected] = [shardOf(shard).count, shardOf(first).count];
  if (count !== expected)
    differences.push(`it is one of ${String(count)} shards there and of ${String(expected)} here`);
  if (differences.length === 0) return;
  throw new InputError(`${shard.place} is a shard of another run than ${first.place}: ${differences.join('; ')}`);
}

function named({ head, code }: StoredResult): Configured {
  return { facts: head, code };
}

function stopped(shard: StoredResult | undefined): InputError {
  return new InputError(`${shard?.place ?? 'a shard'} was stopped before its end: finish it first`);
}

function nameOf({ index, count }: Shard): string {
  return `shard ${String(index)} of ${String(count)}`;
}
