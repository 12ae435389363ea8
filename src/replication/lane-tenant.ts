/**
 * The lane of the turn that is open at a client: it grows with what the turn needs, and is given back as a whole. Whoever is
 * refused waits and asks again.
 *
 * Turns that hold a part of their lane and want more can wait for each other in a circle. There the younger gives way: after
 * a few requests in vain, a turn that waits for an older one gives everything back, and its agent thinks again, about all the
 * fields at once. Turns keep their age from attempt to attempt, so the oldest never gives way.
 */

import {
  micros,
  seconds,
  type FieldName,
  type Host,
  type Micros,
  type RefusalCause,
  type Timer,
  type TransactionId,
} from '../contract/index.ts';
import { blockersOf, decide, heartbeats, uncovered, type LaneDecision, type LaneLimits } from './lane-arbiter.ts';
import type { LaneDesk } from './lane-desk.ts';
import type { LaneFold } from './lane-fold.ts';
import { isSameHolder, type Holder, type LaneRecord, type Lease } from './lane-records.ts';
import type { LaneRules } from './lane-rules.ts';

/** Pauses between requests in vain, in seconds, half as much more or less; the last one goes on. */
const pauseSeconds = [1, 2, 4] as const;
/** Longer than any pause: whoever waits for what is given back gets there first. */
const stepBackMicros = seconds(7);
/** Requests in vain after which a turn gives way to an older one, and after which it is told that the mutex can't be had. */
const patience = { circle: 4, busy: 6 } as const;

export interface TenantOptions extends LaneLimits {
  readonly heartbeatMicros: Micros;
}

/** What one attempt at a turn holds. */
export interface Lane {
  readonly turn: TransactionId;
  /** The tokens of its leases. */
  tokens: readonly number[];
  /** Nobody can be admitted to some of its fields: it goes on without any lease, and is set aside in the end. */
  isDoubtful: boolean;
}

/** Why the turn can't go on. It holds nothing any more. */
export interface LaneLoss {
  readonly cause: RefusalCause;
  readonly fields: readonly FieldName[];
}

/** Fields that a turn needs and doesn't have yet. */
interface Ask {
  readonly lane: Lane;
  readonly fields: readonly FieldName[];
  readonly granted: () => void;
  /** By the clock of the disk. */
  refusedSince: Micros | null;
  refusals: number;
  busy: number;
  hasAskedToHalt: boolean;
}

export class LaneTenant {
  readonly #host: Host;
  readonly #holder: Holder;
  readonly #desk: LaneDesk;
  readonly #rules: LaneRules;
  readonly #options: TenantOptions;
  readonly #lost: (lane: Lane, loss: LaneLoss) => void;
  #lane: Lane | null = null;
  #heartbeat: Timer | null = null;
  /** The agent's newest turn, and when it first asked for anything. */
  #age: { readonly turn: TransactionId; readonly since: Micros } | null = null;
  /** Others were refused these fields because of this agent: it lets them go first. */
  #stepBack: { readonly fields: readonly FieldName[]; readonly until: Micros } | null = null;

  constructor(
    host: Host,
    holder: Holder,
    desk: LaneDesk,
    rules: LaneRules,
    options: TenantOptions,
    lost: (lane: Lane, loss: LaneLoss) => void,
  ) {
    this.#host = host;
    this.#holder = holder;
    this.#desk = desk;
    this.#rules = rules;
    this.#options = options;
    this.#lost = lost;
    this.#introduceSelf();
  }

  open(turn: TransactionId): Lane {
    this.#lane = { turn, tokens: [], isDoubtful: false };
    this.#beatLater(this.#lane);
    return this.#lane;
  }

  /** Goes on as soon as the lane covers these fields. */
  secure(lane: Lane, needed: readonly FieldName[], granted: () => void): void {
    const fields = uncovered(needed, this.#leasesOf(lane));
    if (lane.isDoubtful || fields.length === 0) {
      granted();
      return;
    }
    const ask = { lane, fields, granted, refusedSince: null, refusals: 0, busy: 0, hasAskedToHalt: false };
    this.#host.after(this.#courtesy(fields), () => {
      this.#ask(ask);
    });
  }

  /** Gives back all that it holds. */
  close(lane: Lane): void {
    if (!this.isOpen(lane)) return;
    this.#heartbeat?.cancel();
    this.#lane = null;
    if (lane.tokens.length > 0) this.#tidy();
  }

  isOpen(lane: Lane): boolean {
    return this.#lane === lane;
  }

  /** Where an earlier process of this host has left leases behind, everybody shall know that it is dead. */
  #introduceSelf(): void {
    const { host, process } = this.#holder;
    this.#desk.look(() => {
      const { leases } = this.#desk.fold;
      if (!leases.some(({ holder }) => holder.host === host && holder.process !== process)) return;
      this.#desk.send({ decide: (fold, now) => this.#introduction(fold, now), done: () => undefined });
    });
  }

  #introduction(fold: LaneFold, at: Micros): readonly LaneRecord[] {
    const { host, process } = this.#holder;
    const isKnown = fold.processes.some(([other, newest]) => other === host && newest === process);
    return isKnown ? [] : [{ op: 'SPAWN', holder: this.#holder, at }];
  }

  #ask(ask: Ask): void {
    let decision: LaneDecision | null = null;
    this.#desk.send({
      decide: (fold, now) => {
        if (!this.isOpen(ask.lane)) return [];
        const request = { holder: this.#holder, fields: ask.fields, turnSince: this.#noteAge(ask.lane, now) };
        decision = decide(fold, request, now, this.#options, this.#rules.expires);
        const beats = heartbeats(this.#leasesOf(ask.lane), now, this.#options);
        return [
          ...this.#introduction(fold, now),
          ...beats,
          ...decision.records,
          ...this.#complaints(ask, decision, now),
        ];
      },
      done: () => {
        if (decision !== null) this.#decided(ask, decision);
      },
      busy: () => {
        ask.busy += 1;
        if (ask.busy < patience.busy) this.#askLater(ask);
        else this.#giveUp(ask, 'busy');
      },
    });
  }

  #decided(ask: Ask, decision: LaneDecision): void {
    const { lane } = ask;
    ask.busy = 0;
    if (!this.isOpen(lane)) {
      this.#tidy();
      return;
    }
    if (decision.kind === 'doubtful') lane.isDoubtful = true;
    else lane.tokens = [...new Set([...lane.tokens, ...decision.leases.map(({ token }) => token)])];
    if (this.#noticeLoss(lane)) return;
    if (decision.kind === 'refused') this.#refused(ask, decision.blockers);
    else ask.granted();
  }

  /** A refusal is written down once, and the wish that the others stop when it has lasted for long. */
  #complaints(ask: Ask, decision: LaneDecision, at: Micros): readonly LaneRecord[] {
    if (decision.kind !== 'refused') return [];
    const blockers = decision.blockers.map(({ token }) => token);
    if (ask.refusedSince === null) {
      ask.refusedSince = at;
      return [{ op: 'REFUSE', holder: this.#holder, fields: ask.fields, blockers, at }];
    }
    if (!this.#isLongRefused(ask, at)) return [];
    ask.hasAskedToHalt = true;
    return blockers.map((token) => ({ op: 'HALT', token, by: this.#holder, at }));
  }

  #isLongRefused({ refusedSince, hasAskedToHalt }: Ask, now: Micros): boolean {
    return refusedSince !== null && !hasAskedToHalt && now - refusedSince > this.#options.graceMicros;
  }

  #refused(ask: Ask, blockers: readonly Lease[]): void {
    ask.refusals += 1;
    const waitsForOlder = ask.lane.tokens.length > 0 && blockers.some((lease) => this.#isOlder(lease));
    if (waitsForOlder && ask.refusals > patience.circle) this.#giveUp(ask, 'other-holder');
    else this.#askLater(ask);
  }

  /** Without the mutex it finds out whether it would be refused again. */
  #askLater(ask: Ask): void {
    const pause = pauseSeconds[Math.min(ask.refusals + ask.busy, pauseSeconds.length) - 1] ?? 0;
    this.#host.after(seconds(pause * (0.5 + this.#host.random())), () => {
      this.#desk.look((now) => {
        if (!this.isOpen(ask.lane) || this.#noticeLoss(ask.lane)) return;
        const blockers = blockersOf({ holder: this.#holder, fields: ask.fields }, this.#standing(now));
        if (blockers.length > 0 && !this.#isLongRefused(ask, now)) this.#refused(ask, blockers);
        else this.#ask(ask);
      });
    });
  }

  /** The leases that stand in somebody's way. */
  #standing(now: Micros): readonly Lease[] {
    const { fold } = this.#desk;
    return fold.leases.filter((lease) => !this.#rules.expires(lease, fold.isOrphaned(lease), now, this.#options));
  }

  /** The agent hears of it when others have had the time to take what was given back. */
  #giveUp({ lane, fields }: Ask, cause: RefusalCause): void {
    this.close(lane);
    this.#host.after(stepBackMicros, () => {
      this.#lost(lane, { cause, fields });
    });
  }

  /** Gives back what this process holds and no open turn needs. */
  #tidy(): void {
    this.#desk.send({
      decide: (fold) => {
        const idle = fold.leases.filter((lease) => this.#isMine(lease) && !this.#isNeeded(lease));
        const wanted = idle.filter((lease) => fold.isWanted(lease)).flatMap(({ fields }) => fields);
        if (wanted.length > 0) this.#stepBack = { fields: wanted, until: micros(this.#host.now() + stepBackMicros) };
        return idle.map(({ token }) => ({ op: 'RELEASE', token, holder: this.#holder }));
      },
      done: () => undefined,
    });
  }

  #courtesy(fields: readonly FieldName[]): Micros {
    const stepBack = this.#stepBack;
    if (stepBack === null || !fields.some((field) => stepBack.fields.includes(field))) return micros(0);
    return micros(Math.max(0, stepBack.until - this.#host.now()));
  }

  #beatLater(lane: Lane): void {
    this.#heartbeat = this.#host.after(this.#options.heartbeatMicros, () => {
      if (!this.isOpen(lane)) return;
      this.#beatLater(lane);
      if (lane.tokens.length === 0) return;
      this.#desk.send({
        decide: (_fold, now) => heartbeats(this.#leasesOf(lane), now, this.#options),
        done: () => void this.#noticeLoss(lane),
        busy: () => undefined,
      });
    });
  }

  /** Somebody has taken back a part of the lane: the turn can't be accepted any more. */
  #noticeLoss(lane: Lane): boolean {
    if (!this.isOpen(lane) || this.#leasesOf(lane).length === lane.tokens.length) return false;
    this.close(lane);
    this.#lost(lane, { cause: 'reclaimed', fields: [] });
    return true;
  }

  #noteAge({ turn }: Lane, now: Micros): Micros {
    if (this.#age?.turn !== turn) this.#age = { turn, since: now };
    return this.#age.since;
  }

  #isOlder({ turnSince, holder }: Lease): boolean {
    const since = this.#age?.since ?? Infinity;
    return turnSince < since || (turnSince === since && holder.agent < this.#holder.agent);
  }

  #leasesOf({ tokens }: Lane): readonly Lease[] {
    return this.#desk.fold.leases.filter((lease) => this.#isMine(lease) && tokens.includes(lease.token));
  }

  #isNeeded({ token }: Lease): boolean {
    return this.#lane?.tokens.includes(token) === true;
  }

  #isMine({ holder }: Lease): boolean {
    return isSameHolder(holder, this.#holder);
  }
}
