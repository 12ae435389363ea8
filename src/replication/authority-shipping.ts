/**
 * How the owner's log reaches the other replicas: pushed as it grows, and again to whoever lacks something. Who has received
 * a piece says nothing unless it lacks what comes before; the owner asks when nothing else goes on.
 */

import type { ReplicaId } from '../contract/index.ts';
import type { LogEntry, MessageOf } from './authority-messages.ts';
import type { AuthoritySeat } from './authority-seat.ts';
import { encodeShared } from './shared-codec.ts';

export class AuthorityShipping {
  readonly #seat: AuthoritySeat;
  /** By peer, how much of the log it certainly has on its disk. */
  readonly #has = new Map<ReplicaId, number>();

  constructor(seat: AuthoritySeat) {
    this.#seat = seat;
  }

  /** Adds an entry of the owner. It is encoded once: what the owner writes down is what everybody hears, and writes down. */
  append(entry: LogEntry, durable: () => void): void {
    const { log } = this.#seat;
    const push: MessageOf<'push'> = {
      kind: 'push',
      major: entry.major,
      piece: { from: log.length, entries: [entry] },
    };
    const bytes = encodeShared(push);
    log.writeDown(bytes, push, () => {
      this.#seat.sendAll(bytes);
      durable();
    });
  }

  /** Whoever isn't known to have everything is asked how far it is. */
  sync(): void {
    for (const peer of this.#seat.host.peers) {
      if (this.#has.get(peer) !== this.#seat.log.length) this.#ship(peer, this.#seat.log.length);
    }
  }

  returned(peer: ReplicaId): void {
    this.#has.delete(peer);
    if (this.#seat.isActive) this.#ship(peer, this.#seat.log.length);
  }

  has(peer: ReplicaId, { length, gap }: MessageOf<'have'>): void {
    this.#has.set(peer, length);
    if (gap && this.#seat.isActive) this.#ship(peer, length);
  }

  /**
   * A push of the owner. Nothing is written where something is missing before it: what a replica writes while it handles a
   * message of the owner shows that it has all that the owner had.
   */
  take(owner: ReplicaId, push: MessageOf<'push'>, bytes: Uint8Array): void {
    const { log } = this.#seat;
    const { major, piece } = push;
    const gap = log.hasGapBefore(piece);
    if (gap || piece.entries.length === 0) this.#seat.tell(owner, { kind: 'have', major, length: log.length, gap });
    else if (log.missing(piece).length > 0) log.writeDown(bytes, push, () => undefined);
  }

  #ship(peer: ReplicaId, from: number): void {
    const { log, known } = this.#seat;
    this.#seat.tell(peer, { kind: 'push', major: known.major, piece: log.pieceFrom(from) });
  }
}
