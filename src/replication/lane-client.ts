/**
 * A client of the shared disk: for each step of its agent's turn it secures a lane first, then reads the document there; a
 * turn is committed under the tokens of its whole lane.
 */

import type {
  AgentId,
  DocumentState,
  FieldName,
  Host,
  Outcome,
  Replica,
  ReplicaId,
  Transaction,
  Write,
} from '../contract/index.ts';
import { decodeShared } from './shared-codec.ts';
import { isSameAttempt, onTheWire, type HubMessage } from './hub-messages.ts';
import { Mirror } from './hub-mirror.ts';
import { LaneDesk, type DeskLimits } from './lane-desk.ts';
import type { FreedMessage, LaneReply, ReadAsk, Shown } from './lane-messages.ts';
import type { Holder } from './lane-records.ts';
import type { LaneRules } from './lane-rules.ts';
import { LaneTenant, type Lane, type TenantOptions } from './lane-tenant.ts';
import { fieldsOf } from './versioned-document.ts';

export type LaneOptions = TenantOptions & DeskLimits;

type PushMessage = Extract<HubMessage, { kind: 'push' }>;

/** One attempt at a turn. */
interface OpenTurn {
  readonly tx: Transaction;
  readonly lane: Lane;
  readonly shown: Set<FieldName>;
  readonly writes: Write[];
  /** Only the disk knows now what becomes of it. */
  isCommitting: boolean;
}

export class LaneClient implements Replica {
  readonly #host: Host;
  readonly #holder: Holder;
  readonly #desk: LaneDesk;
  readonly #tenant: LaneTenant;
  readonly #mirror: Mirror;
  #turn: OpenTurn | null = null;

  constructor(host: Host, rules: LaneRules, options: LaneOptions) {
    this.#host = host;
    const process = `${host.self}-${Math.floor(host.random() * 2 ** 32).toString(36)}`;
    this.#holder = { agent: host.self as string as AgentId, host: host.self, process };
    this.#desk = new LaneDesk(host, this.#holder, rules, options);
    this.#tenant = new LaneTenant(host, this.#holder, this.#desk, rules, options, (lane, loss) => {
      if (this.#turn?.lane === lane && !this.#turn.isCommitting)
        this.#settle(this.#turn, { kind: 'conflict', ...loss });
    });
    this.#mirror = new Mirror(host);
  }

  begin(tx: Transaction): void {
    const turn = { tx, lane: this.#tenant.open(tx.id), shown: new Set<FieldName>(), writes: [], isCommitting: false };
    this.#turn = turn;
    if (tx.attempt > 1) this.#askWhetherLanded(turn);
  }

  read(tx: Transaction, fields: readonly FieldName[]): void {
    const turn = this.#opened(tx);
    const ask: ReadAsk = { tx: onTheWire(tx), fields };
    this.#tenant.secure(turn.lane, fields, ask, (shown) => {
      if (shown !== null) this.#show(turn, fields, shown);
      else this.#desk.read(ask, (read) => this.#show(turn, fields, read));
    });
  }

  write(tx: Transaction, writes: readonly Write[]): void {
    const turn = this.#opened(tx);
    turn.writes.push(...writes);
    this.#tenant.secure(turn.lane, fieldsOf(writes), null, () => {
      this.#host.written(tx);
    });
  }

  commit(tx: Transaction): void {
    const turn = this.#opened(tx);
    const { lane, writes } = turn;
    turn.isCommitting = true;
    const tokens = lane.isDoubtful ? null : lane.tokens;
    const ask = { tx: onTheWire(tx), tokens, shown: [...turn.shown], writes };
    this.#desk.commit(ask, this.#tenant.releases(lane), (outcome, isReleased) => {
      this.#settle(turn, outcome, isReleased);
    });
  }

  receive(_from: ReplicaId, bytes: Uint8Array): void {
    const message = decodeShared(bytes) as LaneReply | PushMessage | FreedMessage;
    switch (message.kind) {
      case 'reply':
        this.#desk.receive(message);
        break;
      case 'freed':
        this.#desk.hear(message, (now) => {
          this.#tenant.freed(now);
        });
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
    this.#desk.close();
  }

  #show(turn: OpenTurn, fields: readonly FieldName[], shown: Shown): void {
    if (!this.#tenant.isOpen(turn.lane)) return;
    if (shown.kind === 'landed') {
      this.#settle(turn, shown.outcome);
      return;
    }
    for (const field of fields) turn.shown.add(field);
    this.#host.view(turn.tx, shown.view);
  }

  /** An earlier attempt may have been accepted although its answer was lost: then there is nothing to think about again. */
  #askWhetherLanded(turn: OpenTurn): void {
    this.#desk.read({ tx: onTheWire(turn.tx), fields: [] }, (reply) => {
      if (reply.kind === 'landed') this.#settle(turn, reply.outcome);
    });
  }

  #settle(turn: OpenTurn, outcome: Outcome, isReleased = false): void {
    if (this.#turn !== turn) return;
    this.#turn = null;
    this.#host.settle(turn.tx, outcome);
    this.#tenant.close(turn.lane, isReleased);
  }

  #opened(tx: Transaction): OpenTurn {
    if (this.#turn === null || !isSameAttempt(this.#turn.tx, tx)) throw new Error(`the turn ${tx.id} was not begun`);
    return this.#turn;
  }
}
