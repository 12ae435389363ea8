/**
 * The target of a move. It confirms a move once the move and all that it lacked of the log are on its disk, and acts only on
 * the source's last word. Whatever comes late, after a stall or from an earlier life, is answered by the source, who knows
 * whether the move still stands.
 */

import type { ReplicaId } from '../contract/index.ts';
import type { Life, MessageOf } from './authority-messages.ts';
import type { AuthorityQueue } from './authority-queue.ts';
import type { AuthoritySeat } from './authority-seat.ts';

/** A move that this replica has taken, and of which it waits for the source's last word. */
interface Pending {
  readonly source: ReplicaId;
  readonly sourceLife: Life;
  readonly major: number;
}

export interface TargetParts {
  readonly seat: AuthoritySeat;
  readonly queue: AuthorityQueue;
  /** Whether the authority is wanted here and nothing forbids to take it. */
  readonly isWilling: () => boolean;
  readonly granted: () => void;
  /** The source can't say its last word any more: it has lost its memory. */
  readonly orphaned: () => void;
}

export class AuthorityTarget {
  readonly #parts: TargetParts;
  #pending: Pending | null = null;

  constructor(parts: TargetParts) {
    this.#parts = parts;
  }

  offered(from: ReplicaId, { number }: MessageOf<'offer'>): void {
    const { seat } = this.#parts;
    if (!this.#mayTake()) seat.tell(from, { kind: 'decline', number });
    else {
      const { life, known, log } = seat;
      seat.tell(from, { kind: 'ready', number, target: life, known, length: log.length });
    }
  }

  moved(from: ReplicaId, { major, source, target, piece, queue }: MessageOf<'move'>): void {
    const { seat } = this.#parts;
    if (target !== seat.life || this.#pending?.major === major) return;
    if (!this.#mayTake() || major <= seat.known.major || seat.log.hasGapBefore(piece)) {
      seat.tell(from, { kind: 'refuse', major, target, known: seat.known });
      return;
    }
    this.#parts.queue.takeOver(queue, seat.host.self);
    this.#pending = { source: from, sourceLife: source, major };
    const entries = seat.log.missing(piece);
    seat.enter('HANDOFF_PENDING', { epoch: { major, generation: 0 }, entries }, () => {
      this.#confirm();
    });
  }

  lastWord(from: ReplicaId, { major, target }: MessageOf<'retired'>): void {
    const { seat, granted } = this.#parts;
    const pending = this.#pending;
    if (pending?.source !== from || pending.major !== major || target !== seat.life) return;
    this.#pending = null;
    seat.holds = true;
    seat.enter('ACTIVE_OWNER', {}, granted);
  }

  refused(from: ReplicaId, { major, target, known }: MessageOf<'refuse'>): void {
    const { seat } = this.#parts;
    if (this.#pending?.source !== from || this.#pending.major !== major || target !== seat.life) return;
    seat.learn(known);
    this.#pending = null;
    seat.stepBack('RETIRED');
  }

  /** An owner with a higher major is heard: the move is void. */
  overruled(major: number): void {
    if (this.#pending === null || this.#pending.major >= major) return;
    this.#pending = null;
    this.#parts.seat.stepBack('RETIRED');
  }

  /** A source in doubt asks. */
  asked(from: ReplicaId): void {
    if (this.#pending?.source === from) this.#confirm();
  }

  returned(from: ReplicaId, life: Life): void {
    if (this.#pending?.source !== from || this.#pending.sourceLife === life) return;
    this.#pending = null;
    this.#parts.seat.stepBack('RECOVERY_REQUIRED');
    this.#parts.orphaned();
  }

  sync(): void {
    if (this.#pending !== null) this.#confirm();
  }

  #mayTake(): boolean {
    const { seat, isWilling } = this.#parts;
    return seat.state === 'RETIRED' && isWilling();
  }

  #confirm(): void {
    const { seat } = this.#parts;
    if (this.#pending === null || !seat.isWritten) return;
    seat.tell(this.#pending.source, { kind: 'confirm', major: this.#pending.major, target: seat.life });
  }
}
