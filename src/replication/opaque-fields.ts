/** Fields as opaque values: an agent puts back what it has last seen of a field, changed by its write. */

import type { DocumentState, FieldName, FieldState, Schema, View, Write } from '../contract/index.ts';
import { byField, initialField, putWrite } from '../document/put.ts';

export class OpaqueFields {
  readonly #initial = new Map<FieldName, FieldState>();
  /** What the open turn has last seen or put; undefined where it saw nothing. */
  readonly #seen = new Map<FieldName, FieldState | undefined>();

  constructor(schema: Schema) {
    for (const declaration of schema.fields) {
      const initial = initialField(declaration);
      if (initial !== undefined) this.#initial.set(declaration.field, initial);
    }
  }

  begin(): void {
    this.#seen.clear();
  }

  view(fields: readonly FieldName[], held: (field: FieldName) => FieldState | undefined): View {
    for (const field of fields) this.#seen.set(field, held(field) ?? this.#initial.get(field));
    const states = fields.map((field) => this.#seen.get(field)).filter((state) => state !== undefined);
    return { fields: states, escalations: [] };
  }

  /** What the agent puts back. A field that it has not seen is changed as it stands here. */
  put(write: Write, held: FieldState | undefined): FieldState {
    const { field } = write;
    const base = this.#seen.has(field) ? this.#seen.get(field) : (held ?? this.#initial.get(field));
    const state = putWrite(base, write);
    this.#seen.set(field, state);
    return state;
  }

  /** The whole document, where these fields are held. */
  state(held: readonly FieldState[]): DocumentState {
    const states = new Map(this.#initial);
    for (const state of held) states.set(state.field, state);
    return { fields: [...states.values()].sort(byField), escalations: [], resolutions: [] };
  }
}
