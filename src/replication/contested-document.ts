/**
 * The document of a hub that settles conflicts: fields whose kind merges are folded; scalars, and fields that nobody has
 * declared, hold the writes that stand, their open escalations and the record of what was settled.
 */

import {
  type DocumentState,
  type FieldDeclaration,
  type FieldName,
  type Resolution,
  type Schema,
  type View,
  type Write,
} from '../contract/index.ts';
import { byField, FoldedDocument } from '../document/index.ts';
import type { Basis } from './hub-messages.ts';
import { StandingWrites, type Standing } from './standing-writes.ts';

/** What a turn's writes to one contestable field came to. */
export interface FieldRuling {
  readonly field: FieldName;
  readonly standing: readonly Standing[];
  readonly resolution: Resolution | null;
}

export interface SettledWrites {
  /** Writes that merge by their kind. */
  readonly merged: readonly Write[];
  readonly rulings: readonly FieldRuling[];
}

export class ContestedDocument {
  readonly standing: StandingWrites;
  readonly #declared: ReadonlyMap<FieldName, FieldDeclaration>;
  readonly #merged: FoldedDocument;
  readonly #resolutions: Resolution[] = [];

  constructor({ fields }: Schema) {
    this.#declared = new Map(fields.map((declaration) => [declaration.field, declaration]));
    this.#merged = new FoldedDocument({ fields: fields.filter(({ kind }) => kind !== 'scalar') });
    this.standing = new StandingWrites({ fields: fields.filter(({ kind }) => kind === 'scalar') });
  }

  /** Whether writes to the field may conflict at all. */
  isContestable(name: FieldName): boolean {
    const kind = this.#declared.get(name)?.kind;
    return kind === undefined || kind === 'scalar';
  }

  /** Whether a write to a field that merges is of its kind. */
  accepts(write: Write): boolean {
    return this.#merged.accepts(write);
  }

  /** What the field is for, as far as it is declared. */
  meaning(name: FieldName): string {
    return this.#declared.get(name)?.meaning ?? '';
  }

  view(names: readonly FieldName[]): { readonly view: View; readonly versions: Basis } {
    const contestable = names.filter((name) => this.isContestable(name));
    return {
      view: {
        fields: names.flatMap((name) => (this.isContestable(name) ? this.standing : this.#merged).field(name) ?? []),
        escalations: contestable.flatMap((name) => this.standing.escalation(name) ?? []),
      },
      versions: contestable.map((name) => [name, this.standing.version(name)]),
    };
  }

  apply({ merged, rulings }: SettledWrites): void {
    for (const write of merged) this.#merged.apply(write);
    for (const { field, standing, resolution } of rulings) {
      this.standing.put(field, standing);
      if (resolution !== null) this.#resolutions.push(resolution);
    }
  }

  state(): DocumentState {
    const { fields, escalations } = this.standing.state();
    return {
      fields: [...this.#merged.fields(), ...fields].sort(byField),
      escalations,
      resolutions: this.#resolutions.slice(),
    };
  }
}
