/** Shards in, the whole run out: rows, summary and verdict are those of the run that was never divided. */

import type { RunFacts } from '../contract/index.ts';
import { reportOf, SuiteTally } from '../experiment/index.ts';
import { resultHead, resultRow } from '../../reports/index.ts';
import { conclude } from './conclude.ts';
import type { ExitCode } from './exit-codes.ts';
import { InputError } from './input-error.ts';
import type { MergeCommand } from './options/merge-options.ts';
import { mergedMeasured } from './store/merged-measured.ts';
import { openResult, type Output } from './store/output-file.ts';
import { Regression } from './regression.ts';
import { checkReports } from './report-files.ts';
import { requireRoomFor } from './store/run-directory.ts';
import { makeDirectory, RunWriter, writeRunFile } from './store/run-writer.ts';
import { openShards, rowsOf, shardsIn } from './store/shards.ts';
import type { StoredResult } from './store/stored-result.ts';
import type { Terminal } from './terminal.ts';

export async function merge(command: MergeCommand, typed: string, terminal: Terminal): Promise<ExitCode> {
  checkReports(command.outputs);
  const regression = await Regression.open(command.regression);
  const { paths, out } = found(command);
  const shards = await openShards(paths);
  const [first] = shards;
  if (first === undefined) throw new InputError('there are no shards to merge');
  const facts: RunFacts = { ...first.head, shard: null };
  const code = shards.some((shard) => shard.code === null) ? null : first.code;
  if (out !== null) {
    makeDirectory(out);
    requireRoomFor(out, { facts, code });
  }
  const output = command.json === null ? null : openResult(command.json, terminal);
  const writer = out === null ? null : new RunWriter(out);
  try {
    const tally = await foldInto(shards, facts, { writer, output, regression });
    const tails = await Promise.all(shards.map((shard) => shard.tail()));
    const measured = mergedMeasured(
      tails.map((tail) => tail.measured),
      tally.done,
    );
    const traceFile = tails[0]?.measured.trace ?? null;
    const trace = facts.trace === null ? null : { ...facts.trace, file: traceFile ?? facts.trace.file };
    const report = reportOf(tally, { ...facts, trace }, { command: typed, measured });
    if (out !== null) writeRunFile(out, facts, code);
    writer?.commit(report);
    return await conclude(command, report, tally.verdict(), terminal, { output, regression });
  } finally {
    writer?.discard();
    output?.discard();
  }
}

/** A directory in which shards stand is where the whole run belongs, unless another one is named. */
function found({ paths, out }: MergeCommand): { readonly paths: readonly string[]; readonly out: string | null } {
  const inside = paths.map(shardsIn);
  const shards = paths.flatMap((path, index) => (inside[index]?.length ? inside[index] : [path]));
  const [only] = inside.length === 1 && inside[0]?.length !== 0 ? paths : [];
  return { paths: shards, out: out ?? only ?? null };
}

interface Sinks {
  readonly writer: RunWriter | null;
  readonly output: Output | null;
  readonly regression: Regression | null;
}

async function foldInto(
  shards: readonly StoredResult[],
  facts: RunFacts,
  { writer, output, regression }: Sinks,
): Promise<SuiteTally> {
  const tally = new SuiteTally(facts.suite, (record) => regression?.add(record));
  output?.write(resultHead(facts));
  for await (const record of rowsOf(shards)) {
    writer?.add(record);
    output?.write(resultRow(record, tally.done === 0));
    tally.add(record);
  }
  return tally;
}
