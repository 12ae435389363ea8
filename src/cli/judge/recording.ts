/**
 * A file of exchanges, one JSON line each, after a line that says with whom. Each line is on the disk before its answer is
 * used: a run that is killed keeps what it has paid for. A finished recording is sorted, so that it doesn't tell how many
 * workers wrote it. Of runs that write into the same file none takes away what another has paid for: they stop.
 */

import {
  appendFileSync,
  closeSync,
  existsSync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  openSync,
  readFileSync,
  statSync,
} from 'node:fs';
import { z } from 'zod';
import { InputError, messageOf } from '../input-error.ts';
import { problemsIn } from '../problems.ts';
import { openOutput } from '../store/output-file.ts';
import { lineOf, parseLine, type Exchange } from './exchange.ts';

const format = 'lostwrites/recording@1';

const headerSchema = z.strictObject({
  recording: z.literal(format),
  judge: z.literal('openai'),
  model: z.string(),
  usdPerMillionIn: z.number().min(0).nullable(),
  usdPerMillionOut: z.number().min(0).nullable(),
  /** Hash over what is the same in all requests: after a change of it no recorded answer would be found. */
  instructions: z.string(),
});

export type Header = Readonly<Omit<z.infer<typeof headerSchema>, 'recording' | 'judge'>>;

/** What a file holds. `wholeBytes`: up to a last line that was cut off while it was written. */
interface Content {
  readonly header: Header;
  readonly exchanges: ReadonlyMap<string, Exchange>;
  readonly bytes: number;
  readonly wholeBytes: number;
  readonly tornLine: number | null;
}

/** Throws {@link InputError} if there is no recording there, or if it is damaged. */
export class Recording {
  readonly file: string;
  readonly header: Header;
  /** Something that the user should know. */
  readonly notice: string | null;
  readonly #exchanges: Map<string, Exchange>;
  /** What was there when it was read; null: it may not be written to. */
  readonly #found: Pick<Content, 'bytes' | 'wholeBytes'> | null;
  #descriptor: number | null = null;
  /** Where the file ends, if nobody else writes into it. */
  #end = 0;

  private constructor(file: string, content: Content, isWritable: boolean) {
    this.file = file;
    this.header = content.header;
    this.#exchanges = new Map(content.exchanges);
    this.#found = isWritable ? { bytes: content.bytes, wholeBytes: content.wholeBytes } : null;
    this.notice =
      content.tornLine === null
        ? null
        : `${file}, line ${String(content.tornLine)} was cut off while it was written: it is left out`;
  }

  /** To read from only. */
  static open(file: string): Recording {
    const content = read(file);
    if (content === null) throw new InputError(`the recording ${file} is empty: make one with --record ${file}`);
    return new Recording(file, content, false);
  }

  /** To go on with, or a new one with this header. Nothing is written yet. */
  static append(file: string, header: Header): Recording {
    openOutput(file, '--record').discard();
    const found = existsSync(file) ? read(file) : null;
    if (found !== null) requireSame(file, found.header, header);
    return new Recording(
      file,
      found ?? { header, exchanges: new Map(), bytes: sizeOf(file), wholeBytes: 0, tornLine: null },
      true,
    );
  }

  /** Makes the file, or leaves out a last line that was cut off. Throws {@link InputError} if another run has begun with it. */
  start(): void {
    if (this.#found === null || this.#descriptor !== null) return;
    const { bytes, wholeBytes } = this.#found;
    this.#descriptor = openSync(this.file, 'a');
    this.#end = bytes;
    if (!this.#isAlone(this.#descriptor)) throw this.#inUse();
    ftruncateSync(this.#descriptor, wholeBytes);
    this.#end = wholeBytes;
    if (wholeBytes === 0) this.#end += append(this.#descriptor, headerLine(this.header));
  }

  find(key: string): Exchange | undefined {
    return this.#exchanges.get(key);
  }

  /** Returns when it is durable. Throws {@link InputError} when it is and another run writes into the file. */
  add(exchange: Exchange): void {
    this.start();
    const descriptor = this.#descriptor;
    if (descriptor === null) throw new Error(`the recording ${this.file} is not open for writing`);
    if (!this.#isAlone(descriptor)) {
      this.#addBeside(exchange);
      throw this.#inUse();
    }
    this.#end += append(descriptor, lineOf(exchange));
    this.#exchanges.set(exchange.key, exchange);
  }

  /** Puts the lines into their order, unless some are another run's. */
  finish(): void {
    if (this.#descriptor === null) return;
    const isAlone = this.#isAlone(this.#descriptor);
    closeSync(this.#descriptor);
    this.#descriptor = null;
    if (!isAlone) return;
    const output = openOutput(this.file, '--record');
    output.write(`${headerLine(this.header)}\n`);
    const keys = [...this.#exchanges.keys()].sort();
    for (const exchange of keys.map((key) => this.#exchanges.get(key))) {
      if (exchange !== undefined) output.write(`${lineOf(exchange)}\n`);
    }
    output.commit(false);
  }

  /** Nobody has written into the file or put another in its place. One that was removed comes back when it is finished. */
  #isAlone(descriptor: number): boolean {
    const own = fstatSync(descriptor);
    const there = statSync(this.file, { throwIfNoEntry: false });
    return own.size === this.#end && (there === undefined || there.ino === own.ino);
  }

  #inUse(): InputError {
    return new InputError(
      `--record ${this.file}: another run writes into it, too. Nothing that was paid for is lost; ` +
        'go on by the same command when the other run has ended, or name another file',
    );
  }

  /** Where the file is now: the other run may have put a sorted one in its place. */
  #addBeside(exchange: Exchange): void {
    const found = existsSync(this.file) ? read(this.file) : null;
    if (found?.exchanges.has(exchange.key) === true) return;
    const descriptor = openSync(this.file, 'a');
    if (found === null) append(descriptor, headerLine(this.header));
    append(descriptor, lineOf(exchange));
    closeSync(descriptor);
  }
}

/** Returns how many bytes are on the disk now that were not there before. */
function append(descriptor: number, line: string): number {
  const bytes = Buffer.from(`${line}\n`);
  appendFileSync(descriptor, bytes);
  fsyncSync(descriptor);
  return bytes.length;
}

function headerLine(header: Header): string {
  return JSON.stringify({ recording: format, judge: 'openai', ...header });
}

const headerStart = `{"recording":${JSON.stringify(format)}`;

/** Null: the file holds nothing yet, or only the beginning of its first line. */
function read(file: string): Content | null {
  const bytes = readBytes(file);
  const wholeBytes = bytes.lastIndexOf('\n') + 1;
  const torn = bytes.subarray(wholeBytes).toString();
  if (wholeBytes === 0) {
    if (headerStart.startsWith(torn) || torn.startsWith(headerStart)) return null;
    throw new InputError(`${file} is no recording: its first line does not begin with ${headerStart}`);
  }
  const [first = '', ...lines] = bytes
    .subarray(0, wholeBytes - 1)
    .toString()
    .split('\n');
  return {
    header: parseHeader(file, first),
    exchanges: parseExchanges(file, lines),
    bytes: bytes.length,
    wholeBytes,
    tornLine: torn === '' ? null : lines.length + 2,
  };
}

function sizeOf(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.size ?? 0;
}

function readBytes(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    throw new InputError(`the recording ${file} cannot be read: ${messageOf(error)}`);
  }
}

function parseHeader(file: string, line: string): Header {
  if (!line.startsWith('{"recording":')) {
    throw new InputError(`${file} is no recording: its first line does not begin with ${headerStart}`);
  }
  try {
    const { recording: _format, judge: _judge, ...header } = headerSchema.parse(JSON.parse(line));
    return header;
  } catch (error) {
    throw new InputError(`the recording ${file} cannot be used, line 1: ${problemOf(error)}`);
  }
}

function parseExchanges(file: string, lines: readonly string[]): ReadonlyMap<string, Exchange> {
  const exchanges = new Map<string, Exchange>();
  for (const [index, line] of lines.entries()) {
    const place = `the recording ${file} is damaged in line ${String(index + 2)}`;
    const remedy = 'restore the file, or delete the line and record its answer again';
    let exchange: Exchange;
    try {
      exchange = parseLine(line);
    } catch (error) {
      throw new InputError(`${place}: ${problemOf(error)}; ${remedy}`);
    }
    if (exchanges.has(exchange.key)) throw new InputError(`${place}: it repeats the key of another line; ${remedy}`);
    exchanges.set(exchange.key, exchange);
  }
  return exchanges;
}

/** Answers of another model, at other prices or to other instructions are other answers. */
function requireSame(file: string, found: Header, wanted: Header): void {
  if (found.instructions !== wanted.instructions) throw otherInstructions(file);
  if (describe(found) === describe(wanted)) return;
  throw new InputError(
    `--record ${file}: its answers are from ${describe(found)}, and this run asks ${describe(wanted)}: name another file`,
  );
}

export function otherInstructions(file: string): InputError {
  return new InputError(
    `the recording ${file} was made by a version of lostwrites that asks in other words: record it anew, into another file`,
  );
}

function describe({ model, usdPerMillionIn, usdPerMillionOut }: Header): string {
  const prices = [usdPerMillionIn, usdPerMillionOut].map((price) => (price === null ? '?' : String(price)));
  return `${model} at ${prices.join(' / ')} USD per million tokens`;
}

function problemOf(error: unknown): string {
  return error instanceof z.ZodError ? problemsIn(error).join('; ') : messageOf(error);
}
