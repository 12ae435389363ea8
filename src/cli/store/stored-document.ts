/**
 * A result as one JSON document, read in pieces. As we write it, every row has a line of its own, and no more than one stands
 * in memory; a document that somebody else has laid out anew is read as a whole.
 */

import { resultHeadEnd, resultSchemaName } from '../../../reports/index.ts';
import { linesOf } from './file-lines.ts';
import { InputError, messageOf } from '../input-error.ts';

/** Nothing is checked yet but that it is JSON. */
export interface Piece {
  readonly kind: 'row' | 'tail';
  /** For messages: file and line, or file and position. */
  readonly place: string;
  readonly value: unknown;
}

export interface Pieces {
  /** The name that the head should bear. */
  readonly schema: string;
  readonly head: { readonly place: string; readonly value: unknown };
  /** Rows in their order, then the tail. */
  rest(): AsyncIterable<Piece> | Iterable<Piece>;
}

export async function openDocument(file: string): Promise<Pieces> {
  for await (const line of linesOf(file)) {
    if (!line.endsWith(resultHeadEnd)) return wholeDocument(file);
    const place = `${file}, line 1`;
    return { schema: resultSchemaName, head: { place, value: parse(`${line}]}`, place) }, rest: () => piecesOf(file) };
  }
  throw new InputError(`${file} is empty`);
}

async function* piecesOf(file: string): AsyncGenerator<Piece> {
  let number = 0;
  let isOver = false;
  for await (const line of linesOf(file)) {
    number += 1;
    if (number === 1 || line.trim() === '') continue;
    const place = `${file}, line ${String(number)}`;
    if (isOver) throw new InputError(`${place}: nothing is expected after the end of the result`);
    isOver = line.startsWith(']');
    const text = isOver ? `{${line.slice('],'.length)}` : line.replace(/,$/, '');
    yield { kind: isOver ? 'tail' : 'row', place, value: parse(text, place) };
  }
  if (!isOver) throw new InputError(`${file} is cut off after line ${String(number)}: its end is missing`);
}

async function wholeDocument(file: string): Promise<Pieces> {
  const document = await readJson(file);
  const trials: unknown = isRecord(document) ? document.trials : undefined;
  return {
    schema: resultSchemaName,
    head: { place: file, value: document },
    *rest() {
      if (!Array.isArray(trials)) throw new InputError(`${file}: trials: an array is expected`);
      for (const [index, value] of trials.entries()) {
        yield { kind: 'row', place: `${file}, trials[${String(index)}]`, value };
      }
      yield { kind: 'tail', place: file, value: document };
    },
  };
}

/** Of the whole file, gzipped or not. */
export async function readJson(file: string): Promise<unknown> {
  const lines: string[] = [];
  for await (const line of linesOf(file)) lines.push(line);
  return parse(lines.join('\n'), file);
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function parse(text: string, place: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new InputError(`${place}: this is no whole JSON: ${messageOf(error)}`);
  }
}
