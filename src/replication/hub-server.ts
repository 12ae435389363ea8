/**
 * The hub's side of the line: it recognises repeated and outdated requests, so that the logic of a strategy sees each
 * request once, and it keeps the clients' copies up to date.
 */

import type {
  AgentId,
  DocumentState,
  Host,
  Micros,
  Outcome,
  Replica,
  ReplicaId,
  Transaction,
} from '../contract/index.ts';
import { AgentlessReplica } from './agentless-replica.ts';
import { decodeShared } from './shared-codec.ts';
import type { Landing } from './hub-journal.ts';
import type { ClientMessage } from './hub-messages.ts';
import { Broadcast } from './hub-mirror.ts';
import { Session } from './hub-session.ts';

/** What a strategy decides at its hub. Every request is answered through its session, now or later. */
export interface HubLogic<Ask, Reply = never> {
  asked(session: Session<Ask, Reply>, ask: Ask): void;
  /** The client of an open attempt has given a sign of life: a request, a repeated one or a ping. */
  heard(session: Session<Ask, Reply>): void;
  /** The agent has begun another attempt or turn. What this one held should be free, unless its commit is under way. */
  gone(session: Session<Ask, Reply>): void;
  /** The strategy's own client has said something outside of any turn. */
  noted?(from: ReplicaId, note: unknown): void;
  /** The attempt at the turn that has been accepted for good, if any has. */
  landed(tx: Transaction): Landing | null;
  /** Holds only what is durable. */
  state(): DocumentState;
  /** Changes whenever the state does. */
  version(): number;
  /** Frees what the garbage collector can't. */
  close?(): void;
}

export function hubServer<Ask, Reply = never>(host: Host, logic: HubLogic<Ask, Reply>): Replica {
  return new HubServer(host, logic);
}

class HubServer<Ask, Reply> extends AgentlessReplica {
  readonly #host: Host;
  readonly #logic: HubLogic<Ask, Reply>;
  readonly #broadcast: Broadcast;
  /** The newest attempt of each agent. */
  readonly #sessions = new Map<AgentId, Session<Ask, Reply>>();

  constructor(host: Host, logic: HubLogic<Ask, Reply>) {
    super();
    this.#host = host;
    this.#logic = logic;
    this.#broadcast = new Broadcast(host);
  }

  receive(from: ReplicaId, bytes: Uint8Array): void {
    const message = decodeShared(bytes) as ClientMessage<Ask>;
    switch (message.kind) {
      case 'ask':
        this.#asked(message);
        break;
      case 'ping':
        this.#session(message);
        break;
      case 'note':
        this.#logic.noted?.(from, message.note);
        break;
      case 'hello':
        this.#broadcast.hello(from);
        break;
      case 'shown':
        this.#broadcast.shown(from, message);
        break;
    }
  }

  sync(): void {
    this.#broadcast.sync(this.#logic.version(), () => this.#logic.state());
  }

  state(): DocumentState {
    return this.#logic.state();
  }

  close(): void {
    this.#sessions.clear();
    this.#logic.close?.();
  }

  #asked(message: Extract<ClientMessage<Ask>, { kind: 'ask' }>): void {
    const { tx, number, ask } = message;
    const session = this.#sessionAsking(message);
    session?.take(number, ask, () => {
      const landing = this.#logic.landed(tx);
      if (landing === null) this.#logic.asked(session, ask);
      else if (number > 1 && landing.tx.attempt !== tx.attempt) session.settle(shownTooEarly);
      else session.settle(landing.outcome);
    });
  }

  /**
   * Whoever asks something new no longer waits for what it asked before: an earlier life of this hub has answered that. The
   * attempt goes on as one that this hub hasn't heard of yet.
   */
  #sessionAsking(message: Extract<ClientMessage<Ask>, { kind: 'ask' }>): Session<Ask, Reply> | null {
    const session = this.#session(message);
    return session?.waitsForLessThan(message.number) === true ? this.#open(message, session) : session;
  }

  /** The session of this attempt; null when the agent has begun a later one already. */
  #session(begun: Begun): Session<Ask, Reply> | null {
    const known = this.#sessions.get(begun.tx.agent);
    if (known !== undefined && isBefore(begun, known)) return null;
    const session = known !== undefined && !isBefore(known, begun) ? known : this.#open(begun, known);
    if (!session.isSettled) this.#logic.heard(session);
    return session;
  }

  #open({ tx, begunAt }: Begun, earlier: Session<Ask, Reply> | undefined): Session<Ask, Reply> {
    const session = new Session<Ask, Reply>(this.#host, tx, begunAt);
    this.#sessions.set(tx.agent, session);
    if (earlier !== undefined) {
      earlier.isGone = true;
      this.#logic.gone(earlier);
    }
    return session;
  }
}

/**
 * An earlier attempt landed after this one had been shown the document: what it is about to write is not what was accepted.
 * The next attempt hears of the landing before it thinks.
 */
const shownTooEarly: Outcome = { kind: 'conflict', cause: 'version-mismatch', fields: [] };

interface Begun {
  readonly tx: Transaction;
  readonly begunAt: Micros;
}

/** By the agent's own clock: after a crash it may repeat a turn that is older than the last one that it began. */
function isBefore(one: Begun, other: Begun): boolean {
  if (one.begunAt !== other.begunAt) return one.begunAt < other.begunAt;
  return one.tx.turn < other.tx.turn || (one.tx.turn === other.tx.turn && one.tx.attempt < other.tx.attempt);
}
