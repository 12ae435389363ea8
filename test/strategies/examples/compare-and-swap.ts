/** Nobody waits: a commit names the versions that its turn was shown, and is refused when one of them has changed since. */

import {
  hubId,
  type DocumentState,
  type FieldName,
  type Host,
  type MergeStrategy,
  type Outcome,
  type Transaction,
} from '../../../src/contract/index.ts';
import {
  FieldGate,
  HubDocument,
  hubClient,
  hubServer,
  type HubLogic,
  type Landing,
  type Session,
  type TurnAsk,
} from '../../../src/replication/index.ts';

class ComparingHub implements HubLogic<TurnAsk> {
  readonly #document: HubDocument;
  /** Two commits that read or write the same field are judged one after the other. */
  readonly #gate = new FieldGate();

  constructor(host: Host) {
    this.#document = new HubDocument(host);
  }

  asked(session: Session<TurnAsk>, ask: TurnAsk): void {
    switch (ask.kind) {
      case 'read':
        this.#show(session, ask);
        break;
      case 'write':
        session.written();
        break;
      case 'commit': {
        const fields: FieldName[] = [...ask.basis.map(([name]) => name), ...ask.writes.map(({ field }) => field)];
        this.#gate.enter(fields, (leave) => {
          this.#commit(session, ask, leave);
        });
        break;
      }
    }
  }

  heard(): void {
    // Nobody holds anything.
  }

  gone(): void {
    // Nobody holds anything.
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

  /** A turn that has seen a field in two versions could never commit: it is told at once. */
  #show(session: Session<TurnAsk>, { fields, basis }: Extract<TurnAsk, { kind: 'read' }>): void {
    const stale = this.#document.stale(basis);
    const { view, versions } = this.#document.view(fields);
    if (stale.length === 0) session.view(view, versions);
    else session.settle({ kind: 'conflict', cause: 'version-mismatch', fields: stale });
  }

  #commit(session: Session<TurnAsk>, { writes, basis }: Extract<TurnAsk, { kind: 'commit' }>, leave: () => void): void {
    const end = (outcome: Outcome): void => {
      session.settle(outcome);
      leave();
    };
    const refusal = session.isGone ? null : this.#document.refusal(writes, basis, 'version-mismatch');
    if (session.isGone) leave();
    else if (refusal !== null) end(refusal);
    else this.#document.accept(session.tx, writes, end);
  }
}

export const compareAndSwap: MergeStrategy = {
  name: 'compare-and-swap',
  summary: 'a commit is refused when something that its turn has read was changed since',
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
    host.self === hubId
      ? hubServer(host, new ComparingHub(host))
      : hubClient(host, { writes: 'with-commit', pingMicros: null }),
};
