/** How the writes of one field become its value: one fold per kind. Each is given every attempt at a write at most once. */

import {
  canonicalJson,
  type Authored,
  type FieldName,
  type FieldState,
  type Json,
  type Kind,
  type Write,
  type WriteId,
} from '../contract/index.ts';
import { TextHistory } from './text-history.ts';

export interface Fold {
  readonly kind: Kind;
  /** A later attempt at a write takes the place of the earlier one. Throws on a write of another kind. */
  apply(write: Write): void;
  state(field: FieldName): FieldState;
}

/** An empty fold of this kind, or one that starts from the initial state of its field. */
export function foldOf(kind: Kind, initial: FieldState | undefined): Fold {
  switch (kind) {
    case 'scalar':
      return new ScalarFold();
    case 'grow_set':
      return new GrowSetFold(initial?.kind === 'grow_set' ? initial.elements : []);
    case 'append_text':
      return new AppendTextFold(initial?.kind === 'append_text' ? initial.lines : []);
    case 'counter':
      return new CounterFold(initial?.kind === 'counter' ? initial.value : 0);
    case 'text':
      return new TextFold();
  }
}

class ScalarFold implements Fold {
  readonly kind = 'scalar';
  #current: Authored<Json> = { value: null, author: null };

  apply(write: Write): void {
    if (write.kind !== this.kind) throw mismatch(this.kind, write);
    this.#current = { value: write.value, author: write.id };
  }

  state(field: FieldName): FieldState {
    return { field, kind: this.kind, ...this.#current };
  }
}

/** An element that several writes added is there once, with the first of them as its author. */
class GrowSetFold implements Fold {
  readonly kind = 'grow_set';
  readonly #initial: readonly Authored<Json>[];
  readonly #added = new Map<WriteId, readonly Json[]>();
  #elements = new Map<string, Authored<Json>>();

  constructor(initial: readonly Authored<Json>[]) {
    this.#initial = initial;
    this.#elements = elementsOf(initial);
  }

  apply(write: Write): void {
    if (write.kind !== this.kind) throw mismatch(this.kind, write);
    const repeated = this.#added.has(write.id);
    this.#added.set(write.id, write.value);
    if (!repeated) {
      add(this.#elements, write.id, write.value);
      return;
    }
    this.#elements = elementsOf(this.#initial);
    for (const [author, values] of this.#added) add(this.#elements, author, values);
  }

  state(field: FieldName): FieldState {
    return { field, kind: this.kind, elements: [...this.#elements.values()] };
  }
}

function elementsOf(initial: readonly Authored<Json>[]): Map<string, Authored<Json>> {
  return new Map(initial.map((element) => [canonicalJson(element.value), element]));
}

function add(elements: Map<string, Authored<Json>>, author: WriteId, values: readonly Json[]): void {
  for (const value of values) {
    const key = canonicalJson(value);
    if (!elements.has(key)) elements.set(key, { value, author });
  }
}

class AppendTextFold implements Fold {
  readonly kind = 'append_text';
  readonly #initial: readonly Authored<string>[];
  readonly #added = new Map<WriteId, readonly Authored<string>[]>();

  constructor(initial: readonly Authored<string>[]) {
    this.#initial = initial;
  }

  apply(write: Write): void {
    if (write.kind !== this.kind) throw mismatch(this.kind, write);
    this.#added.set(
      write.id,
      write.value.map((line) => ({ value: line, author: write.id })),
    );
  }

  state(field: FieldName): FieldState {
    const lines = this.#initial.slice();
    for (const added of this.#added.values()) for (const line of added) lines.push(line);
    return { field, kind: this.kind, lines };
  }
}

class CounterFold implements Fold {
  readonly kind = 'counter';
  readonly #added = new Map<WriteId, number>();
  #value: number;

  constructor(initial: number) {
    this.#value = initial;
  }

  apply(write: Write): void {
    if (write.kind !== this.kind) throw mismatch(this.kind, write);
    this.#value += write.value - (this.#added.get(write.id) ?? 0);
    this.#added.set(write.id, write.value);
  }

  state(field: FieldName): FieldState {
    return { field, kind: this.kind, value: this.#value };
  }
}

class TextFold implements Fold {
  readonly kind = 'text';
  readonly #history = new TextHistory();

  apply(write: Write): void {
    if (write.kind !== this.kind) throw mismatch(this.kind, write);
    this.#history.apply(write);
  }

  state(field: FieldName): FieldState {
    return { field, kind: this.kind, content: this.#history.content(), version: this.#history.version() };
  }
}

function mismatch(kind: Kind, write: Write): Error {
  return new Error(`the write ${write.id} of kind ${write.kind} was folded into a field of kind ${kind}`);
}
