/** A stored result, read back: every field is checked, and every row has to be the next one that the suite asks for. */

import { statSync } from 'node:fs';
import type { RunFacts, RunReport, TrialRecord } from '../../contract/index.ts';
import { reportOf, SuiteTally } from '../../experiment/index.ts';
import {
  factsOf,
  headSchema,
  recordOf,
  resultTailSchema,
  rowSchema,
  type StoredMeasured,
} from '../../../reports/index.ts';
import { checked, requireSchema } from './checked.ts';
import { configurationOf } from './hash.ts';
import { InputError } from '../input-error.ts';
import { nameOf, RowOrder } from './row-order.ts';
import { openDirectory } from './stored-directory.ts';
import { isRecord, openDocument, type Pieces } from './stored-document.ts';

export interface StoredTail {
  /** The run was stopped before its end. */
  readonly partial: boolean;
  readonly measured: StoredMeasured;
}

export interface StoredResult {
  /** Where it lies, as it was named. */
  readonly place: string;
  readonly head: RunFacts;
  /** Hash over the program and the modules that were named; null: it isn't known. */
  readonly code: string | null;
  /** In the order of the suite, read from the file each time. Throws {@link InputError} where a row isn't what it should be. */
  rows(): AsyncIterable<TrialRecord>;
  /** What stands behind the rows. */
  tail(): Promise<StoredTail>;
}

/** Throws {@link InputError} for whatever isn't a result of this version. */
export async function openStoredResult(path: string): Promise<StoredResult> {
  const isDirectory = statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
  return new StoredPieces(path, isDirectory ? openDirectory(path) : await openDocument(path));
}

/** The report that the run had: tables made from it are the same. `onRecord` sees each row in passing. */
export async function readReport(
  stored: StoredResult,
  onRecord: (record: TrialRecord) => void = () => undefined,
): Promise<RunReport> {
  const tally = new SuiteTally(stored.head.suite);
  for await (const record of stored.rows()) {
    tally.add(record);
    onRecord(record);
  }
  const { measured: storedMeasured } = await stored.tail();
  const { command, trace: traceFile, ...measured } = storedMeasured;
  const { trace } = stored.head;
  const facts = { ...stored.head, trace: trace === null ? null : { ...trace, file: traceFile ?? trace.file } };
  return reportOf(tally, facts, { command, measured });
}

class StoredPieces implements StoredResult {
  readonly place: string;
  readonly head: RunFacts;
  readonly code: string | null;
  readonly #pieces: Pieces;
  #tail: StoredTail | null = null;

  constructor(place: string, pieces: Pieces) {
    this.place = place;
    this.head = checkedHead(pieces);
    this.code = codeOf(pieces.head.value);
    this.#pieces = pieces;
  }

  async *rows(): AsyncGenerator<TrialRecord> {
    const order = new RowOrder(this.head);
    for await (const { kind, place, value } of this.#pieces.rest()) {
      if (kind === 'tail') {
        order.end();
        this.#tail = this.#checkedTail(place, value, order);
        continue;
      }
      const record = recordOf(checked(rowSchema, value, place));
      const problem = order.take(record.result);
      if (problem !== null) throw new InputError(`${place}: ${problem}`);
      yield record;
    }
  }

  async tail(): Promise<StoredTail> {
    if (this.#tail === null) for await (const _row of this.rows());
    if (this.#tail === null) throw new Error(`${this.place} was read to its end, and there is none`);
    return this.#tail;
  }

  #checkedTail(place: string, value: unknown, { missing }: RowOrder): StoredTail {
    const { partial, measured } = checked(resultTailSchema, value, place);
    if (partial || missing === null) return { partial, measured };
    throw new InputError(
      `${this.place}: the row of ${nameOf(missing)} is missing, and the result isn't marked as partial`,
    );
  }
}

function checkedHead({ schema, head: { place, value } }: Pieces): RunFacts {
  requireSchema(schema, value, place);
  const facts = factsOf(checked(headSchema, value, place));
  const { configuration } = facts;
  if (configurationOf(facts) === configuration) return facts;
  throw new InputError(`${place}: suite.configuration: ${configuration} is not the hash of what stands here`);
}

function codeOf(head: unknown): string | null {
  return isRecord(head) && typeof head.code === 'string' ? head.code : null;
}
