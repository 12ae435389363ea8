/** What can be compared: a stored result or a baseline file, read one trial at a time into columns of numbers. */

import { statSync } from 'node:fs';
import { DoubledTrial, fromBaseline, TrialTable, type ComparedTrials } from '../comparison/index.ts';
import type { ComparedRun, RunFacts } from '../contract/index.ts';
import { baselineOf, baselineSchema, flawOf } from '../../reports/index.ts';
import { linesOf } from './store/file-lines.ts';
import { InputError } from './input-error.ts';
import { checked } from './store/checked.ts';
import { readJson } from './store/stored-document.ts';
import { openStoredResult } from './store/stored-result.ts';

/** Throws {@link InputError} for whatever can't be compared. */
export async function readTrials(path: string): Promise<ComparedTrials> {
  return (await isBaseline(path)) ? readBaseline(path) : readResult(path);
}

/** What a comparison says of a run that is described so. */
export function comparedRun(
  { version, suite, configuration, trace }: Pick<RunFacts, 'version' | 'suite' | 'configuration' | 'trace'>,
  others: Pick<ComparedRun, 'source' | 'recording' | 'partial'>,
): ComparedRun {
  const { strategies, agents, recovery, model } = suite;
  const canaries = strategies.filter(({ canary }) => canary).map(({ label }) => label);
  return { version, configuration, agents, recovery, model, canaries, trace, ...others };
}

/** The name of the schema stands at the beginning, however the file is laid out. */
async function isBaseline(path: string): Promise<boolean> {
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory() === true) return false;
  let start = '';
  for await (const line of linesOf(path)) {
    start += line;
    if (start.length > 200) break;
  }
  return /^\s*\{\s*"schema":\s*"lostwrites\/baseline@/.test(start);
}

async function readBaseline(path: string): Promise<ComparedTrials> {
  const baseline = checked(baselineSchema, await readJson(path), path);
  const flaw = flawOf(baseline);
  if (flaw !== null) throw new InputError(`${path}: ${flaw}`);
  try {
    return fromBaseline(baselineOf(baseline), path);
  } catch (error) {
    if (error instanceof DoubledTrial) throw new InputError(`${path}: ${error.message}`);
    throw error;
  }
}

async function readResult(path: string): Promise<ComparedTrials> {
  const stored = await openStoredResult(path);
  const trials = new TrialTable();
  for await (const { result } of stored.rows()) trials.add(result);
  const { partial, measured } = await stored.tail();
  const { trace } = stored.head;
  const facts = { ...stored.head, trace: trace === null ? null : { ...trace, file: measured.trace ?? trace.file } };
  return { run: comparedRun(facts, { source: path, recording: measured.judge?.file ?? null, partial }), trials };
}
