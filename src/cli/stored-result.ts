/** A stored result, read back: every field is checked, and every row has to be the next one that the suite asks for. */

import type { z } from 'zod';
import type { RunFacts, RunReport, TrialRecord } from '../contract/index.ts';
import { reportOf, SuiteTally } from '../experiment/index.ts';
import {
  factsOf,
  recordOf,
  resultHeadSchema,
  resultSchemaName,
  resultTailSchema,
  rowSchema,
  type StoredMeasured,
} from '../../reports/index.ts';
import { configurationOf } from './hash.ts';
import { InputError } from './input-error.ts';
import { nameOf, RowOrder } from './row-order.ts';
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
  /** In the order of the suite, read from the file each time. Throws {@link InputError} where a row isn't what it should be. */
  rows(): AsyncIterable<TrialRecord>;
  /** What stands behind the rows. */
  tail(): Promise<StoredTail>;
}

/** Throws {@link InputError} for whatever isn't a result of this version. */
export async function openStoredResult(path: string): Promise<StoredResult> {
  return new StoredPieces(path, await openDocument(path));
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
  readonly #pieces: Pieces;
  #tail: StoredTail | null = null;

  constructor(place: string, pieces: Pieces) {
    this.place = place;
    this.head = checkedHead(pieces.head);
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

function checkedHead({ place, value }: Pieces['head']): RunFacts {
  requireResult(place, value);
  const facts = factsOf(checked(resultHeadSchema, value, place));
  const { configuration } = facts;
  if (configurationOf(facts) === configuration) return facts;
  throw new InputError(`${place}: suite.configuration: ${configuration} is not the hash of what stands here`);
}

/** Says of another file what it is instead of which fields it lacks. */
function requireResult(place: string, value: unknown): void {
  const schema = isRecord(value) ? value.schema : undefined;
  if (schema === resultSchemaName) return;
  const wanted = `this version of lostwrites reads ${resultSchemaName}`;
  if (typeof schema !== 'string' || !schema.startsWith('lostwrites/')) {
    throw new InputError(`${place}: this is no result of lostwrites (${wanted})`);
  }
  const remedy = schema.startsWith('lostwrites/result@') ? ': run it again' : '';
  throw new InputError(`${place}: schema: this is ${schema}, and ${wanted}${remedy}`);
}

/** The value itself and not a copy of what is known of it: written again, it has the same bytes. */
function checked<Schema extends z.ZodType>(schema: Schema, value: unknown, place: string): z.output<Schema> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return value as z.output<Schema>;
  const issues = parsed.error.issues.slice(0, 3).map(({ path, message }) => `${path.join('.')}: ${message}`);
  throw new InputError(`${place}: ${issues.join('; ')}`);
}
