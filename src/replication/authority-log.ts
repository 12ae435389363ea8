/**
 * The log of a document with one owner: every accepted turn, in one order that is the same on all replicas, and between
 * them what the replica has written down of the authority. Only what is durable is shown.
 *
 * All logs are the beginning of one and the same log: only the owner adds to it, and whoever becomes the owner has first
 * taken over what anybody holds.
 */

import type { AgentId, DocumentState, Host, Transaction, TransactionId } from '../contract/index.ts';
import type { AuthorityLine, AuthorityRecord, LogEntry, LogPiece } from './authority-messages.ts';
import { decodeShared, encodeShared } from './shared-codec.ts';
import { intactRecords } from './hub-journal.ts';
import { VersionedDocument } from './versioned-document.ts';

export class AuthorityLog {
  readonly document: VersionedDocument;
  /** What the disk said of the authority when this replica opened. */
  readonly lastLine: AuthorityLine | null;
  readonly #host: Host;
  /** Those at the end may not be durable yet. */
  readonly #entries: LogEntry[] = [];
  /** Of every turn, not only of the newest of each agent: an agent may come back to an older one. */
  readonly #landed = new Set<TransactionId>();
  readonly #numbers = new Map<AgentId, number>();

  constructor(host: Host) {
    this.#host = host;
    this.document = new VersionedDocument(host.schema);
    let lastLine: AuthorityLine | null = null;
    for (const bytes of intactRecords(host)) {
      const { authority, piece } = decodeShared(bytes) as AuthorityRecord;
      lastLine = authority ?? lastLine;
      for (const entry of this.missing(piece)) {
        this.#entries.push(entry);
        this.#apply(entry);
      }
    }
    this.lastLine = lastLine;
    const contains = Object.fromEntries(this.#numbers);
    host.trace({ kind: 'recovered', grants: [], versions: this.document.fieldVersions(), contains });
  }

  get length(): number {
    return this.#entries.length;
  }

  get lastMajor(): number {
    return this.#entries.at(-1)?.major ?? 0;
  }

  pieceFrom(from: number): LogPiece {
    return { from, entries: this.#entries.slice(from) };
  }

  hasGapBefore({ from }: LogPiece): boolean {
    return from > this.#entries.length;
  }

  /** The entries of the piece that aren't here yet. */
  missing({ from, entries }: LogPiece): readonly LogEntry[] {
    return entries.slice(Math.max(0, this.#entries.length - from));
  }

  /** Appends both at once. `durable` is called when they stand on the disk and are shown. */
  write(authority: AuthorityLine, entries: readonly LogEntry[], durable: () => void): void {
    const record: AuthorityRecord = { authority, piece: { from: this.length, entries } };
    this.writeDown(encodeShared(record), record, durable);
  }

  /** The same for a record that is encoded already. */
  writeDown(bytes: Uint8Array, { piece }: AuthorityRecord, durable: () => void): void {
    const missing = this.missing(piece);
    this.#entries.push(...missing);
    this.#host.disk.append(bytes, () => {
      for (const entry of missing) this.#apply(entry);
      durable();
    });
  }

  /** Whether some attempt at the turn was accepted: that is final, whether its agent has heard of it or not. */
  hasLanded({ id }: Transaction): boolean {
    return this.#landed.has(id);
  }

  state(): DocumentState {
    return this.document.state();
  }

  #apply({ turn, writes }: LogEntry): void {
    this.#landed.add(turn);
    for (const { agent, number } of writes) {
      this.#numbers.set(agent, Math.max(number, this.#numbers.get(agent) ?? 0));
    }
    this.document.apply(writes);
  }
}
