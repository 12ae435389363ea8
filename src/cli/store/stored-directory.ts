/** A run directory as a result. Its rows have to be those that its summary was made from. */

import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RunFacts } from '../../contract/index.ts';
import {
  factsOf,
  measuredSchema,
  measuredSchemaName,
  runSchema,
  runSchemaName,
  summarySchema,
  summarySchemaName,
} from '../../../reports/index.ts';
import { checked, requireSchema } from './checked.ts';
import { linesOf } from './file-lines.ts';
import { InputError, messageOf } from '../input-error.ts';
import { runFiles } from './run-writer.ts';
import { parse, type Piece, type Pieces } from './stored-document.ts';

export function openDirectory(directory: string): Pieces {
  const head = readJson(directory, runFiles.run);
  const has = (file: string): boolean => existsSync(join(directory, file));
  if (has(runFiles.journal) || !has(runFiles.summary)) {
    throw new InputError(`${directory}: this run isn't finished: go on with it with --resume ${directory}`);
  }
  return { schema: runSchemaName, head, rest: () => piecesOf(directory) };
}

export function readRunFile(directory: string): { readonly facts: RunFacts; readonly code: string | null } {
  const { place, value } = readJson(directory, runFiles.run);
  requireSchema(runSchemaName, value, place);
  const run = checked(runSchema, value, place);
  return { facts: factsOf(run), code: run.code };
}

async function* piecesOf(directory: string): AsyncGenerator<Piece> {
  const trials = join(directory, runFiles.trials);
  const hash = createHash('sha256');
  let number = 0;
  for await (const line of linesOf(trials)) {
    number += 1;
    hash.update(`${line}\n`);
    const place = `${trials}, line ${String(number)}`;
    yield { kind: 'row', place, value: parse(line, place) };
  }
  const summary = readJson(directory, runFiles.summary);
  requireSchema(summarySchemaName, summary.value, summary.place);
  const { trials: stated, suiteFailures, notes } = checked(summarySchema, summary.value, summary.place);
  const sha256 = hash.digest('hex');
  if (sha256 !== stated.sha256) {
    throw new InputError(
      `${summary.place}: trials.sha256: its rows have ${stated.sha256}, and those of ${runFiles.trials} have ${sha256}`,
    );
  }
  const measured = readJson(directory, runFiles.measured);
  requireSchema(measuredSchemaName, measured.value, measured.place);
  const { schema: _schema, ...figures } = checked(measuredSchema, measured.value, measured.place);
  yield { kind: 'tail', place: measured.place, value: { partial: false, suiteFailures, notes, measured: figures } };
}

function readJson(directory: string, name: string): Pieces['head'] {
  const place = join(directory, name);
  let text: string;
  try {
    text = readFileSync(place, 'utf8');
  } catch (error) {
    const problem = existsSync(place) ? messageOf(error) : `there is no ${name}`;
    throw new InputError(`${directory} is no run directory: ${problem}`);
  }
  return { place, value: parse(text, place) };
}
