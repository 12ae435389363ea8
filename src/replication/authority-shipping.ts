/** How the owner's log reaches the other replicas: pushed as it grows, and again to whoever lacks something. */

import type { ReplicaId } from '../contract/index.ts';
import type { MessageOf } from './authority-messages.ts';
import type { AuthoritySeat } from './authority-seat.ts';

export class AuthorityShipping {
  readonly #seat: AuthoritySeat;
  /** By peer, how much of the log it certainly has on its disk. */
  readonly #has = new Map<ReplicaId, number>();

  constructor(seat: AuthoritySeat) {
    this.#seat = seat;
  }

  /** Everybody hears what has been added since the log had this length, and who is the owner. */
  push(from: number): void {
    const { log, known } = this.#seat;
    this.#seat.tellAll({ kind: 'push', major: known.major, piece: log.pieceFrom(from) });
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
  take(owner: ReplicaId, { major, piece }: MessageOf<'push'>): void {
    const { log } = this.#seat;
    const answer = (gap: boolean): void => {
      this.#seat.tell(owner, { kind: 'have', major, length: log.length, gap });
    };
    const missing = log.missing(piece);
    if (log.hasGapBefore(piece)) answer(true);
    else if (missing.length === 0) answer(false);
    else
      log.write(null, missing, () => {
        answer(false);
      });
  }

  #ship(peer: ReplicaId, from: number): void {
    const { log, known } = this.#seat;
    this.#seat.tell(peer, { kind: 'push', major: known.major, piece: log.pieceFrom(from) });
  }
}
