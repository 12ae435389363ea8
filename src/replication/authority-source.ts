/**
 * The source of a move. It first offers the authority, which moves nothing and may be repeated or tried elsewhere. Once the
 * target is ready, the move is sent: from then on the source commits nothing, and keeps the authority until the target has
 * confirmed. Then it retires, and tells the target so; only now may the target act.
 *
 * A move that isn't confirmed is in doubt, and never tried elsewhere. The source asks, and takes the authority back when the
 * target says that it knows nothing of the move or has lost its memory, or when the target doesn't answer for as long as the
 * lease and the grace. Safety doesn't rest on that time, nor on any clock: a target acts only on the source's last word, and
 * a source that has taken the authority back refuses it.
 *
 * Errors of a move: no answer to an offer is retriable (nothing was sent), a refused offer is fatal for this target, a move
 * without confirmation is ambiguous.
 */

import type { ReplicaId, Timer } from '../contract/index.ts';
import type { Life, MessageOf, Standing } from './authority-messages.ts';
import type { AuthorityQueue } from './authority-queue.ts';
import type { AuthorityRules } from './authority-rules.ts';
import type { AuthoritySeat } from './authority-seat.ts';

interface Offer {
  readonly number: number;
  readonly target: ReplicaId;
  readonly attempt: number;
  readonly timer: Timer;
}

/** A move that was sent. */
interface Move {
  readonly major: number;
  readonly target: ReplicaId;
  readonly life: Life;
}

export interface SourceParts {
  readonly seat: AuthoritySeat;
  readonly queue: AuthorityQueue;
  readonly rules: AuthorityRules;
  /** The authority is to be used here again. */
  readonly kept: () => void;
  /** It is somewhere else now. */
  readonly left: () => void;
}

export class AuthoritySource {
  readonly #parts: SourceParts;
  #offers = 0;
  #offer: Offer | null = null;
  /** Moves that their targets may still confirm, newest last. Never more than one, by the right rules. */
  #sent: readonly Move[] = [];
  /** The move by which the authority has left. */
  #completed: Move | null = null;
  #isInDoubt = false;
  /** Also one of an earlier life, of which a restored disk may say nothing any more. */
  #mayHaveReportedDoubt: boolean;
  #patience: Timer | null = null;

  constructor(parts: SourceParts) {
    this.#parts = parts;
    this.#mayHaveReportedDoubt = parts.seat.log.lastLine !== null;
  }

  get isOffering(): boolean {
    return this.#offer !== null;
  }

  /** Moves the authority to whoever waits for it. */
  offer(afterFailure = false): void {
    if (this.#offer !== null) return;
    const target = this.#parts.queue.next(afterFailure);
    if (target === undefined) this.#parts.kept();
    else this.#offerTo(target, 1);
  }

  /** The authority is not what it was: it can't be offered. */
  withdrawOffer(): void {
    this.#offer?.timer.cancel();
    this.#offer = null;
  }

  /** Too late an answer, after a stall, is as good as a wish. */
  ready(from: ReplicaId, { number, target, known, length }: MessageOf<'ready'>): void {
    const { seat, queue } = this.#parts;
    if (this.#offer?.number !== number) {
      queue.add(from);
      return;
    }
    this.withdrawOffer();
    seat.learnMajor(known.major);
    if (seat.leaseLeft() <= 0) return;
    this.#initiate({ major: seat.nextMajor(from), target: from, life: target }, length);
  }

  declined({ number }: MessageOf<'decline'>): void {
    const offer = this.#offer;
    if (offer?.number !== number) return;
    this.withdrawOffer();
    this.#parts.queue.remove(offer.target);
    this.offer(true);
  }

  confirmed(from: ReplicaId, { major, target }: MessageOf<'confirm'>): void {
    const { seat } = this.#parts;
    const move = this.#sent.find((sent) => sent.target === from && sent.life === target && sent.major === major);
    if (move === undefined) seat.tell(from, { kind: 'refuse', major, target, known: seat.known });
    else if (move !== this.#completed) this.#retire(move);
    else if (seat.isWritten) this.#sayLastWord(move);
  }

  refused(from: ReplicaId, { major }: MessageOf<'refuse'>): void {
    if (this.#isMoving(from) && this.#sent.at(-1)?.major === major) this.#takeBack();
  }

  /** What the target of a move in doubt says of itself. */
  reported(from: ReplicaId, { state, known }: Standing): void {
    const move = this.#sent.at(-1);
    if (!this.#isInDoubt || move?.target !== from) return;
    if (state !== 'HANDOFF_PENDING' || known.major !== move.major) this.#takeBack();
  }

  /** The peer has lost its memory, and with it every move to an earlier life. */
  returned(from: ReplicaId, life: Life): void {
    if (this.#offer?.target === from) this.#giveUp(this.#offer);
    if (this.#isMoving(from) && this.#sent.at(-1)?.life !== life) this.#takeBack();
  }

  /** Where the authority is, or that it is nowhere, has come out. */
  settle(): void {
    const { host } = this.#parts.seat;
    this.#patience?.cancel();
    this.#patience = null;
    if (this.#mayHaveReportedDoubt) host.trace({ kind: 'settled', owner: host.self, by: 'evidence' });
    this.#mayHaveReportedDoubt = false;
    this.#isInDoubt = false;
  }

  sync(): void {
    if (!this.#isInDoubt) return;
    if (this.#parts.rules.recovery === 'unasked') this.#takeBack();
    else this.#ask();
  }

  #offerTo(target: ReplicaId, attempt: number): void {
    const { seat } = this.#parts;
    const { firstDelayMicros, longestDelayMicros } = seat.options;
    this.#offers += 1;
    const number = this.#offers;
    const delay = Math.min(firstDelayMicros * 2 ** (attempt - 1), longestDelayMicros);
    const timer = seat.host.after(delay as typeof firstDelayMicros, () => {
      const offer = this.#offer;
      if (offer?.number !== number) return;
      if (attempt < seat.options.attempts) this.#offerTo(target, attempt + 1);
      else this.#giveUp(offer);
    });
    this.#offer = { number, target, attempt, timer };
    seat.tell(target, { kind: 'offer', number, source: seat.life });
  }

  #giveUp({ target }: Offer): void {
    this.withdrawOffer();
    this.#parts.queue.failed(target);
    this.offer(true);
  }

  #initiate(move: Move, targetHas: number): void {
    const { seat, queue, rules } = this.#parts;
    seat.learnMajor(move.major);
    this.#sent = rules.ambiguous === 'halt' ? [move] : [...this.#sent, move];
    seat.enter('HANDOFF_INITIATED', { moveTo: move.major }, () => {
      this.#patience = seat.host.after(seat.options.firstDelayMicros, () => {
        this.#doubt(move);
      });
      seat.tell(move.target, {
        kind: 'move',
        major: move.major,
        source: seat.life,
        target: move.life,
        piece: seat.log.pieceFrom(targetHas),
        queue: queue.waiting.filter((replica) => replica !== move.target),
      });
    });
  }

  #doubt(move: Move): void {
    const { seat, queue, rules } = this.#parts;
    if (rules.ambiguous === 'try-next') {
      queue.failed(move.target);
      const next = queue.next(true);
      if (next !== undefined) this.#offerTo(next, 1);
      return;
    }
    const { leaseMicros, graceMicros } = seat.options;
    this.#isInDoubt = true;
    this.#patience = seat.host.after((leaseMicros + graceMicros) as typeof leaseMicros, () => {
      this.#takeBack();
    });
    seat.enter('RECOVERY_REQUIRED', { moveTo: move.major }, () => {
      this.#mayHaveReportedDoubt = true;
      seat.host.trace({ kind: 'doubt', owner: seat.host.self, target: move.target });
      this.#ask();
    });
  }

  #ask(): void {
    const { seat } = this.#parts;
    seat.tellAll({ kind: 'ask', life: seat.life });
  }

  #retire(move: Move): void {
    const { seat, queue } = this.#parts;
    this.settle();
    this.#completed = move;
    seat.holds = false;
    queue.succeeded(move.target);
    seat.enter('RETIRED', { epoch: { major: move.major, generation: 0 } }, () => {
      this.#sayLastWord(move);
      this.#parts.left();
    });
  }

  #sayLastWord({ target, major, life }: Move): void {
    this.#parts.seat.tell(target, { kind: 'retired', major, target: life });
  }

  /** With a major above every one that was seen, the sent one included: whoever confirms that from now on is refused. */
  #takeBack(): void {
    const { seat, rules } = this.#parts;
    const move = this.#sent.at(-1);
    this.settle();
    const isUnasked = rules.recovery === 'unasked' && move !== undefined;
    if (!isUnasked) this.#sent = [];
    const major = isUnasked ? move.major : seat.nextMajor(seat.host.self);
    seat.enter('ACTIVE_OWNER', { epoch: { major, generation: 0 } }, this.#parts.kept);
  }

  #isMoving(target: ReplicaId): boolean {
    const { state } = this.#parts.seat;
    return (state === 'HANDOFF_INITIATED' || this.#isInDoubt) && this.#sent.at(-1)?.target === target;
  }
}
