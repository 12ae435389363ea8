/** The attempts that a hub has heard of in this life, with what they rest on, and who has been silent for too long. */

import { seconds, type FieldName, type Host, type TransactionId } from '../contract/index.ts';
import type { Session } from './hub-session.ts';
import type { RankAsk } from './rank-messages.ts';
import type { RankedTurn } from './rank-ledger.ts';

/** How often the machine of an agent says that it still works on its turn. */
export const pingMicros = seconds(30);
/** A turn that wasn't heard of for so many ping intervals in a row is taken for dead. Counted, so that a stall of the hub counts once. */
const silencesAllowed = 4;

interface OpenAttempt {
  readonly session: Session<RankAsk>;
  /** A finished turn that was opened again. */
  readonly repairs: boolean;
  /** All that the turn rests on, and what it was shown of it. */
  readonly seen: Map<FieldName, number>;
}

export class RankAttempts {
  readonly #host: Host;
  readonly #attempts = new Map<TransactionId, OpenAttempt>();
  /** Also of turns of which only the journal says that they are open. */
  readonly #silences = new Map<TransactionId, number>();
  readonly #isDead: (turn: TransactionId) => void;
  #isWatching = false;

  constructor(host: Host, isDead: (turn: TransactionId) => void) {
    this.#host = host;
    this.#isDead = isDead;
  }

  of(turn: TransactionId): OpenAttempt | undefined {
    return this.#attempts.get(turn);
  }

  /** Each request says all that it rests on: a hub that has lost its memory knows it again. */
  attend(session: Session<RankAsk>, { basis, repairs }: RankAsk, { tx, committed }: RankedTurn): void {
    const seen = new Map([...(repairs ? (committed?.basis ?? []) : []), ...basis]);
    this.#attempts.set(tx.id, { session, repairs, seen });
    this.expect(tx.id);
  }

  /** The turn is open: its agent must be heard of. */
  expect(turn: TransactionId): void {
    this.#silences.set(turn, 0);
    this.#watchLater();
  }

  heard(turn: TransactionId): void {
    if (this.#silences.has(turn)) this.#silences.set(turn, 0);
  }

  end(turn: TransactionId): void {
    this.#attempts.delete(turn);
    this.#silences.delete(turn);
  }

  #watchLater(): void {
    if (this.#isWatching) return;
    this.#isWatching = true;
    this.#host.after(pingMicros, () => {
      this.#isWatching = false;
      for (const [turn, silences] of [...this.#silences]) {
        this.#silences.set(turn, silences + 1);
        if (silences >= silencesAllowed) this.#isDead(turn);
      }
      if (this.#silences.size > 0) this.#watchLater();
    });
  }
}
