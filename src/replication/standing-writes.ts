/**
 * Per field, the writes that stand: what nobody has replaced knowingly. One value is the field's value; several that don't
 * go together are an open escalation. For scalars, and for fields that aren't declared, whose first write brings the kind.
 */

import {
  canonicalJson,
  type Escalation,
  type FieldName,
  type FieldState,
  type Schema,
  type Write,
  type WriteId,
} from '../contract/index.ts';
import { FoldedDocument, initialField } from '../document/index.ts';

export interface Standing {
  readonly write: Write;
  /** Null when the value is a combination that nobody wrote; `write` then is the last of its parts, with that value. */
  readonly author: WriteId | null;
}

interface Entered extends Standing {
  /** The version of the field at which it came to stand. */
  readonly since: number;
}

interface FieldHistory {
  readonly version: number;
  readonly standing: readonly Entered[];
  /** What the field shows: its value or its escalation, whichever there is. */
  readonly state: FieldState | undefined;
  readonly escalation: Escalation | undefined;
}

export class StandingWrites {
  readonly #initial: ReadonlyMap<FieldName, FieldState>;
  readonly #fields = new Map<FieldName, FieldHistory>();

  constructor(schema: Schema) {
    const initial = schema.fields.map(initialField).filter((state) => state !== undefined);
    this.#initial = new Map(initial.map((state) => [state.field, state]));
  }

  standing(field: FieldName): readonly Standing[] {
    return this.#history(field).standing;
  }

  version(field: FieldName): number {
    return this.#history(field).version;
  }

  /** What stands in the field although somebody who saw this version of it, and who wrote as this write, doesn't know it. */
  unknownTo(write: Write, seenVersion: number | undefined): readonly Standing[] {
    const seen = seenVersion ?? 0;
    return this.#history(write.field).standing.filter(({ since, author, write: other }) => {
      const isOwn = author !== null && other.agent === write.agent;
      return since > seen && !isOwn;
    });
  }

  put(field: FieldName, standing: readonly Standing[]): void {
    const before = this.#history(field);
    const version = before.version + 1;
    const entered = standing.map(({ write, author }): Entered => {
      const known = before.standing.find((other) => isSame(other, { write, author }));
      return { write, author, since: known?.since ?? version };
    });
    const shown = isContested(standing)
      ? { state: undefined, escalation: { field, contenders: standing.map(({ write }) => write) } }
      : { state: foldStanding(field, standing), escalation: undefined };
    this.#fields.set(field, { version, standing: entered, ...shown });
  }

  /** Undefined when the field was never set or its values are contested. */
  field(name: FieldName): FieldState | undefined {
    return this.#history(name).state;
  }

  escalation(name: FieldName): Escalation | undefined {
    return this.#history(name).escalation;
  }

  /** All fields that are set and not contested, and all open escalations. */
  state(): { readonly fields: readonly FieldState[]; readonly escalations: readonly Escalation[] } {
    const names = [...new Set([...this.#initial.keys(), ...this.#fields.keys()])].sort();
    return {
      fields: names.flatMap((name) => this.field(name) ?? []),
      escalations: names.flatMap((name) => this.escalation(name) ?? []),
    };
  }

  #history(field: FieldName): FieldHistory {
    return this.#fields.get(field) ?? this.#untouched(field);
  }

  #untouched(field: FieldName): FieldHistory {
    return { version: 0, standing: [], state: this.#initial.get(field), escalation: undefined };
  }
}

/** Whether these can't stand side by side: different kinds, or scalars with different values. */
export function isContested(standing: readonly Standing[]): boolean {
  const [first, ...others] = standing;
  if (first === undefined) return false;
  return others.some(({ write }) => !goTogether(first.write, write));
}

export function goTogether(one: Write, other: Write): boolean {
  if (one.kind !== 'scalar' || other.kind !== 'scalar') return one.kind === other.kind;
  return canonicalJson(one.value) === canonicalJson(other.value);
}

function isSame(one: Standing, other: Standing): boolean {
  return one.author === other.author && one.write.id === other.write.id && one.write.attempt === other.write.attempt;
}

function foldStanding(name: FieldName, standing: readonly Standing[]): FieldState | undefined {
  const [first] = standing;
  if (first?.write.kind === 'scalar') {
    return { field: name, kind: 'scalar', value: first.write.value, author: first.author };
  }
  const folded = new FoldedDocument({ fields: [] });
  for (const { write } of standing) folded.apply(write);
  return folded.field(name);
}
