/**
 * One turn at a time, first come, first served: the next agent is shown the document, and so starts to think, only when the
 * last one has committed. The reference for correctness, and for what it costs.
 *
 * The hub takes the turn back from a holder that has been silent for two minutes. If the hub itself loses its memory, turns
 * that it no longer knows are judged by whether what they were shown is still current.
 */

import {
  hubId,
  seconds,
  type AgentId,
  type DocumentState,
  type Host,
  type MergeStrategy,
  type Transaction,
} from '../src/contract/index.ts';
import {
  HubDocument,
  hubClient,
  hubServer,
  type HubLogic,
  type Landing,
  type Session,
  type TurnAsk,
} from '../src/replication/index.ts';

const pingMicros = seconds(30);
/** A holder that wasn't heard for so many ping intervals in a row is taken for dead. Counted, so that a stall of the hub counts once. */
const silencesAllowed = 4;

interface Waiting {
  readonly session: Session<TurnAsk>;
  readonly ask: TurnAsk;
}

class SerialHub implements HubLogic<TurnAsk> {
  readonly #host: Host;
  readonly #document: HubDocument;
  #queue: readonly Waiting[] = [];
  #holder: Session<TurnAsk> | null = null;
  /** The holder's commit is on its way to the disk: the turn can't be taken away any more. */
  #isLanding = false;
  /** This agent held the turn in an attempt that is over: it goes on before all others. */
  #returning: AgentId | null = null;
  #silences = 0;
  #isWatched = false;

  constructor(host: Host) {
    this.#host = host;
    this.#document = new HubDocument(host);
  }

  asked(session: Session<TurnAsk>, ask: TurnAsk): void {
    if (session === this.#holder) {
      this.#serve(session, ask);
      return;
    }
    const keepsItsPlace = this.#returning === session.tx.agent;
    if (keepsItsPlace) this.#returning = null;
    this.#queue = keepsItsPlace ? [{ session, ask }, ...this.#queue] : [...this.#queue, { session, ask }];
    this.#grantNext();
  }

  heard(session: Session<TurnAsk>): void {
    if (this.#holder === null && this.#queue.length === 0) this.#grant(session);
    if (this.#holder === session) this.#silences = 0;
  }

  gone(session: Session<TurnAsk>): void {
    this.#queue = this.#queue.filter((waiting) => waiting.session !== session);
    if (this.#holder !== session) return;
    this.#returning = session.tx.agent;
    if (!this.#isLanding) this.#holder = null;
  }

  landed(tx: Transaction): Landing | null {
    return this.#document.landed(tx);
  }

  state(): DocumentState {
    return this.#document.state();
  }

  version(): number {
    return this.#document.version();
  }

  /** While the turn waited, an earlier attempt at it may have landed. */
  #serve(session: Session<TurnAsk>, ask: TurnAsk): void {
    const landing = this.#document.landed(session.tx);
    if (landing !== null) {
      session.settle(landing.outcome);
      this.#release();
      return;
    }
    switch (ask.kind) {
      case 'read': {
        const stale = this.#document.stale(ask.basis);
        const { view, versions } = this.#document.view(ask.fields);
        if (stale.length === 0) session.view(view, versions);
        else session.settle({ kind: 'conflict', cause: 'version-mismatch', fields: stale });
        break;
      }
      case 'write':
        session.written();
        break;
      case 'commit':
        this.#commit(session, ask);
        break;
    }
  }

  /** A refused holder keeps the turn: it will be back at once to think again. */
  #commit(session: Session<TurnAsk>, { writes, basis }: Extract<TurnAsk, { kind: 'commit' }>): void {
    const refusal = this.#document.refusal(writes, basis, 'version-mismatch');
    if (refusal?.kind === 'conflict') {
      session.settle(refusal);
    } else if (refusal !== null) {
      session.settle(refusal);
      this.#release();
    } else {
      this.#isLanding = true;
      this.#document.accept(session.tx, writes, (outcome) => {
        this.#isLanding = false;
        session.settle(outcome);
        this.#release();
      });
    }
  }

  #grantNext(): void {
    const [next, ...rest] = this.#queue;
    if (this.#holder !== null || next === undefined) return;
    this.#queue = rest;
    this.#grant(next.session);
    this.#serve(next.session, next.ask);
  }

  #grant(session: Session<TurnAsk>): void {
    this.#holder = session;
    this.#returning = null;
    this.#silences = 0;
    if (!this.#isWatched) this.#watchLater();
  }

  #release(): void {
    this.#holder = null;
    this.#grantNext();
  }

  #watchLater(): void {
    this.#isWatched = true;
    this.#host.after(pingMicros, () => {
      this.#isWatched = false;
      if (this.#holder === null) return;
      this.#silences += 1;
      this.#watchLater();
      if (this.#silences > silencesAllowed && !this.#isLanding) this.#reclaim(this.#holder);
    });
  }

  #reclaim(holder: Session<TurnAsk>): void {
    holder.settle({ kind: 'conflict', cause: 'reclaimed', fields: [] });
    this.#release();
  }
}

export const serial: MergeStrategy = {
  name: 'serial',
  summary: 'one turn at a time: the next agent starts to think when the last has committed',
  layout: 'hub',
  promises: {
    converges: 'survivable',
    keepsCommittedWrites: 'survivable',
    keepsRefusedOut: 'survivable',
    exactlyOnce: 'survivable',
    allOrNothing: 'survivable',
    escalatesTruly: 'survivable',
    serializable: 'survivable',
    serialInRankOrder: false,
    neverWaits: false,
  },
  open: (host) =>
    host.self === hubId ? hubServer(host, new SerialHub(host)) : hubClient(host, { writes: 'with-commit', pingMicros }),
};
