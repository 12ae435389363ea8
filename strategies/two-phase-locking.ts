/**
 * Strict two-phase locking (Gray, "Notes on Data Base Operating Systems", 1978): a shared lock for what a turn reads, an
 * exclusive one for what it writes, kept through the think time until the commit. A circle of waits is found when it closes;
 * the youngest turn in it is refused and thinks again. It keeps its age, so nobody starves.
 *
 * The knob `order` set to `by-name` locks what a turn reads exclusively and in the order of the names. Turns of one step that
 * write only what they have read then never wait in a circle; those that write something else, or read in several steps,
 * still may, and are found.
 *
 * Locks live in the hub's memory. When it has lost them, each turn asks for its own again with its next request, and goes on
 * if what it was shown is still current. Locks of an agent that has been silent for two minutes are taken back.
 */

import {
  hubId,
  seconds,
  type AgentId,
  type DocumentState,
  type FieldName,
  type Host,
  type Knobs,
  type MergeStrategy,
  type Outcome,
  type RefusalCause,
  type Transaction,
  type TransactionId,
} from '../src/contract/index.ts';
import {
  fieldsOf,
  HubDocument,
  hubClient,
  hubServer,
  LockTable,
  type HubLogic,
  type Landing,
  type LockMode,
  type Session,
  type TurnAsk,
} from '../src/replication/index.ts';

type Order = 'as-asked' | 'by-name';

const pingMicros = seconds(30);
/** An owner that wasn't heard for so many ping intervals in a row is taken for dead. Counted, so that a stall of the hub counts once. */
const silencesAllowed = 4;

interface Need {
  readonly field: FieldName;
  readonly mode: LockMode;
}

/** A request that is served as soon as its turn holds all these locks. */
interface OpenRequest {
  readonly ask: TurnAsk;
  readonly needs: readonly Need[];
}

interface WriteGrant {
  readonly holder: Session<TurnAsk>;
  readonly token: number;
}

class LockingHub implements HubLogic<TurnAsk> {
  readonly #host: Host;
  readonly #order: Order;
  readonly #document: HubDocument;
  readonly #locks = new LockTable<Session<TurnAsk>>();
  readonly #requests = new Map<Session<TurnAsk>, OpenRequest>();
  /** Exclusive locks, as they are told to the trace. */
  readonly #grants = new Map<FieldName, WriteGrant>();
  /** Everybody who holds or wants a lock. */
  readonly #silences = new Map<Session<TurnAsk>, number>();
  /** Their commits are on their way to the disk: their locks can't be taken away any more. */
  readonly #landing = new Set<Session<TurnAsk>>();
  /** The newest turn of each agent, with its place in the order in which turns began. */
  readonly #ages = new Map<AgentId, { readonly turn: TransactionId; readonly age: number }>();
  #begun = 0;
  #lastToken = 0;
  #isWatched = false;

  constructor(host: Host, order: Order) {
    this.#host = host;
    this.#order = order;
    this.#document = new HubDocument(host);
    this.#document.traceRecovered([]);
  }

  asked(session: Session<TurnAsk>, ask: TurnAsk): void {
    this.#noteAge(session.tx);
    this.#silences.set(session, 0);
    if (!this.#isWatched) this.#watchLater();
    this.#requests.set(session, { ask, needs: needsOf(ask, this.#order) });
    this.#goOn(session);
  }

  heard(session: Session<TurnAsk>): void {
    if (this.#silences.has(session)) this.#silences.set(session, 0);
  }

  gone(session: Session<TurnAsk>): void {
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

  #noteAge({ agent, id }: Transaction): void {
    if (this.#ages.get(agent)?.turn === id) return;
    this.#begun += 1;
    this.#ages.set(agent, { turn: id, age: this.#begun });
  }

  /** Takes one lock after the other, as far as they are free. */
  #goOn(session: Session<TurnAsk>): void {
    const request = this.#requests.get(session);
    if (request === undefined) return;
    for (const { field, mode } of request.needs) {
      if (!this.#locks.acquire(session, field, mode)) {
        this.#breakCircles(session);
        return;
      }
      if (mode === 'exclusive') this.#grant(session, field);
    }
    this.#requests.delete(session);
    this.#serve(session, request.ask);
  }

  /** All circles that a new wait has closed lead through the one who waits. */
  #breakCircles(session: Session<TurnAsk>): void {
    for (let circle = this.#locks.circle(session); circle !== null; circle = this.#locks.circle(session)) {
      const [victim] = circle.toSorted((one, other) => this.#ageOf(other) - this.#ageOf(one));
      if (victim !== undefined) this.#takeBack(victim, 'deadlock-victim', 'deadlock');
    }
  }

  #ageOf({ tx }: Session<TurnAsk>): number {
    return this.#ages.get(tx.agent)?.age ?? 0;
  }

  /** While the turn waited for its locks, an earlier attempt at it may have landed. */
  #serve(session: Session<TurnAsk>, ask: TurnAsk): void {
    const landing = this.#document.landed(session.tx);
    if (landing !== null) {
      this.#end(session, landing.outcome);
      return;
    }
    switch (ask.kind) {
      case 'read': {
        const stale = this.#document.stale(ask.basis);
        const { view, versions } = this.#document.view(ask.fields);
        if (stale.length === 0) session.view(view, versions);
        else this.#end(session, { kind: 'conflict', cause: 'reclaimed', fields: stale });
        break;
      }
      case 'write': {
        const refusal = this.#document.refusal(ask.writes, ask.basis, 'reclaimed');
        if (refusal === null) session.written();
        else this.#end(session, refusal);
        break;
      }
      case 'commit':
        this.#commit(session, ask);
        break;
    }
  }

  /** Somebody may have changed what the turn was shown only while the hub had lost its locks. */
  #commit(session: Session<TurnAsk>, { writes, basis }: Extract<TurnAsk, { kind: 'commit' }>): void {
    const refusal = this.#document.refusal(writes, basis, 'reclaimed');
    if (refusal !== null) {
      this.#end(session, refusal);
      return;
    }
    this.#landing.add(session);
    this.#document.accept(session.tx, writes, (outcome) => {
      this.#landing.delete(session);
      for (const name of fieldsOf(writes)) this.#traceAccept(session.tx.agent, name);
      session.settle(outcome);
      this.#release(session);
    });
  }

  #end(session: Session<TurnAsk>, outcome: Outcome): void {
    session.settle(outcome);
    this.#release(session);
  }

  #release(session: Session<TurnAsk>): void {
    for (const [field, token] of this.#endGrants(session)) {
      this.#host.trace({ kind: 'release', field, holder: session.tx.agent, token });
    }
    this.#forget(session);
  }

  #takeBack(session: Session<TurnAsk>, cause: RefusalCause, trigger: 'deadlock' | 'heartbeat'): void {
    for (const [field, token] of this.#endGrants(session)) {
      this.#host.trace({ kind: 'reclaim', field, holder: session.tx.agent, token, trigger, grounds: null });
    }
    session.settle({ kind: 'conflict', cause, fields: [] });
    this.#forget(session);
  }

  #forget(session: Session<TurnAsk>): void {
    this.#requests.delete(session);
    this.#silences.delete(session);
    for (const served of this.#locks.release(session)) this.#goOn(served);
  }

  /** Tokens rise over all grants; over restarts as well, as long as the hub's clock doesn't go back. */
  #grant(session: Session<TurnAsk>, field: FieldName): void {
    if (this.#grants.get(field)?.holder === session) return;
    this.#lastToken = Math.max(this.#lastToken + 1, this.#host.now());
    this.#grants.set(field, { holder: session, token: this.#lastToken });
    this.#host.trace({ kind: 'grant', field, holder: session.tx.agent, token: this.#lastToken });
  }

  #endGrants(session: Session<TurnAsk>): readonly (readonly [FieldName, number])[] {
    const ended = [...this.#grants].filter(([, { holder }]) => holder === session);
    for (const [field] of ended) this.#grants.delete(field);
    return ended.map(([field, { token }]) => [field, token]);
  }

  #traceAccept(holder: AgentId, field: FieldName): void {
    const version = this.#document.fieldVersion(field);
    this.#host.trace({ kind: 'accept', field, holder, version, token: this.#grants.get(field)?.token ?? null });
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
    if (this.#landing.has(session) || !this.#silences.has(session)) return;
    this.#silences.set(session, silences);
    if (silences > silencesAllowed) this.#takeBack(session, 'reclaimed', 'heartbeat');
  }
}

/**
 * What the turn has been shown, then what it asks for. Most of it is held already; a hub that has lost its memory takes it
 * anew.
 */
function needsOf(ask: TurnAsk, order: Order): readonly Need[] {
  const read = [...ask.basis.map(([name]) => name), ...(ask.kind === 'read' ? ask.fields : [])];
  const written = ask.kind === 'read' ? [] : fieldsOf(ask.writes);
  switch (order) {
    case 'as-asked':
      return [...read.map((name) => need(name, 'shared')), ...written.map((name) => need(name, 'exclusive'))];
    case 'by-name':
      return [...new Set([...read, ...written])].sort().map((name) => need(name, 'exclusive'));
  }
}

function need(field: FieldName, mode: LockMode): Need {
  return { field, mode };
}

const knobs: Knobs = {
  order: {
    kind: 'choice',
    summary: 'by-name: what is read is locked exclusively and in the order of the names, against deadlocks',
    default: 'as-asked',
    values: ['as-asked', 'by-name'],
  },
};

function lockingWith(order: Order): MergeStrategy {
  return {
    name: 'two-phase-locking',
    summary:
      'locks from the first read or write to the commit; of those who wait in a circle the youngest thinks again',
    layout: 'hub',
    reclaims: true,
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
    knobs,
    configure: ({ order: chosen }) => lockingWith(chosen as Order),
    open: (host) =>
      host.self === hubId
        ? hubServer(host, new LockingHub(host, order))
        : hubClient(host, { writes: 'at-once', pingMicros }),
  };
}

export const twoPhaseLocking: MergeStrategy = lockingWith('as-asked');
