/** The document that the accepted turns add up to. A turn is judged by what its views have shown. */

import type { FieldName, FieldState, Outcome, Schema, View, Write } from '../contract/index.ts';
import { FoldedDocument } from '../document/index.ts';
import { fieldsOf } from './hub-document.ts';
import { versionIn, type Basis } from './hub-messages.ts';

export class AuthorityDocument {
  readonly #folded: FoldedDocument;
  readonly #versions = new Map<FieldName, number>();
  readonly #newestWrites = new Map<FieldName, Write>();

  constructor(schema: Schema) {
    this.#folded = new FoldedDocument(schema);
  }

  view(names: readonly FieldName[]): View {
    return { fields: names.flatMap((name) => this.#folded.field(name) ?? []), escalations: [] };
  }

  /** How many turns that changed the field were accepted. */
  version(name: FieldName): number {
    return this.#versions.get(name) ?? 0;
  }

  versions(): readonly (readonly [FieldName, number])[] {
    return [...this.#versions];
  }

  fields(): FieldState[] {
    return this.#folded.fields();
  }

  /** Why a turn can't be accepted, or null. The fields of the basis must not have changed since. */
  refusal(writes: readonly Write[], basis: Basis): Outcome | null {
    const misfit = writes.find((write) => !this.#folded.accepts(write));
    if (misfit !== undefined) {
      const reason = `the field "${misfit.field}" does not take a ${misfit.kind}`;
      return { kind: 'rejected', cause: 'type-mismatch', reason };
    }
    const stale = basis.filter(([name, version]) => version !== this.version(name)).map(([name]) => name);
    if (stale.length > 0) return { kind: 'conflict', cause: 'version-mismatch', fields: stale };
    const unread = fieldsOf(writes.filter((write) => this.#overwritesUnread(write, basis)));
    if (unread.length > 0) return { kind: 'conflict', cause: 'unread-overwrite', fields: unread };
    return null;
  }

  apply(writes: readonly Write[]): void {
    for (const write of writes) {
      this.#folded.apply(write);
      this.#newestWrites.set(write.field, write);
    }
    for (const name of fieldsOf(writes)) this.#versions.set(name, this.version(name) + 1);
  }

  /** A value that the agent has neither seen nor written itself would be lost without anybody knowing. */
  #overwritesUnread(write: Write, basis: Basis): boolean {
    if (write.kind !== 'scalar' || versionIn(basis, write.field) !== undefined) return false;
    const newest = this.#newestWrites.get(write.field);
    return newest !== undefined && newest.agent !== write.agent;
  }
}
