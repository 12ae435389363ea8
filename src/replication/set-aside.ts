/**
 * Turns that a hub could not accept and that won't be tried again: all their writes wait here for a person, in open
 * escalations beside the fields. Nothing of such a turn takes effect, so it stays all or nothing.
 */

import type { Escalation, FieldName, Write } from '../contract/index.ts';

export class SetAside {
  readonly #writes = new Map<FieldName, readonly Write[]>();
  readonly #additions = new Map<FieldName, number>();

  /** Takes in the writes of one turn. */
  add(writes: readonly Write[]): void {
    for (const write of writes) {
      this.#writes.set(write.field, [...this.writes(write.field), write]);
      this.#additions.set(write.field, this.additions(write.field) + 1);
    }
  }

  /**
   * A scalar takes the place of all scalars that wait for this field; its author must have known them. What only adds to a
   * field is not replaced by a later addition and goes on waiting.
   */
  settle({ field, kind }: Write): void {
    if (kind !== 'scalar' || !this.#writes.has(field)) return;
    const left = this.writes(field).filter((write) => write.kind !== 'scalar');
    if (left.length === 0) this.#writes.delete(field);
    else this.#writes.set(field, left);
  }

  /** What waits for this field. */
  writes(field: FieldName): readonly Write[] {
    return this.#writes.get(field) ?? [];
  }

  /** How many writes were ever set aside for this field. */
  additions(field: FieldName): number {
    return this.#additions.get(field) ?? 0;
  }

  /** `standing` is the newest accepted write of the field: scalars contend with it. */
  escalation(field: FieldName, standing: Write | undefined): Escalation | undefined {
    const writes = this.writes(field);
    if (writes.length === 0) return undefined;
    const contends = standing?.kind === 'scalar' && writes.some(({ kind }) => kind === 'scalar');
    return { field, contenders: contends ? [standing, ...writes] : writes };
  }

  /** The fields for which something waits, in the order of their names. */
  fields(): FieldName[] {
    return [...this.#writes.keys()].sort();
  }
}
