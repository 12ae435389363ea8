/** One attempt at a turn as the hub knows it: what it has open, and how to answer it. */

import { replicaOf, type Host, type Micros, type Outcome, type Transaction, type View } from '../contract/index.ts';
import { tell, type Answer, type AttemptId, type Basis, type HubMessage } from './hub-messages.ts';

export class Session<Ask, Reply = never> {
  readonly tx: Transaction;
  /** By the clock of the agent's machine. */
  readonly begunAt: Micros;
  readonly #host: Host;
  /** The agent has begun another attempt or turn: nobody waits for an answer any more. */
  isGone = false;
  #number = 0;
  #isOpen = false;
  #answer: Answer<Reply> | null = null;
  #outcome: Outcome | null = null;

  constructor(host: Host, tx: Transaction, begunAt: Micros) {
    this.#host = host;
    this.tx = tx;
    this.begunAt = begunAt;
  }

  get isSettled(): boolean {
    return this.#outcome !== null;
  }

  /** Whether a request with a lower number is still open. */
  waitsForLessThan(number: number): boolean {
    return this.#isOpen && this.#number < number;
  }

  view(view: View, versions: Basis): void {
    this.#reply({ kind: 'view', view, versions });
  }

  written(): void {
    this.#reply({ kind: 'written' });
  }

  answer(reply: Reply): void {
    this.#reply(reply);
  }

  /** Ends the attempt, asked or not. Whatever it asks from now on gets the same answer. */
  settle(outcome: Outcome): void {
    if (this.isSettled) return;
    this.#outcome = outcome;
    if (this.#isOpen) this.#reply({ kind: 'settle', outcome });
    else this.#send(0, { kind: 'settle', outcome });
  }

  /** Takes a request in; hands it on only if it is new. One that isn't gets its answer again, or hears that it is waited for. */
  take(number: number, ask: Ask, handOn: (ask: Ask) => void): void {
    if (number < this.#number) return;
    if (number === this.#number) {
      if (this.#answer === null) this.#tell({ kind: 'queued', attempt: this.#attempt(), number });
      else this.#send(number, this.#answer);
      return;
    }
    this.#number = number;
    this.#isOpen = true;
    this.#answer = null;
    if (this.#outcome !== null) this.#reply({ kind: 'settle', outcome: this.#outcome });
    else handOn(ask);
  }

  #reply(answer: Answer<Reply>): void {
    if (!this.#isOpen) throw new Error(`the hub answered ${this.tx.id}, which has no request open`);
    this.#isOpen = false;
    this.#answer = answer;
    this.#send(this.#number, answer);
  }

  #send(number: number, answer: Answer<Reply>): void {
    this.#tell({ kind: 'answer', attempt: this.#attempt(), number, answer });
  }

  #tell(message: HubMessage<Reply>): void {
    if (!this.isGone) tell(this.#host, replicaOf(this.tx.agent), message);
  }

  #attempt(): AttemptId {
    const { id, attempt } = this.tx;
    return { id, attempt };
  }
}
