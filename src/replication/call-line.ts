/** A client's calls to its hub, any number at a time: each is sent again until it is answered. */

import { hubId, seconds, type Host, type Micros, type Timer } from '../contract/index.ts';
import { encodeShared } from './shared-codec.ts';

const firstPatience = seconds(1);
const longestPatience = seconds(30);

/** The numbers of a line rise; the line says which life of the client is calling. */
export interface CallTag {
  readonly line: string;
  readonly number: number;
}

interface OpenCall {
  readonly message: Uint8Array;
  readonly answered: (reply: unknown) => void;
  timer: Timer;
}

export class CallLine {
  readonly #host: Host;
  readonly #line: string;
  readonly #open = new Map<number, OpenCall>();
  #numbers = 0;

  constructor(host: Host, line: string) {
    this.#host = host;
    this.#line = line;
  }

  /** Of the next call: no other call of this line has the same. */
  nextTag(): CallTag {
    this.#numbers += 1;
    return { line: this.#line, number: this.#numbers };
  }

  /** The tag is part of the call: to spread it into one takes the engine longer than to send it. */
  send(call: CallTag, answered: (reply: unknown) => void): void {
    const { number } = call;
    const message = encodeShared(call);
    this.#host.send(hubId, message);
    this.#open.set(number, { message, answered, timer: this.#insistAfter(number, firstPatience) });
  }

  /** A reply to anything that isn't open any more is dropped. */
  receive({ line, number }: CallTag, reply: unknown): void {
    const call = this.#open.get(number);
    if (line !== this.#line || call === undefined) return;
    call.timer.cancel();
    this.#open.delete(number);
    call.answered(reply);
  }

  /** The hub has lost its memory: it hears of everything that is open again. */
  repeat(): void {
    for (const { message } of this.#open.values()) this.#host.send(hubId, message);
  }

  close(): void {
    for (const { timer } of this.#open.values()) timer.cancel();
    this.#open.clear();
  }

  #insistAfter(number: number, patience: Micros): Timer {
    return this.#host.after(patience, () => {
      const call = this.#open.get(number);
      if (call === undefined) return;
      this.#host.send(hubId, call.message);
      call.timer = this.#insistAfter(number, Math.min(2 * patience, longestPatience) as Micros);
    });
  }
}
