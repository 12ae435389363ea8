/**
 * The document of a hub that has one current state: writes are folded by kind, every field counts its changes, and a turn
 * is judged by what its views have shown.
 */

import type {
  DocumentState,
  FieldName,
  Host,
  Outcome,
  RefusalCause,
  Transaction,
  View,
  Write,
} from '../contract/index.ts';
import { FoldedDocument } from '../document/index.ts';
import { TurnJournal, type Landing } from './hub-journal.ts';
import { versionIn, type Basis } from './hub-messages.ts';

interface AcceptedTurn extends Landing {
  readonly writes: readonly Write[];
}

const committed: Outcome = { kind: 'committed' };

export class HubDocument {
  readonly #folded: FoldedDocument;
  readonly #journal: TurnJournal<AcceptedTurn>;
  readonly #versions = new Map<FieldName, number>();
  readonly #newestWrites = new Map<FieldName, Write>();

  constructor(host: Host) {
    this.#folded = new FoldedDocument(host.schema);
    this.#journal = new TurnJournal<AcceptedTurn>(host, ({ writes }) => {
      this.#apply(writes);
    });
  }

  view(fields: readonly FieldName[]): { readonly view: View; readonly versions: Basis } {
    return {
      view: { fields: fields.flatMap((name) => this.#folded.field(name) ?? []), escalations: [] },
      versions: fields.map((name) => [name, this.#version(name)]),
    };
  }

  /** The fields of the basis that have changed since. */
  stale(basis: Basis): FieldName[] {
    return basis.filter(([name, version]) => version !== this.#version(name)).map(([name]) => name);
  }

  /** Why a turn can't be accepted as it is, or null: a changed basis is refused with `staleCause`. */
  refusal(writes: readonly Write[], basis: Basis, staleCause: RefusalCause): Outcome | null {
    const misfit = writes.find((write) => !this.#folded.accepts(write));
    if (misfit !== undefined) return rejectedMisfit(misfit);
    const stale = this.stale(basis);
    if (stale.length > 0) return { kind: 'conflict', cause: staleCause, fields: stale };
    const unread = writes.filter((write) => this.#overwritesUnread(write, basis)).map(({ field }) => field);
    if (unread.length > 0) return { kind: 'conflict', cause: 'unread-overwrite', fields: [...new Set(unread)] };
    return null;
  }

  /** `durable` is called when the turn has landed. Turns that were judged by the same version must not both be accepted. */
  accept(tx: Transaction, writes: readonly Write[], durable: (outcome: Outcome) => void): void {
    const done = (): void => {
      durable(committed);
    };
    if (writes.length === 0) done();
    else this.#journal.append({ tx, writes, outcome: committed }, done);
  }

  landed(tx: Transaction): Outcome | null {
    return this.#journal.landed(tx);
  }

  state(): DocumentState {
    return { fields: this.#folded.fields(), escalations: [], resolutions: [] };
  }

  /** How many turns have landed. */
  version(): number {
    return this.#journal.length;
  }

  #version(name: FieldName): number {
    return this.#versions.get(name) ?? 0;
  }

  /** A value that the agent has neither seen nor written itself would be lost without anybody knowing. */
  #overwritesUnread(write: Write, basis: Basis): boolean {
    if (write.kind !== 'scalar' || versionIn(basis, write.field) !== undefined) return false;
    const newest = this.#newestWrites.get(write.field);
    return newest !== undefined && newest.agent !== write.agent;
  }

  #apply(writes: readonly Write[]): void {
    for (const write of writes) {
      this.#folded.apply(write);
      this.#versions.set(write.field, this.#version(write.field) + 1);
      this.#newestWrites.set(write.field, write);
    }
  }
}

function rejectedMisfit(write: Write): Outcome {
  const reason = `the field "${write.field}" does not take a ${write.kind}`;
  return { kind: 'rejected', cause: 'type-mismatch', reason };
}
