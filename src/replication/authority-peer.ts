/**
 * One replica's part in the authority over a document: at most one replica has it, and only that one commits. Who wants it
 * asks all; the owner moves it to the one who has waited longest as soon as it doesn't need it any more.
 *
 * Why two replicas never act on it at once:
 *
 * - A live owner gives it away only by its last word to a target that waits for it, and has retired by then, on disk.
 * - Whoever has lost its memory, or its lease, acts only with the promise of everybody else (see the recovery). An owner or
 *   a waiting target never promises.
 * - Epochs are dealt out, so that what was forgotten is at worst used again by the same replica.
 *
 * None of this depends on what a disk says or on clocks: disks only say where to go on from.
 */

import { seconds, type Host, type ReplicaId } from '../contract/index.ts';
import { firstEpoch } from './authority-epoch.ts';
import type { AuthorityLog } from './authority-log.ts';
import type { AuthorityMessage, Life, LogEntry, MessageOf } from './authority-messages.ts';
import { AuthorityQueue } from './authority-queue.ts';
import { AuthorityRecovery } from './authority-recovery.ts';
import type { AuthorityRules } from './authority-rules.ts';
import { AuthoritySeat, type AuthorityOptions } from './authority-seat.ts';
import { AuthorityShipping } from './authority-shipping.ts';
import { AuthoritySource } from './authority-source.ts';
import { AuthorityTarget } from './authority-target.ts';
import { decodeShared } from './shared-codec.ts';

/** Only a message that was lost on its way needs that: whoever has forgotten a wish says so earlier, it has opened or asks. */
const wishAgainMicros = seconds(60);

export interface AuthorityPeerParts {
  readonly host: Host;
  readonly log: AuthorityLog;
  readonly options: AuthorityOptions;
  readonly rules: AuthorityRules;
  /** Whether a turn is open here that has been shown the document: the authority stays until it has ended. */
  readonly isInUse: () => boolean;
  /** Whether a request waits for the authority. */
  readonly isWanted: () => boolean;
  /** The authority is here: a request that has waited for it may go on. */
  readonly granted: () => void;
}

export class AuthorityPeer {
  readonly #parts: AuthorityPeerParts;
  readonly #seat: AuthoritySeat;
  readonly #queue = new AuthorityQueue();
  readonly #shipping: AuthorityShipping;
  readonly #source: AuthoritySource;
  readonly #target: AuthorityTarget;
  readonly #recovery: AuthorityRecovery;
  readonly #lives = new Map<ReplicaId, Life>();
  #wishedAt = 0;

  constructor(parts: AuthorityPeerParts) {
    this.#parts = parts;
    const { host, log, options, rules } = parts;
    const [seat, queue] = [new AuthoritySeat(host, log, options, rules), this.#queue];
    this.#seat = seat;
    this.#shipping = new AuthorityShipping(seat);
    const left = (): void => {
      this.#wish();
    };
    this.#source = new AuthoritySource({ seat, queue, rules, kept: this.#granted, left });
    this.#recovery = new AuthorityRecovery({
      seat,
      settled: () => {
        this.#source.settle();
      },
      informed: left,
      recovered: () => {
        this.#shipping.sync();
        this.#granted();
      },
    });
    this.#target = new AuthorityTarget({
      seat,
      queue,
      isWilling: () => parts.isWanted() && this.#recovery.isIdle,
      granted: this.#granted,
      orphaned: () => {
        this.#recovery.claim();
      },
    });
    this.#open();
  }

  /** Whether a turn may be shown the document and commit to it now. If not, it is called when it may. */
  request(): boolean {
    if (this.#seat.mayCommit && !this.#source.isOffering) return true;
    this.#noteLapse();
    this.#wish();
    return false;
  }

  /** Adds an accepted turn to the log. The caller may commit. */
  append(entry: Omit<LogEntry, 'major'>, durable: (major: number) => void): void {
    const { major } = this.#seat.known;
    this.#shipping.append({ major, ...entry }, () => {
      durable(major);
    });
  }

  /** A turn has ended: whoever waits comes next. */
  released(): void {
    if (this.#seat.isActive && !this.#parts.isInUse() && this.#queue.waiting.length > 0) this.#source.offer();
  }

  receive(from: ReplicaId, bytes: Uint8Array): void {
    this.#queue.seen(from, this.#parts.host.now());
    this.#dispatch(from, decodeShared(bytes) as AuthorityMessage, bytes);
  }

  sync(): void {
    const { options } = this.#parts;
    this.#noteLapse();
    if (this.#seat.isActive && this.#seat.leaseLeft() <= options.renewBelowMicros) this.#renew();
    if (this.#seat.isActive && !this.#parts.isInUse()) this.#shipping.sync();
    this.#recovery.sync();
    this.#source.sync();
    this.#target.sync();
    if (this.#wishedAt + wishAgainMicros <= this.#parts.host.now()) this.#wishAgain();
  }

  readonly #granted = (): void => {
    if (!this.#seat.mayCommit) return;
    this.#parts.granted();
    this.released();
  };

  #open(): void {
    const { rules, host } = this.#parts;
    const seat = this.#seat;
    if (rules.opening === 'from-zero' && seat.deal.ownerOf(firstEpoch) === host.self) {
      seat.holds = true;
      seat.enter('ACTIVE_OWNER', {}, this.#granted);
    } else this.#recovery.ask();
  }

  #dispatch(from: ReplicaId, message: AuthorityMessage, bytes: Uint8Array): void {
    switch (message.kind) {
      case 'wish':
        this.#queue.add(from);
        this.released();
        break;
      case 'offer':
        this.#target.offered(from, message);
        break;
      case 'ready':
        this.#source.ready(from, message);
        this.released();
        break;
      case 'decline':
        this.#source.declined(message);
        break;
      case 'move':
        this.#target.moved(from, message);
        break;
      case 'confirm':
        this.#source.confirmed(from, message);
        break;
      case 'retired':
        this.#target.lastWord(from, message);
        break;
      case 'refuse':
        this.#source.refused(from, message);
        this.#target.refused(from, message);
        break;
      case 'ask':
        this.#asked(from, message.life);
        break;
      case 'report':
        this.#recovery.reported(from, message);
        this.#source.reported(from, message);
        break;
      case 'claim':
        this.#recovery.claimed(from, message);
        break;
      case 'promise':
        this.#recovery.promised(from, message);
        break;
      case 'objection':
        this.#recovery.objected(message);
        break;
      case 'abandon':
        this.#recovery.abandoned(from, message);
        break;
      case 'push':
        this.#pushed(from, message, bytes);
        break;
      case 'have':
        this.#shipping.has(from, message);
        break;
    }
  }

  #asked(from: ReplicaId, life: Life): void {
    if (this.#lives.get(from) !== life) {
      this.#lives.set(from, life);
      this.#queue.remove(from);
      this.#source.returned(from, life);
      this.#target.returned(from, life);
      this.#recovery.returned(from, life);
      this.#shipping.returned(from);
    }
    this.#target.asked(from);
    this.#seat.tell(from, { kind: 'report', asker: life, ...this.#seat.standing });
    if (this.#isWishing()) this.#seat.tell(from, { kind: 'wish' });
  }

  #pushed(from: ReplicaId, message: MessageOf<'push'>, bytes: Uint8Array): void {
    if (this.#seat.holds || message.major < this.#seat.known.major) return;
    this.#target.overruled(message.major);
    if (!this.#recovery.heardOwner(from, message.major)) return;
    this.#queue.remove(from);
    this.#shipping.take(from, message, bytes);
  }

  #isWishing(): boolean {
    return this.#seat.state === 'RETIRED' && this.#parts.isWanted();
  }

  #wish(): void {
    if (!this.#isWishing()) return;
    this.#wishedAt = this.#parts.host.now();
    this.#seat.tellAll({ kind: 'wish' });
  }

  /** To the owner alone, which passes its queue on with the authority. */
  #wishAgain(): void {
    const { deal, known, host } = this.#seat;
    const owner = deal.ownerOf(known);
    if (owner === host.self) this.#wish();
    else if (this.#isWishing()) {
      this.#wishedAt = host.now();
      this.#seat.tell(owner, { kind: 'wish' });
    }
  }

  #renew(): void {
    const { major, generation } = this.#seat.known;
    this.#seat.enter('ACTIVE_OWNER', { epoch: { major, generation: generation + 1 } }, () => undefined);
  }

  /** A lease that has run out is not renewed: what happened meanwhile is asked for first. */
  #noteLapse(): void {
    const seat = this.#seat;
    if (!seat.isActive || seat.leaseLeft() > 0) return;
    seat.holds = false;
    this.#source.withdrawOffer();
    seat.enter('RECOVERY_REQUIRED', {}, () => {
      this.#recovery.claim();
    });
  }
}
