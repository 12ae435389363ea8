/**
 * The authority as it stands at one replica: its state, the highest epoch that it knows of, and its lease. A state is on the
 * disk before anybody hears of it or acts on it.
 */

import type { Host, Micros, ReplicaId } from '../contract/index.ts';
import { EpochDeal, firstEpoch, laterEpoch, type Epoch } from './authority-epoch.ts';
import type { AuthorityLog } from './authority-log.ts';
import type {
  AuthorityLine,
  AuthorityMessage,
  AuthorityState,
  Life,
  LogEntry,
  Standing,
} from './authority-messages.ts';
import type { AuthorityRules } from './authority-rules.ts';
import { encodeShared } from './shared-codec.ts';

export interface AuthorityOptions {
  readonly leaseMicros: Micros;
  /** An owner renews its lease when no more than this is left of it. */
  readonly renewBelowMicros: Micros;
  /** Added to the lease where others rely on its end: what clocks may differ by in that time. */
  readonly graceMicros: Micros;
  /** How often an offer is made to one target. */
  readonly attempts: number;
  readonly firstDelayMicros: Micros;
  readonly longestDelayMicros: Micros;
}

/** A change of state, and what has to be written with it. */
export interface Transition {
  readonly epoch?: Epoch;
  readonly moveTo?: number;
  readonly entries?: readonly LogEntry[];
}

export class AuthoritySeat {
  readonly host: Host;
  readonly log: AuthorityLog;
  readonly options: AuthorityOptions;
  readonly deal: EpochDeal;
  readonly life: Life;
  /** Has had the authority without a break since it was given to it or recovered, in this life. */
  holds = false;
  #state: AuthorityState = 'RECOVERY_REQUIRED';
  #known: Epoch;
  #highestMajor: number;
  #isActive = false;
  #isWritten = true;
  #transitions = 0;
  #leaseUntil = 0;

  constructor(host: Host, log: AuthorityLog, options: AuthorityOptions, rules: AuthorityRules) {
    this.host = host;
    this.log = log;
    this.options = options;
    this.deal = new EpochDeal(host);
    this.life = drawLife(host);
    const isFromDisk = rules.opening === 'from-disk';
    this.#known = isFromDisk ? highestEpoch(log) : firstEpoch;
    this.#highestMajor = Math.max(this.#known.major, log.lastLine?.moveTo ?? 0);
    this.#traceEpoch();
  }

  get state(): AuthorityState {
    return this.#state;
  }

  get known(): Epoch {
    return this.#known;
  }

  get standing(): Standing {
    return { state: this.#state, holds: this.holds, known: this.#known };
  }

  /** Whether a turn may be shown the document and commit to it. */
  get mayCommit(): boolean {
    return this.#isActive && this.leaseLeft() > 0;
  }

  /** Its being the owner stands on the disk. */
  get isActive(): boolean {
    return this.#isActive;
  }

  /** The state stands on the disk. */
  get isWritten(): boolean {
    return this.#isWritten;
  }

  leaseLeft(): number {
    return this.#leaseUntil - this.host.now();
  }

  /** The first major of this owner above everything that this replica has heard of. */
  nextMajor(owner: ReplicaId): number {
    return this.deal.next(owner, this.#highestMajor);
  }

  learn(epoch: Epoch): void {
    this.#known = laterEpoch(this.#known, epoch);
    this.learnMajor(epoch.major);
  }

  /** Somebody has used or wanted this major; it may never have become an epoch. */
  learnMajor(major: number): void {
    this.#highestMajor = Math.max(this.#highestMajor, major);
  }

  /** `durable` is called when the state stands on the disk, unless another one has taken its place by then. */
  enter(state: AuthorityState, { epoch, moveTo, entries }: Transition, durable: () => void): void {
    this.#state = state;
    this.#transitions += 1;
    this.#isWritten = false;
    if (state !== 'ACTIVE_OWNER') this.#isActive = false;
    if (epoch !== undefined) this.learn(epoch);
    const transition = this.#transitions;
    const leaseUntil = this.host.now() + this.options.leaseMicros;
    const line: AuthorityLine = { state, epoch: this.#known, moveTo: moveTo ?? null };
    this.log.write(line, entries ?? [], () => {
      if (transition !== this.#transitions) return;
      this.#isWritten = true;
      this.#isActive = state === 'ACTIVE_OWNER';
      this.#leaseUntil = leaseUntil;
      this.#traceEpoch();
      durable();
    });
  }

  /** Does without the authority: there is nothing to lose by forgetting that, so it isn't written down. */
  stepBack(state: 'RETIRED' | 'RECOVERY_REQUIRED'): void {
    this.#state = state;
    this.#transitions += 1;
    this.#isActive = false;
    this.holds = false;
  }

  tell(to: ReplicaId, message: AuthorityMessage): void {
    this.host.send(to, encodeShared(message));
  }

  tellAll(message: AuthorityMessage): void {
    this.sendAll(encodeShared(message));
  }

  sendAll(bytes: Uint8Array): void {
    for (const peer of this.host.peers) this.host.send(peer, bytes);
  }

  #traceEpoch(): void {
    const { major, generation } = this.#known;
    const owner = this.deal.ownerOf(this.#known);
    this.host.trace({ kind: 'epoch', owner, major, generation, active: this.#isActive });
  }
}

function highestEpoch({ lastLine, lastMajor }: AuthorityLog): Epoch {
  return laterEpoch(lastLine?.epoch ?? firstEpoch, { major: lastMajor, generation: 0 });
}

/** Two draws of 24 bits: a generator may yield no more than 32 at once. */
function drawLife(host: Host): Life {
  const high = Math.floor(host.random() * 2 ** 24);
  return high * 2 ** 24 + Math.floor(host.random() * 2 ** 24);
}
