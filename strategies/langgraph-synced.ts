/**
 * The engine behind `SyncedStore` on the hub: each field is an item, and each turn is an agent, which knows what it was shown.
 * What a turn puts is merged with what others have put since, or contends with it until a person decides. One record of the
 * journal holds all of a turn, and the hub serves nobody until that is durable.
 */

import {
  hubId,
  type Disk,
  type DocumentState,
  type FieldName,
  type FieldState,
  type Host,
  type Json,
  type MergeStrategy,
  type Replica,
  type Transaction,
  type Write,
} from '../src/contract/index.ts';
import {
  decode,
  encode,
  hubClient,
  hubServer,
  TurnJournal,
  type Basis,
  type HubLogic,
  type Landing,
  type Session,
  type TurnAsk,
} from '../src/replication/index.ts';
import { FieldItems } from '../src/store/index.ts';

interface LandedTurn extends Landing {
  readonly writes: readonly Write[];
  /** What the engine has written down of it. */
  readonly records: readonly Json[];
}

/** What an attempt was shown of each field, and how many turns had landed then. */
class Shown {
  readonly states = new Map<FieldName, FieldState | undefined>();
  readonly versions = new Map<FieldName, number>();
}

class SyncedHub implements HubLogic<TurnAsk> {
  readonly #journal: TurnJournal<LandedTurn>;
  readonly #items: FieldItems;
  readonly #records: Json[] = [];
  /** What this life of the hub has shown to each attempt. */
  readonly #shown = new WeakMap<Session<TurnAsk>, Shown>();
  readonly #waiting: (() => void)[] = [];
  #isWriting = false;
  #state: DocumentState;

  constructor(host: Host, over: MergeStrategy) {
    const found: Uint8Array[] = [];
    const writes: Write[] = [];
    this.#journal = new TurnJournal<LandedTurn>(host, (turn) => {
      if (this.#isWriting) return;
      found.push(...turn.records.map(encode));
      writes.push(...turn.writes);
    });
    const disk: Disk = {
      records: () => found,
      append: (bytes, done) => {
        this.#records.push(decode(bytes) as Json);
        done();
      },
      // Turns are recognised by their own records: none is taken away.
      replace: (_records, done) => {
        done();
      },
    };
    this.#items = new FieldItems({ ...timeOf(host), disk }, over, host.schema, writes);
    this.#state = this.#items.state();
  }

  asked(session: Session<TurnAsk>, ask: TurnAsk): void {
    if (this.#isWriting) this.#waiting.push(() => this.asked(session, ask));
    else if (!session.isGone && !session.isSettled) this.#answer(session, ask);
  }

  heard(): void {
    // Nobody holds anything here.
  }

  gone(): void {
    // Nobody holds anything here.
  }

  landed(tx: Transaction): Landing | null {
    return this.#journal.landed(tx);
  }

  state(): DocumentState {
    return this.#state;
  }

  version(): number {
    return this.#journal.length;
  }

  close(): void {
    this.#items.close();
  }

  #answer(session: Session<TurnAsk>, ask: TurnAsk): void {
    switch (ask.kind) {
      case 'read': {
        const view = this.#items.view(session.tx, ask.fields);
        const version = this.#journal.length;
        const shown = this.#shownTo(session);
        for (const name of ask.fields) {
          shown.states.set(
            name,
            view.fields.find(({ field }) => field === name),
          );
          shown.versions.set(name, version);
        }
        session.view(
          view,
          ask.fields.map((field) => [field, version]),
        );
        break;
      }
      case 'write':
        session.written();
        break;
      case 'commit':
        this.#commit(session, ask.writes, ask.basis);
        break;
    }
  }

  #shownTo(session: Session<TurnAsk>): Shown {
    const known = this.#shown.get(session);
    if (known !== undefined) return known;
    const shown = new Shown();
    this.#shown.set(session, shown);
    return shown;
  }

  #commit(session: Session<TurnAsk>, writes: readonly Write[], basis: Basis): void {
    const { states, versions } = this.#shownTo(session);
    const forgotten = basis.filter(([field, version]) => versions.get(field) !== version).map(([field]) => field);
    if (forgotten.length > 0) {
      // An earlier life of the hub has shown that, and this one can't tell what it was.
      session.settle({ kind: 'conflict', cause: 'unavailable', fields: forgotten });
      return;
    }
    if (writes.length === 0) {
      session.settle({ kind: 'committed' });
      return;
    }
    const { tx } = session;
    this.#records.length = 0;
    const outcome = this.#items.put(tx, writes, states);
    this.#isWriting = true;
    this.#journal.append({ tx, outcome, writes, records: this.#records.slice() }, () => {
      this.#isWriting = false;
      this.#state = this.#items.state();
      session.settle(outcome);
      this.#serveWaiting();
    });
  }

  #serveWaiting(): void {
    if (this.#isWriting) return;
    const next = this.#waiting.shift();
    if (next === undefined) return;
    next();
    this.#serveWaiting();
  }
}

function timeOf(host: Host): Pick<Host, 'now' | 'random' | 'after'> {
  return {
    now: () => host.now(),
    random: () => host.random(),
    after: (delay, task) => host.after(delay, task),
  };
}

/** `over` is what the engine keeps the items with. */
export function langgraphSynced(over: MergeStrategy): MergeStrategy {
  return {
    name: 'langgraph-synced',
    summary: 'the SyncedStore for LangGraph.js: puts are merged with what their agents had not seen, or escalated',
    layout: 'hub',
    promises: {
      converges: 'survivable',
      keepsCommittedWrites: 'survivable',
      keepsRefusedOut: 'survivable',
      exactlyOnce: 'survivable',
      allOrNothing: false,
      escalatesTruly: 'survivable',
      serializable: false,
      serialInRankOrder: false,
      neverWaits: false,
    },
    open: (host): Replica =>
      host.self === hubId
        ? hubServer(host, new SyncedHub(host, over))
        : hubClient(host, { writes: 'with-commit', pingMicros: null }),
  };
}
