/**
 * A document with one current state: writes are folded by kind, every field counts its changes, and a turn is judged by what
 * its views have shown. Turns that can't be accepted may be set aside for a person. It knows neither disk nor network.
 */

import type {
  DocumentState,
  Escalation,
  FieldName,
  Outcome,
  RefusalCause,
  Schema,
  View,
  Write,
} from '../contract/index.ts';
import { FoldedDocument } from '../document/index.ts';
import { mapDefined } from '../document/map-defined.ts';
import { versionIn, type Basis } from './hub-messages.ts';
import { SetAside } from './set-aside.ts';

export class VersionedDocument {
  readonly #folded: FoldedDocument;
  readonly #versions = new Map<FieldName, number>();
  readonly #newestWrites = new Map<FieldName, Write>();
  readonly #aside = new SetAside();

  constructor(schema: Schema) {
    this.#folded = new FoldedDocument(schema);
  }

  view(fields: readonly FieldName[]): { readonly view: View; readonly versions: Basis } {
    const states = mapDefined(fields, (name) => this.#folded.field(name));
    return { view: { fields: states, escalations: this.#escalations(fields) }, versions: this.versions(fields) };
  }

  /** What a view of these fields shows now. */
  versions(fields: readonly FieldName[]): Basis {
    return fields.map((name) => [name, this.#shownVersion(name)]);
  }

  /** The fields of the basis that have changed since. */
  stale(basis: Basis): FieldName[] {
    return basis.filter(([name, version]) => version !== this.#shownVersion(name)).map(([name]) => name);
  }

  /** Why a turn can't be accepted as it is, or null: a changed basis is refused with `staleCause`. */
  refusal(writes: readonly Write[], basis: Basis, staleCause: RefusalCause): Outcome | null {
    const misfit = writes.find((write) => !this.#folded.accepts(write));
    if (misfit !== undefined) return rejectedMisfit(misfit);
    const stale = this.stale(basis);
    if (stale.length > 0) return { kind: 'conflict', cause: staleCause, fields: stale };
    const unread = fieldsOf(writes.filter((write) => this.#overwritesUnread(write, basis)));
    if (unread.length > 0) return { kind: 'conflict', cause: 'unread-overwrite', fields: unread };
    return null;
  }

  /** Takes in the writes of an accepted turn. */
  apply(writes: readonly Write[]): void {
    for (const write of writes) {
      this.#folded.apply(write);
      this.#newestWrites.set(write.field, write);
      this.#aside.settle(write);
    }
    for (const name of fieldsOf(writes)) this.#versions.set(name, this.fieldVersion(name) + 1);
  }

  /** Nothing of the turn takes effect: its writes become contenders of open escalations. */
  setAside(writes: readonly Write[]): void {
    this.#aside.add(writes);
  }

  state(): DocumentState {
    return {
      fields: this.#folded.fields(),
      escalations: this.#escalations(this.#aside.fields()),
      resolutions: [],
    };
  }

  /** How many turns that changed the field were accepted. */
  fieldVersion(name: FieldName): number {
    return this.#versions.get(name) ?? 0;
  }

  fieldVersions(): readonly (readonly [FieldName, number])[] {
    return [...this.#versions];
  }

  /** Rises with everything that a view shows of the field. */
  #shownVersion(name: FieldName): number {
    return this.fieldVersion(name) + this.#aside.additions(name);
  }

  #escalations(fields: readonly FieldName[]): readonly Escalation[] {
    return mapDefined(fields, (name) => this.#aside.escalation(name, this.#newestWrites.get(name)));
  }

  /** A value that the agent has neither seen nor written itself would be lost without anybody knowing. */
  #overwritesUnread(write: Write, basis: Basis): boolean {
    if (write.kind !== 'scalar' || versionIn(basis, write.field) !== undefined) return false;
    const newest = this.#newestWrites.get(write.field);
    const unread =
      newest === undefined ? this.#aside.writes(write.field) : [newest, ...this.#aside.writes(write.field)];
    return unread.some(({ agent }) => agent !== write.agent);
  }
}

/** Each field once, in the order of the first writes. */
export function fieldsOf(writes: readonly Write[]): FieldName[] {
  return [...new Set(writes.map(({ field }) => field))];
}

export function rejectedMisfit(write: Write): Outcome {
  const reason = `the field "${write.field}" does not take a ${write.kind}`;
  return { kind: 'rejected', cause: 'type-mismatch', reason };
}
