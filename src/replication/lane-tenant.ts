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
import { LaneCourtesy, stepBackMicros } from './lane-courtesy.ts';
import type { LaneDesk } from './lane-desk.ts';
import type { LaneFold } from './lane-fold.ts';
import type { ReadAsk, Shown } from './lane-messages.ts';
import { isSameHolder, type Holder, type LaneRecord, type Lease } from './lane-records.ts';
import type { LaneRules } from './lane-rules.ts';

/**
 * Pauses between requests in vain, in seconds, half as much more or less; the last one goes on. Whoever is refused hears from
 * the disk when the fields are free: it looks for what ends by time alone.
 */
const pauseSeconds = { refused: [6, 15, 30], busy: [1, 2, 4] } as const;
/** How long a turn is refused by an older one until it gives way. */
const circleMicros = seconds(10);
/** Requests in vain after which a turn is told that the mutex can't be had. */
const busyPatience = 6;

export interface TenantOptions extends LaneLimits {
  readonly heartbeatMicros: Micros;
}

/** What one attempt at a turn holds. */
export interface Lane {
  readonly turn: TransactionId;
  /** The tokens of its leases. */
  tokens: readonly number[];
  /** What they covered when they were given back. */
  fields: readonly FieldName[];
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
  /** What to read of the document with the grant. */
  readonly show: ReadAsk | null;
  readonly granted: (shown: Shown | null) => void;
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
  readonly #courtesy = new LaneCourtesy();
  /** What was refused and will be asked for again. */
  #refusedAsk: { readonly ask: Ask; readonly timer: Timer } | null = null;

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
    this.#lane = { turn, tokens: [], fields: [], isDoubtful: false };
    this.#beatLater(this.#lane);
    return this.#lane;
  }

  /** Goes on as soon as the lane covers these fields; with what was to be shown then, unless that must still be read. */
  secure(lane: Lane, needed: readonly FieldName[], show: ReadAsk | null, granted: Ask['granted']): void {
    const fields = uncovered(needed, this.#leasesOf(lane));
    if (lane.isDoubtful || fields.length === 0) {
      granted(null);
      return;
    }
    const ask = { lane, fields, show, granted, refusedSince: null, refusals: 0, busy: 0, hasAskedToHalt: false };
    const pause = this.#courtesy.pause(fields, this.#host.now());
    if (pause === 0) this.#ask(ask);
    else this.#host.after(pause, () => this.#ask(ask));
  }

  /** The tokens of what is to be given back with the lane. */
  releases(lane: Lane): readonly number[] {
    const leases = this.#leasesOf(lane);
    const covered: FieldName[] = [];
    for (const { fields } of leases) covered.push(...fields);
    lane.fields = covered;
    return leases.map(({ token }) => token);
  }

  /** Gives back all that it holds, unless that is done already. */
  close(lane: Lane, isReleased = false): void {
    if (!this.isOpen(lane)) return;
    this.#heartbeat?.cancel();
    this.#lane = null;
    if (isReleased) this.#stepBack(lane.fields);
    else if (lane.tokens.length > 0) this.#tidy();
  }

  /** Nothing stands in the way of what this agent was refused, says the disk. */
  freed(now: Micros): void {
    const refused = this.#refusedAsk;
    if (refused === null || !this.isOpen(refused.ask.lane) || this.#noticeLoss(refused.ask.lane)) return;
    if (this.#blockersOf(refused.ask, now).length > 0) return;
    refused.timer.cancel();
    this.#refusedAsk = null;
    this.#ask(refused.ask);
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
    return fold.isNewest(this.#holder) ? [] : [{ op: 'SPAWN', holder: this.#holder, at }];
  }

  #ask(ask: Ask): void {
    let decision: LaneDecision | null = null;
    let decidedAt = micros(0);
    this.#desk.send({
      decide: (fold, now) => {
        decision = null;
        decidedAt = now;
        if (!this.isOpen(ask.lane)) return [];
        const request = { holder: this.#holder, fields: ask.fields, turnSince: this.#noteAge(ask.lane, now) };
        decision = decide(fold, request, now, this.#options, this.#rules.expires);
        const beats = heartbeats(this.#leasesOf(ask.lane), now, this.#options);
        return this.#introduction(fold, now).concat(beats, decision.records, this.#complaints(ask, decision, now));
      },
      show: () => (decision?.kind === 'granted' ? ask.show : null),
      done: (shown) => {
        if (decision !== null) this.#decided(ask, decision, decidedAt, shown);
      },
      busy: () => {
        ask.busy += 1;
        if (ask.busy < busyPatience) this.#askLater(ask, pauseSeconds.busy[ask.busy - 1] ?? pauseSeconds.busy[2]);
        else this.#giveUp(ask, 'busy');
      },
    });
  }

  #decided(ask: Ask, decision: LaneDecision, now: Micros, shown: Shown | null): void {
    const { lane } = ask;
    ask.busy = 0;
    if (!this.isOpen(lane)) {
      this.#tidy();
      return;
    }
    if (decision.kind === 'doubtful') lane.isDoubtful = true;
    else lane.tokens = [...new Set([...lane.tokens, ...decision.leases.map(({ token }) => token)])];
    if (this.#noticeLoss(lane)) return;
    if (decision.kind === 'refused') this.#refused(ask, decision.blockers, now);
    else ask.granted(shown);
  }

  /** A refusal is written down once, and the wish that the others stop when it has lasted for long. */
  #complaints(ask: Ask, decision: LaneDecision, at: Micros): readonly LaneRecord[] {
    if (decision.kind !== 'refused') return [];
    const blockers = decision.blockers.map(({ token }) => token);
    if (ask.refusedSince === null) return [{ op: 'REFUSE', holder: this.#holder, fields: ask.fields, blockers, at }];
    if (!this.#isLongRefused(ask, at)) return [];
    return blockers.map((token) => ({ op: 'HALT', token, by: this.#holder, at }));
  }

  #isLongRefused({ refusedSince, hasAskedToHalt }: Ask, now: Micros): boolean {
    return refusedSince !== null && !hasAskedToHalt && now - refusedSince > this.#options.graceMicros;
  }

  #refused(ask: Ask, blockers: readonly Lease[], now: Micros): void {
    if (this.#isLongRefused(ask, now)) ask.hasAskedToHalt = true;
    ask.refusedSince ??= now;
    ask.refusals += 1;
    const waitsForOlder = ask.lane.tokens.length > 0 && blockers.some((lease) => this.#isOlder(lease));
    if (waitsForOlder && now - ask.refusedSince > circleMicros) this.#giveUp(ask, 'other-holder');
    else this.#askLater(ask, pauseSeconds.refused[ask.refusals - 1] ?? pauseSeconds.refused[2]);
  }

  /** Without the mutex it finds out whether it would be refused again. */
  #askLater(ask: Ask, pause: number): void {
    const timer = this.#host.after(seconds(pause * (0.5 + this.#host.random())), () => {
      this.#refusedAsk = null;
      this.#desk.look((now) => {
        if (!this.isOpen(ask.lane) || this.#noticeLoss(ask.lane)) return;
        const blockers = this.#blockersOf(ask, now);
        if (blockers.length > 0 && !this.#isLongRefused(ask, now)) this.#refused(ask, blockers, now);
        else this.#ask(ask);
      });
    });
    this.#refusedAsk = { ask, timer };
  }

  #blockersOf({ fields }: Ask, now: Micros): readonly Lease[] {
    const { fold } = this.#desk;
    return blockersOf({ holder: this.#holder, fields }, fold.leases).filter(
      (lease) => !this.#rules.expires(lease, fold.isOrphaned(lease), now, this.#options),
    );
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
        this.#stepBack(idle.flatMap(({ fields }) => fields));
        return idle.map(({ token }) => ({ op: 'RELEASE', token, holder: this.#holder }));
      },
      done: () => undefined,
    });
  }

  /** These fields are given back: others who wait for some of them come first. */
  #stepBack(fields: readonly FieldName[]): void {
    const wanted = fields.filter((name) => this.#desk.fold.isWanted([name], this.#holder));
    this.#courtesy.note(wanted, this.#host.now());
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
