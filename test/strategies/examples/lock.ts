/**
 * An exclusive lock per field, taken when the field is read and held through the think time: a read waits for the others.
 * A turn that already holds locks never waits: it is refused, and takes all that it needs at once when it comes back, so
 * nobody waits in a circle. Locks of a silent holder are taken back.
 */

import {
  hubId,
  seconds,
  type DocumentState,
  type FieldName,
  type Host,
  type MergeStrategy,
  type Transaction,
} from '../../../src/contract/index.ts';
import {
  HubDocument,
  hubClient,
  hubServer,
  type HubLogic,
  type Landing,
  type Session,
  type TurnAsk,
} from '../../../src/replication/index.ts';

const pingMicros = seconds(10);
const silencesAllowed = 3;

interface Waiting {
  readonly session: Session<TurnAsk>;
  readonly ask: TurnAsk;
}

class LockingHub implements HubLogic<TurnAsk> {
  readonly #host: Host;
  readonly #document: HubDocument;
  readonly #holders = new Map<FieldName, Session<TurnAsk>>();
  readonly #silences = new Map<Session<TurnAsk>, number>();
  readonly #landing = new Set<Session<TurnAsk>>();
  #queue: readonly Waiting[] = [];
  #isWatched = false;

  constructor(host: Host) {
    this.#host = host;
    this.#document = new HubDocument(host);
  }

  asked(session: Session<TurnAsk>, ask: TurnAsk): void {
    const missing = this.#missing({ session, ask });
    const held = [...this.#holders].filter(([, holder]) => holder === session).map(([name]) => name);
    if (missing.length > 0 && held.length > 0) {
      session.settle({ kind: 'conflict', cause: 'other-holder', fields: [...held, ...missing] });
      this.#release(session);
      return;
    }
    this.#queue = [...this.#queue, { session, ask }];
    this.#letIn();
  }

  heard(session: Session<TurnAsk>): void {
    if (this.#silences.has(session)) this.#silences.set(session, 0);
  }

  gone(session: Session<TurnAsk>): void {
    this.#queue = this.#queue.filter((waiting) => waiting.session !== session);
    if (!this.#landing.has(session)) this.#release(session);
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

  /** The locks that the request needs and somebody else has. */
  #missing({ session, ask }: Waiting): FieldName[] {
    return fieldsOf(ask).filter((name) => (this.#holders.get(name) ?? session) !== session);
  }

  /** Whoever came first and whose locks are free goes on. */
  #letIn(): void {
    const next = this.#queue.find((waiting) => this.#missing(waiting).length === 0);
    if (next === undefined) return;
    this.#queue = this.#queue.filter((waiting) => waiting !== next);
    for (const name of fieldsOf(next.ask)) this.#holders.set(name, next.session);
    this.#silences.set(next.session, 0);
    if (!this.#isWatched) this.#watchLater();
    this.#serve(next);
    this.#letIn();
  }

  #serve({ session, ask }: Waiting): void {
    switch (ask.kind) {
      case 'read': {
        const { view, versions } = this.#document.view(ask.fields);
        session.view(view, versions);
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

  #commit(session: Session<TurnAsk>, { writes, basis }: Extract<TurnAsk, { kind: 'commit' }>): void {
    const refusal = this.#document.refusal(writes, basis, 'reclaimed');
    if (refusal !== null) {
      session.settle(refusal);
      this.#release(session);
      return;
    }
    this.#landing.add(session);
    this.#document.accept(session.tx, writes, (outcome) => {
      this.#landing.delete(session);
      session.settle(outcome);
      this.#release(session);
    });
  }

  #release(session: Session<TurnAsk>): void {
    for (const [name, holder] of [...this.#holders]) if (holder === session) this.#holders.delete(name);
    this.#silences.delete(session);
    this.#letIn();
  }

  #watchLater(): void {
    this.#isWatched = true;
    this.#host.after(pingMicros, () => {
      this.#isWatched = false;
      if (this.#silences.size > 0) this.#watchLater();
      for (const [session, silences] of [...this.#silences]) this.#check(session, silences + 1);
    });
  }

  #check(session: Session<TurnAsk>, silences: number): void {
    if (this.#landing.has(session)) return;
    this.#silences.set(session, silences);
    if (silences <= silencesAllowed) return;
    session.settle({ kind: 'conflict', cause: 'reclaimed', fields: [] });
    this.#release(session);
  }
}

function fieldsOf(ask: TurnAsk): readonly FieldName[] {
  return ask.kind === 'read' ? ask.fields : ask.writes.map(({ field }) => field);
}

export const lock: MergeStrategy = {
  name: 'lock',
  summary: 'an exclusive lock per field from the read to the commit',
  layout: 'hub',
  promises: {
    converges: 'survivable',
    keepsCommittedWrites: 'survivable',
    keepsRefusedOut: 'survivable',
    exactlyOnce: 'survivable',
    allOrNothing: false,
    escalatesTruly: 'survivable',
    serializable: 'survivable',
    serialInRankOrder: false,
    neverWaits: false,
  },
  open: (host) =>
    host.self === hubId ? hubServer(host, new LockingHub(host)) : hubClient(host, { writes: 'at-once', pingMicros }),
};
