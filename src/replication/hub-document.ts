/** The document of a hub that has one current state, and the journal of the turns that it adds up to. */

import type {
  DocumentState,
  FieldName,
  Grant,
  Host,
  Outcome,
  RefusalCause,
  Transaction,
  View,
  Write,
} from '../contract/index.ts';
import { TurnJournal, type Landing } from './hub-journal.ts';
import type { Basis } from './hub-messages.ts';
import { VersionedDocument } from './versioned-document.ts';

interface LandedTurn extends Landing {
  readonly writes: readonly Write[];
}

const committed: Outcome = { kind: 'committed' };

export class HubDocument {
  readonly #host: Pick<Host, 'trace'>;
  readonly #document: VersionedDocument;
  readonly #journal: TurnJournal<LandedTurn>;

  constructor(host: Pick<Host, 'schema' | 'disk' | 'trace'>) {
    this.#host = host;
    this.#document = new VersionedDocument(host.schema);
    this.#journal = new TurnJournal<LandedTurn>(host, ({ writes, outcome }) => {
      if (outcome.kind === 'escalated') this.#document.setAside(writes);
      else this.#document.apply(writes);
    });
  }

  /** What stands in the journal, and the grants that the hub still holds valid: reported once, before anything else. */
  traceRecovered(grants: readonly Grant[]): void {
    this.#host.trace({ kind: 'recovered', grants, versions: this.#document.fieldVersions(), contains: {} });
  }

  view(fields: readonly FieldName[]): { readonly view: View; readonly versions: Basis } {
    return this.#document.view(fields);
  }

  /** What a view of these fields shows now. */
  versions(fields: readonly FieldName[]): Basis {
    return this.#document.versions(fields);
  }

  /** The fields of the basis that have changed since. */
  stale(basis: Basis): FieldName[] {
    return this.#document.stale(basis);
  }

  /** Why a turn can't be accepted as it is, or null: a changed basis is refused with `staleCause`. */
  refusal(writes: readonly Write[], basis: Basis, staleCause: RefusalCause): Outcome | null {
    return this.#document.refusal(writes, basis, staleCause);
  }

  /** `durable` is called when the turn has landed. Turns that were judged by the same version must not both be accepted. */
  accept(tx: Transaction, writes: readonly Write[], durable: (outcome: Outcome) => void): void {
    const done = (): void => {
      durable(committed);
    };
    if (writes.length === 0) done();
    else this.#journal.append({ tx, writes, outcome: committed }, done);
  }

  /** Nothing of the turn takes effect: its writes become contenders of open escalations. `durable` as for `accept`. */
  setAside(tx: Transaction, writes: readonly Write[], durable: (outcome: Outcome) => void): void {
    const outcome: Outcome = { kind: 'escalated', writes: writes.map(({ id }) => id) };
    this.#journal.append({ tx, writes, outcome }, () => {
      durable(outcome);
    });
  }

  landed(tx: Transaction): Landing | null {
    return this.#journal.landed(tx);
  }

  state(): DocumentState {
    return this.#document.state();
  }

  /** How many turns have landed. */
  version(): number {
    return this.#journal.length;
  }

  /** How many turns that changed the field were accepted. */
  fieldVersion(name: FieldName): number {
    return this.#document.fieldVersion(name);
  }
}
