/**
 * How a replica that has lost its memory finds out who has the authority, and how the authority is recovered when nobody has
 * it. Disks may be older than what they once said, so nothing on them is taken for the truth:
 *
 * - A replica that opens first asks all others, and takes no part in anything until every one of them has answered.
 * - If none of them has the authority, it belongs to the owner of the highest epoch that anybody knows of. That one claims
 *   it, with a major above all that anybody has seen.
 * - A claim needs the promise of every other replica, given in the life that it lives now: that it neither has the authority
 *   nor waits for it, and takes it from nobody until the claim is over. With the promise comes what the claimer lacks of the
 *   log.
 *
 * Promises live in memory only, and that is enough: a replica that forgets one by a crash must ask the claimer again before it
 * can do any harm. So two replicas never recover together: each would need the promise of the other, and the one with the
 * lower major has to give in. Silence is waited for, however long it lasts: no clock decides here.
 */

import type { ReplicaId } from '../contract/index.ts';
import type { Life, LogPiece, MessageOf, Standing } from './authority-messages.ts';
import type { AuthoritySeat } from './authority-seat.ts';

/**
 * Majors of recoveries keep up with the clock, so that they rise even over epochs that every disk has forgotten. Moves raise
 * them more slowly than this. It is good to have, and safety doesn't need it.
 */
const microsPerMajor = 1_000;

type Round =
  | { readonly kind: 'asking'; readonly reports: Map<ReplicaId, Standing> }
  | { readonly kind: 'claiming'; readonly major: number; readonly promises: Map<ReplicaId, LogPiece> };

interface GivenPromise {
  readonly claimer: ReplicaId;
  readonly life: Life;
  readonly major: number;
  readonly length: number;
}

export interface RecoveryParts {
  readonly seat: AuthoritySeat;
  /** Nothing that this replica has done in an earlier life is in doubt any more. */
  readonly settled: () => void;
  /** Somebody else has the authority, or will have it. */
  readonly informed: () => void;
  readonly recovered: () => void;
}

export class AuthorityRecovery {
  readonly #parts: RecoveryParts;
  #round: Round | null = null;
  #promise: GivenPromise | null = null;

  constructor(parts: RecoveryParts) {
    this.#parts = parts;
  }

  /** Nothing is open here: the authority may be taken from its owner. */
  get isIdle(): boolean {
    return this.#round === null && this.#promise === null;
  }

  ask(): void {
    this.#round = { kind: 'asking', reports: new Map() };
    this.sync();
    this.#conclude();
  }

  /** Only for a replica that knows all that there is to know. */
  claim(): void {
    const { seat } = this.#parts;
    seat.learnMajor(Math.floor(seat.host.now() / microsPerMajor));
    const major = seat.nextMajor(seat.host.self);
    this.#round = { kind: 'claiming', major, promises: new Map() };
    this.sync();
    this.#conclude();
  }

  /** Asks those who haven't answered yet; an answer that was given already is repeated. */
  sync(): void {
    const { seat } = this.#parts;
    const { host, life, log } = seat;
    const round = this.#round;
    if (this.#promise !== null) this.#sayPromise(this.#promise);
    for (const peer of host.peers) {
      if (round?.kind === 'asking' && !round.reports.has(peer)) seat.tell(peer, { kind: 'ask', life });
      if (round?.kind === 'claiming' && !round.promises.has(peer))
        seat.tell(peer, { kind: 'claim', life, major: round.major, length: log.length });
    }
  }

  reported(from: ReplicaId, report: MessageOf<'report'>): void {
    const { seat } = this.#parts;
    if (report.asker !== seat.life) return;
    seat.learn(report.known);
    if (this.#round?.kind !== 'asking') return;
    this.#round.reports.set(from, report);
    this.#conclude();
  }

  claimed(from: ReplicaId, { life, major, length }: MessageOf<'claim'>): void {
    const { seat } = this.#parts;
    seat.learnMajor(major);
    const rival = this.#round?.kind === 'claiming' ? this.#round.major : 0;
    const promised = this.#promise !== null && this.#promise.claimer !== from ? this.#promise.major : 0;
    if (seat.holds || seat.state === 'HANDOFF_PENDING' || Math.max(rival, promised) > major) {
      seat.tell(from, { kind: 'objection', claimer: life, major, ...seat.standing });
      return;
    }
    this.#askLater();
    this.#promise = { claimer: from, life, major, length };
    this.#parts.settled();
    this.#sayPromise(this.#promise);
  }

  promised(from: ReplicaId, { claimer, major, known, piece }: MessageOf<'promise'>): void {
    const { seat } = this.#parts;
    if (claimer !== seat.life || this.#round?.kind !== 'claiming' || this.#round.major !== major) {
      seat.tell(from, { kind: 'abandon', life: claimer, major });
      return;
    }
    seat.learn(known);
    this.#round.promises.set(from, piece);
    this.#conclude();
  }

  /** Whoever objects knows better, or claims with a higher major: everything is asked for anew. */
  objected({ claimer, major, known }: MessageOf<'objection'>): void {
    const { seat } = this.#parts;
    if (claimer !== seat.life || this.#round?.kind !== 'claiming' || this.#round.major !== major) return;
    seat.learn(known);
    this.#askLater();
  }

  abandoned(from: ReplicaId, { life, major }: MessageOf<'abandon'>): void {
    const promise = this.#promise;
    if (promise?.claimer !== from || promise.life !== life || promise.major !== major) return;
    this.#promise = null;
    this.#conclude();
  }

  returned(from: ReplicaId, life: Life): void {
    if (this.#round?.kind === 'claiming') this.#round.promises.delete(from);
    if (this.#promise?.claimer !== from || this.#promise.life === life) return;
    this.#promise = null;
    this.#conclude();
  }

  /** The owner is heard. False if it can't be the owner any more, since its authority is being recovered. */
  heardOwner(from: ReplicaId, major: number): boolean {
    const { seat } = this.#parts;
    if (this.#promise !== null && (from !== this.#promise.claimer || major < this.#promise.major)) return false;
    seat.learn({ major, generation: 0 });
    this.#promise = null;
    this.#askLater();
    this.#conclude();
    return true;
  }

  #conclude(): void {
    const { seat, settled, informed } = this.#parts;
    const round = this.#round;
    const needed = seat.host.peers.length;
    if (round === null || this.#promise !== null) return;
    if (round.kind === 'claiming') {
      if (round.promises.size === needed) this.#activate(round.major, [...round.promises.values()]);
      return;
    }
    if (round.reports.size < needed) return;
    this.#round = null;
    settled();
    const isTaken = [...round.reports.values()].some(({ holds, state }) => holds || state === 'HANDOFF_PENDING');
    if (!isTaken && this.#isMine()) this.claim();
    else {
      seat.stepBack('RETIRED');
      informed();
    }
  }

  #activate(major: number, pieces: readonly LogPiece[]): void {
    const { seat, recovered, informed } = this.#parts;
    if (!this.#isMine()) {
      this.#abandon(major);
      this.#round = null;
      seat.stepBack('RETIRED');
      informed();
      return;
    }
    if (seat.known.major >= major) {
      this.claim();
      return;
    }
    const missing = pieces.map((piece) => seat.log.missing(piece));
    const entries = missing.reduce((longest, one) => (one.length > longest.length ? one : longest), []);
    this.#round = null;
    seat.holds = true;
    seat.enter('ACTIVE_OWNER', { epoch: { major, generation: 0 }, entries }, recovered);
  }

  /** "Only the last owner recovers": it spares the others a claim, safety doesn't need it. */
  #isMine(): boolean {
    const { deal, known, host } = this.#parts.seat;
    return deal.ownerOf(known) === host.self;
  }

  /** A claim in which somebody else has come first: what everybody knows is asked for anew with the next round. */
  #askLater(): void {
    if (this.#round?.kind !== 'claiming') return;
    this.#abandon(this.#round.major);
    this.#round = { kind: 'asking', reports: new Map() };
  }

  #abandon(major: number): void {
    const { seat } = this.#parts;
    seat.tellAll({ kind: 'abandon', life: seat.life, major });
  }

  #sayPromise({ claimer, life, major, length }: GivenPromise): void {
    const { seat } = this.#parts;
    const { known, log } = seat;
    seat.tell(claimer, { kind: 'promise', claimer: life, major, known, piece: log.pieceFrom(length) });
  }
}
