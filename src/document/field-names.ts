/** The names of all declared and all written fields, in the order of a state: by code unit. */

import type { FieldName, Schema } from '../contract/index.ts';

export class FieldNames {
  readonly #names: Set<FieldName>;
  /** Null when one has come in since it was last asked for. */
  #inOrder: readonly FieldName[] | null = null;

  constructor({ fields }: Schema) {
    this.#names = new Set(fields.map(({ field }) => field));
  }

  add(name: FieldName): void {
    if (this.#names.has(name)) return;
    this.#names.add(name);
    this.#inOrder = null;
  }

  inOrder(): readonly FieldName[] {
    this.#inOrder ??= [...this.#names].sort();
    return this.#inOrder;
  }
}
