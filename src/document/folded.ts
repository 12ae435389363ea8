/** A document into which writes are folded in the order in which they arrive, each by its kind. */

import type { FieldDeclaration, FieldName, FieldState, Kind, Schema, Write, WriteId } from '../contract/index.ts';
import { FieldNames } from './field-names.ts';
import { foldOf, type Fold } from './folds.ts';
import { mapDefined } from './map-defined.ts';
import { initialField } from './put.ts';

/**
 * Idempotent by write: an attempt that was folded already, or an earlier one, changes nothing; a later attempt replaces
 * the effect of the earlier one. A scalar takes the value of the write that arrived last.
 */
export class FoldedDocument {
  readonly #declared: ReadonlyMap<FieldName, FieldDeclaration>;
  readonly #folds = new Map<FieldName, Fold>();
  readonly #attempts = new Map<WriteId, number>();
  /** What was asked for since the field last changed. */
  readonly #states = new Map<FieldName, FieldState>();
  readonly #names: FieldNames;

  constructor(schema: Schema) {
    this.#names = new FieldNames(schema);
    this.#declared = new Map(schema.fields.map((declaration) => [declaration.field, declaration]));
  }

  /** A write of another kind than the field's changes nothing. A field that isn't declared takes the kind of its first write. */
  apply(write: Write): 'applied' | 'type-mismatch' {
    if (!this.accepts(write)) return 'type-mismatch';
    if ((this.#attempts.get(write.id) ?? 0) >= write.attempt) return 'applied';
    this.#attempts.set(write.id, write.attempt);
    this.#states.delete(write.field);
    this.#foldFor(write).apply(write);
    return 'applied';
  }

  /** Whether the write is of the field's kind. */
  accepts(write: Write): boolean {
    const kind = this.#kindOf(write.field);
    return kind === undefined || kind === write.kind;
  }

  /** Undefined when the field was never set. */
  field(name: FieldName): FieldState | undefined {
    const known = this.#states.get(name);
    if (known !== undefined) return known;
    const state = this.#folds.get(name)?.state(name) ?? this.#initial(name);
    if (state !== undefined) this.#states.set(name, state);
    return state;
  }

  /** All fields that were set, in the order of their names. */
  fields(): FieldState[] {
    return mapDefined(this.#names.inOrder(), (name) => this.field(name));
  }

  #kindOf(name: FieldName): Kind | undefined {
    return this.#declared.get(name)?.kind ?? this.#folds.get(name)?.kind;
  }

  #initial(name: FieldName): FieldState | undefined {
    const declaration = this.#declared.get(name);
    return declaration === undefined ? undefined : initialField(declaration);
  }

  #foldFor(write: Write): Fold {
    const known = this.#folds.get(write.field);
    if (known !== undefined) return known;
    const fold = foldOf(write.kind, this.#initial(write.field));
    this.#folds.set(write.field, fold);
    this.#names.add(write.field);
    return fold;
  }
}
