/**
 * A client of the shared disk: it takes a lane for what its agent's turn reads and writes, step by step, and gives all of it
 * back when the turn is over. Whoever is refused waits and asks again; its agent doesn't hear of it.
 *
 * Turns that hold one lane and want another can wait for each other in a circle. There the younger gives way: after a few
 * requests in vain, a turn that waits for an older one gives back all that it holds, and its agent thinks again about
 * everything at once. Turns keep their age from attempt to attempt, so the oldest never gives way.
 */

import {
  micros,
  seconds,
  type AgentId,
  type DocumentState,
  type FieldName,
  type Host,
  type Micros,
  type Outcome,
  type RefusalCause,
  type Replica,
  type ReplicaId,
  type Timer,
  type Transaction,
  type TransactionId,
  type Write,
} from '../contract/index.ts';
import { decode } from './codec.ts';
import { fieldsOf } from './hub-document.ts';
import { isSameAttempt, onTheWire, type HubMessage } from './hub-messages.ts';
import { Mirror } from './hub-mirror.ts';
import { blockersOf, decide, heartbeats, uncovered, type LaneDecision, type LaneLimits } from './lane-arbiter.ts';
import { LaneDesk, type DeskLimits } from './lane-desk.ts';
import type { LaneFold } from './lane-fold.ts';
import type { LaneReply } from './lane-messages.ts';
import type { LaneRules } from './lane-rules.ts';
import { isSameHolder, type Holder, type LaneRecord, type Lease } from './lane-records.ts';

/** Pauses between requests in vain, in seconds, half as much more or less; the last one goes on. */
const pauseSeconds = [1, 2, 4] as const;
/** Longer than any pause: whoever waits for what was given back gets there first. */
const stepBackMicros = seconds(7);
/** Requests in vain after which a turn gives way to an older one, and after which it is told that the mutex can't be had. */
const patience = { circle: 4, busy: 6 } as const;
const reclaimed: Outcome = { kind: 'conflict', cause: 'reclaimed', fields: [] };

type PushMessage = Extract<HubMessage, { kind: 'push' }>;

export interface LaneOptions extends LaneLimits, DeskLimits {
  readonly heartbeatMicros: Micros;
}

/** One attempt at a turn. */
interface OpenTurn {
  readonly tx: Transaction;
  readonly shown: Set<FieldName>;
  readonly writes: Write[];
  /** The leases of its lane, by their tokens. */
  tokens: readonly number[];
  /** Nobody can be admitted to some of its fields: it goes on without a lane, and is set aside in the end. */
  isDoubtful: boolean;
  heartbeat: Timer | null;
}

/** Fields that a turn needs and doesn't have yet. */
interface Ask {
  readonly turn: OpenTurn;
  readonly fields: readonly FieldName[];
  readonly granted: () => void;
  /** By the clock of the disk. */
  refusedSince: Micros | null;
  refusals: number;
  busy: number;
  hasAskedToHalt: boolean;
}

export class LaneClient implements Replica {
  readonly #host: Host;
  readonly #rules: LaneRules;
  readonly #options: LaneOptions;
  readonly #holder: Holder;
  readonly #desk: LaneDesk;
  readonly #mirror: Mirror;
  #turn: OpenTurn | null = null;
  /** The agent's newest turn, and when it first asked for anything. */
  #age: { readonly turn: TransactionId; readonly since: Micros } | null = null;
  /** Others were refused these fields because of this agent: it lets them go first. */
  #stepBack: { readonly fields: readonly FieldName[]; readonly until: Micros } | null = null;

  constructor(host: Host, rules: LaneRules, options: LaneOptions) {
    this.#host = host;
    this.#rules = rules;
    this.#options = options;
    const process = `${host.self}-${Math.floor(host.random() * 2 ** 48).toString(36)}`;
    this.#holder = { agent: host.self as string as AgentId, host: host.self, process };
    this.#desk = new LaneDesk(host, this.#holder, rules, options);
    this.#mirror = new Mirror(host);
    this.#introduceSelf();
  }

  begin(tx: Transaction): void {
    this.#turn = { tx, shown: new Set(), writes: [], tokens: [], isDoubtful: false, heartbeat: null };
    this.#beatLater(this.#turn);
  }

  read(tx: Transaction, fields: readonly FieldName[]): void {
    const turn = this.#opened(tx);
    this.#secure(turn, fields, () => {
      this.#desk.call('read', { tx: onTheWire(tx), fields }, (reply) => {
        if (!this.#isOpen(turn)) return;
        if (reply.kind === 'landed') {
          this.#settle(turn, reply.outcome);
          return;
        }
        for (const field of fields) turn.shown.add(field);
        this.#host.view(tx, reply.view);
      });
    });
  }

  write(tx: Transaction, writes: readonly Write[]): void {
    const turn = this.#opened(tx);
    turn.writes.push(...writes);
    this.#secure(turn, fieldsOf(writes), () => {
      this.#host.written(tx);
    });
  }

  commit(tx: Transaction): void {
    const turn = this.#opened(tx);
    const { writes, isDoubtful } = turn;
    const tokens = isDoubtful ? null : turn.tokens;
    const ask = { tx: onTheWire(tx), holder: this.#holder, tokens, shown: [...turn.shown], writes };
    this.#desk.call('commit', ask, (outcome) => {
      this.#settle(turn, outcome);
    });
  }

  receive(_from: ReplicaId, bytes: Uint8Array): void {
    const message = decode(bytes) as LaneReply | PushMessage;
    switch (message.kind) {
      case 'reply':
        this.#desk.receive(message);
        break;
      case 'push':
        if (this.#mirror.receive(message, bytes)) this.#desk.repeat();
        break;
    }
  }

  sync(): void {
    this.#mirror.sync();
  }

  state(): DocumentState {
    return this.#mirror.state();
  }

  close(): void {
    this.#turn?.heartbeat?.cancel();
    this.#desk.close();
  }

  /** Where an earlier process of this host has left leases behind, everybody shall know that it is dead. */
  #introduceSelf(): void {
    this.#desk.look(() => {
      const { host, process } = this.#holder;
      const isLeftBehind = this.#desk.fold.leases.some(
        ({ holder }) => holder.host === host && holder.process !== process,
      );
      if (isLeftBehind) {
        this.#desk.send({ decide: (fold, now) => this.#introduction(fold, now), done: () => undefined });
      }
    });
  }

  #introduction(fold: LaneFold, at: Micros): readonly LaneRecord[] {
    const { host, process } = this.#holder;
    const isKnown = fold.processes.some(([other, newest]) => other === host && newest === process);
    return isKnown ? [] : [{ op: 'SPAWN', holder: this.#holder, at }];
  }

  /** Goes on as soon as the turn's lane covers these fields. */
  #secure(turn: OpenTurn, fields: readonly FieldName[], granted: () => void): void {
    const missing = uncovered(fields, this.#leasesOf(turn));
    if (turn.isDoubtful || missing.length === 0) granted();
    else {
      const ask = { turn, fields: missing, granted, refusedSince: null, refusals: 0, busy: 0, hasAskedToHalt: false };
      this.#host.after(this.#courtesy(missing), () => {
        this.#ask(ask);
      });
    }
  }

  #ask(ask: Ask): void {
    let decision: LaneDecision | null = null;
    this.#desk.send({
      decide: (fold, now) => {
        if (!this.#isOpen(ask.turn)) return [];
        const turnSince = this.#noteAge(ask.turn.tx, now);
        const request = { holder: this.#holder, fields: ask.fields, turnSince };
        decision = decide(fold, request, now, this.#options, this.#rules.expires);
        const beats = heartbeats(this.#leasesOf(ask.turn), now, this.#options);
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
        else this.#giveUp(ask, 'busy', []);
      },
    });
  }

  #decided(ask: Ask, decision: LaneDecision): void {
    const { turn } = ask;
    ask.busy = 0;
    if (!this.#isOpen(turn)) this.#tidy();
    else if (decision.kind === 'doubtful') {
      turn.isDoubtful = true;
      ask.granted();
    } else {
      turn.tokens = [...turn.tokens, ...decision.leases.map(({ token }) => token)];
      if (decision.kind === 'refused') this.#refused(ask, decision.blockers);
      else if (this.#hasLost(turn)) this.#settle(turn, reclaimed);
      else ask.granted();
    }
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
    const waitsForOlder = ask.turn.tokens.length > 0 && blockers.some((lease) => this.#isOlder(lease));
    if (waitsForOlder && ask.refusals > patience.circle) this.#giveUp(ask, 'other-holder', ask.fields);
    else this.#askLater(ask);
  }

  /** Without the mutex it finds out whether it would be refused again. */
  #askLater(ask: Ask): void {
    const pause = pauseSeconds[Math.min(ask.refusals + ask.busy, pauseSeconds.length) - 1] ?? 0;
    this.#host.after(seconds(pause * (0.5 + this.#host.random())), () => {
      this.#desk.look((now) => {
        if (!this.#isOpen(ask.turn)) return;
        const blockers = blockersOf({ holder: this.#holder, fields: ask.fields }, this.#standing(now));
        if (this.#hasLost(ask.turn)) this.#settle(ask.turn, reclaimed);
        else if (blockers.length > 0 && !this.#isLongRefused(ask, now)) this.#refused(ask, blockers);
        else this.#ask(ask);
      });
    });
  }

  #standing(now: Micros): readonly Lease[] {
    const { fold } = this.#desk;
    return fold.leases.filter((lease) => !this.#rules.expires(lease, fold.isOrphaned(lease), now, this.#options));
  }

  /** The turn gives back what it holds; the agent hears of it when others have had the time to take it. */
  #giveUp({ turn }: Ask, cause: RefusalCause, fields: readonly FieldName[]): void {
    this.#close(turn);
    this.#host.after(stepBackMicros, () => {
      this.#host.settle(turn.tx, { kind: 'conflict', cause, fields });
    });
  }

  #settle(turn: OpenTurn, outcome: Outcome): void {
    if (!this.#isOpen(turn)) return;
    this.#host.settle(turn.tx, outcome);
    this.#close(turn);
  }

  #close(turn: OpenTurn): void {
    turn.heartbeat?.cancel();
    this.#turn = null;
    if (turn.tokens.length > 0) this.#tidy();
  }

  /** Gives back what this process holds and no turn needs. */
  #tidy(): void {
    this.#desk.send({
      decide: (fold) => {
        const idle = fold.leases.filter(
          (lease) => this.#isMine(lease) && this.#turn?.tokens.includes(lease.token) !== true,
        );
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

  #beatLater(turn: OpenTurn): void {
    turn.heartbeat = this.#host.after(this.#options.heartbeatMicros, () => {
      if (!this.#isOpen(turn)) return;
      this.#beatLater(turn);
      if (turn.tokens.length === 0) return;
      this.#desk.send({
        decide: (_fold, now) => heartbeats(this.#leasesOf(turn), now, this.#options),
        done: () => {
          if (this.#hasLost(turn)) this.#settle(turn, reclaimed);
        },
        busy: () => undefined,
      });
    });
  }

  #noteAge({ id }: Transaction, now: Micros): Micros {
    if (this.#age?.turn !== id) this.#age = { turn: id, since: now };
    return this.#age.since;
  }

  #isOlder({ turnSince, holder }: Lease): boolean {
    const since = this.#age?.since ?? Infinity;
    return turnSince < since || (turnSince === since && holder.agent < this.#holder.agent);
  }

  #leasesOf({ tokens }: OpenTurn): readonly Lease[] {
    return this.#desk.fold.leases.filter((lease) => this.#isMine(lease) && tokens.includes(lease.token));
  }

  /** Somebody has taken back a part of its lane, as far as this client has read. */
  #hasLost(turn: OpenTurn): boolean {
    return this.#isOpen(turn) && this.#leasesOf(turn).length < turn.tokens.length;
  }

  #isMine({ holder }: Lease): boolean {
    return isSameHolder(holder, this.#holder);
  }

  #isOpen(turn: OpenTurn): boolean {
    return this.#turn === turn;
  }

  #opened(tx: Transaction): OpenTurn {
    if (this.#turn === null || !isSameAttempt(this.#turn.tx, tx)) throw new Error(`the turn ${tx.id} was not begun`);
    return this.#turn;
  }
}
