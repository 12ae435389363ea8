/** A client's line to its hub: one request at a time, sent again until it is answered. */

import { hubId, seconds, type Host, type Micros, type Timer, type Transaction } from '../contract/index.ts';
import { encodeShared } from './shared-codec.ts';
import { isSameAttempt, onTheWire, tell, type Answer, type ClientMessage, type HubMessage } from './hub-messages.ts';

const firstPatience = seconds(1);
const longestPatience = seconds(30);

export interface HubLinkOptions<Reply> {
  /** How often the client says that it still works on its turn, once the hub has answered it; null for never. */
  readonly pingMicros: Micros | null;
  readonly answered: (tx: Transaction, answer: Answer<Reply>) => void;
}

interface OpenRequest {
  readonly number: number;
  readonly message: Uint8Array;
  timer: Timer;
}

interface OpenTurn {
  readonly tx: Transaction;
  readonly begunAt: Micros;
  number: number;
  request: OpenRequest | null;
  ping: Timer | null;
}

export class HubLink<Ask, Reply extends { readonly kind: string } = never> {
  readonly #host: Host;
  readonly #options: HubLinkOptions<Reply>;
  #turn: OpenTurn | null = null;

  constructor(host: Host, options: HubLinkOptions<Reply>) {
    this.#host = host;
    this.#options = options;
  }

  begin(tx: Transaction): void {
    this.close();
    this.#turn = { tx, begunAt: this.#host.now(), number: 0, request: null, ping: null };
  }

  /** Throws when no turn is open or a request of it is. */
  ask(ask: Ask): void {
    const turn = this.#turn;
    if (turn === null || turn.request !== null) throw new Error('a request was made while none was possible');
    turn.number += 1;
    const { number, begunAt } = turn;
    const asked: ClientMessage<Ask> = { kind: 'ask', tx: onTheWire(turn.tx), begunAt, number, ask };
    const message = encodeShared(asked);
    this.#host.send(hubId, message);
    turn.request = { number, message, timer: this.#insistAfter(firstPatience) };
  }

  /** Answers to anything but the open request are old: they were answered already, or their attempt is over. */
  receive(message: Exclude<HubMessage<Reply>, { kind: 'push' }>): void {
    const turn = this.#turn;
    if (turn === null || !isSameAttempt(turn.tx, message.attempt)) return;
    const { request } = turn;
    if (message.number !== 0 && message.number !== request?.number) return;
    request?.timer.cancel();
    if (message.kind === 'answer') this.#answered(turn, message.answer);
    else if (request !== null) request.timer = this.#insistAfter(longestPatience);
  }

  /** The hub has forgotten what it knew: asks again, or at least says that the turn is still open. */
  repeat(): void {
    const turn = this.#turn;
    if (turn?.request !== undefined && turn.request !== null) this.#host.send(hubId, turn.request.message);
    else if (turn?.ping !== undefined && turn.ping !== null) this.#ping(turn);
  }

  /** Ends the turn on this side. */
  close(): void {
    this.#turn?.request?.timer.cancel();
    this.#turn?.ping?.cancel();
    this.#turn = null;
  }

  #answered(turn: OpenTurn, answer: Answer<Reply>): void {
    turn.request = null;
    if (answer.kind === 'settle') this.close();
    else turn.ping ??= this.#pingAfter();
    this.#options.answered(turn.tx, answer);
  }

  #insistAfter(patience: Micros): Timer {
    return this.#host.after(patience, () => {
      const request = this.#turn?.request;
      if (request === undefined || request === null) return;
      this.#host.send(hubId, request.message);
      request.timer = this.#insistAfter(Math.min(2 * patience, longestPatience) as Micros);
    });
  }

  #pingAfter(): Timer | null {
    const { pingMicros } = this.#options;
    if (pingMicros === null) return null;
    return this.#host.after(pingMicros, () => {
      const turn = this.#turn;
      if (turn === null) return;
      this.#ping(turn);
      turn.ping = this.#pingAfter();
    });
  }

  #ping({ tx, begunAt }: OpenTurn): void {
    tell(this.#host, hubId, { kind: 'ping', tx: onTheWire(tx), begunAt });
  }
}
