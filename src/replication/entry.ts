/** One commit as the replicas tell it to each other and keep it in their journals, and the messages that carry it. */

import type { AgentId } from '../contract/index.ts';
import { ByteReader, ByteWriter } from './bytes.ts';

/** One incarnation of a replica: drawn anew whenever a replica opens, so that a restored backup never reuses an id. */
export type Origin = number;

/** By origin, how many of its entries are contained: they are numbered from 0 without gaps. */
export type Vector = Map<Origin, number>;

export interface Entry {
  readonly origin: Origin;
  readonly sequence: number;
  /** What its author had merged and had not yet named in its last entry: entries of other origins that come before it. */
  readonly dependencies: Vector;
  readonly agent: AgentId;
  readonly turn: number;
  readonly attempt: number;
  /** The highest write number in it. */
  readonly number: number;
  /** A turn of a recorded session, which saw no more than its dependencies. */
  readonly recorded: boolean;
  readonly update: Uint8Array;
  /** The whole entry as it travels and as it lies on a disk. */
  readonly bytes: Uint8Array;
}

/**
 * - `push`: a new entry
 * - `ask`: what the sender has; the answer brings what it lacks
 * - `tell`: an answer, with what the sender has
 */
export type Message =
  | { readonly kind: 'push'; readonly entries: readonly Entry[] }
  | { readonly kind: 'ask' | 'tell'; readonly vector: Vector; readonly entries: readonly Entry[] };

const messageKinds = ['push', 'ask', 'tell'] as const;

export function encodeEntry(entry: Omit<Entry, 'bytes'>): Entry {
  const writer = new ByteWriter().number(entry.origin).number(entry.sequence);
  writeVector(writer, entry.dependencies);
  writer.text(entry.agent).number(entry.turn).number(entry.attempt).number(entry.number);
  const bytes = writer.number(Number(entry.recorded)).bytes(entry.update).finish();
  return { bytes, ...entry };
}

function decodeEntry(bytes: Uint8Array): Entry {
  const reader = new ByteReader(bytes);
  return {
    origin: reader.number(),
    sequence: reader.number(),
    dependencies: readVector(reader),
    agent: reader.text() as AgentId,
    turn: reader.number(),
    attempt: reader.number(),
    number: reader.number(),
    recorded: reader.number() === 1,
    update: reader.bytes(),
    bytes,
  };
}

/**
 * What is appended to a journal at once, so that a crash or a backup never tears it: the entries of one message, or one entry
 * that was made here.
 */
export function encodeRecord(entries: readonly Entry[]): Uint8Array {
  const writer = new ByteWriter().number(entries.length);
  for (const entry of entries) writer.bytes(entry.bytes);
  return writer.finish();
}

/** The entries share the memory of the record. */
export function decodeRecord(record: Uint8Array): readonly Entry[] {
  return readEntries(new ByteReader(record));
}

export function encodeMessage(message: Message): Uint8Array {
  const writer = new ByteWriter().number(messageKinds.indexOf(message.kind));
  if (message.kind !== 'push') writeVector(writer, message.vector);
  writer.number(message.entries.length);
  for (const entry of message.entries) writer.bytes(entry.bytes);
  return writer.finish();
}

export function decodeMessage(bytes: Uint8Array): Message {
  const reader = new ByteReader(bytes);
  const kind = messageKinds[reader.number()];
  if (kind === undefined) throw new RangeError('a message of no known kind');
  const vector = kind === 'push' ? null : readVector(reader);
  const entries = readEntries(reader);
  return kind === 'push' || vector === null ? { kind: 'push', entries } : { kind, vector, entries };
}

function readEntries(reader: ByteReader): readonly Entry[] {
  return Array.from({ length: reader.number() }, () => decodeEntry(reader.bytes()));
}

/** Whether everything in `other` is in `vector`. */
export function covers(vector: ReadonlyMap<Origin, number>, other: ReadonlyMap<Origin, number>): boolean {
  for (const [origin, count] of other) if ((vector.get(origin) ?? 0) < count) return false;
  return true;
}

/** Raises the count of an origin, never lowers it. */
export function raise(vector: Vector, origin: Origin, count: number): void {
  if ((vector.get(origin) ?? 0) < count) vector.set(origin, count);
}

function writeVector(writer: ByteWriter, vector: Vector): void {
  writer.number(vector.size);
  for (const [origin, count] of vector) writer.number(origin).number(count);
}

function readVector(reader: ByteReader): Vector {
  const size = reader.number();
  const vector: Vector = new Map();
  for (let index = 0; index < size; index += 1) vector.set(reader.number(), reader.number());
  return vector;
}
