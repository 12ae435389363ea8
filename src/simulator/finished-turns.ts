/** The turns that an agent has finished, and what it has heard since of what they rest on. It keeps them in its transcript. */

import type { FieldName } from '../contract/index.ts';
import { bounds } from './environment.ts';
import type { OpenAttempt } from './recorder.ts';
import type { TurnMemory } from './turn-memory.ts';

interface FinishedTurn {
  memory: TurnMemory;
  /** The attempt that finished it: what its agent stands for. */
  readonly record: OpenAttempt;
  reopened: number;
}

export interface Reopening {
  readonly kind: 'reopening';
  readonly turn: number;
  readonly memory: TurnMemory;
  readonly fields: readonly FieldName[];
}

/** The turn was opened so often that it goes round in circles with others: its agent lets it be. */
export interface Livelocked {
  readonly kind: 'livelocked';
  readonly turn: number;
}

export class FinishedTurns {
  readonly #finished = new Map<number, FinishedTurn>();
  /** By turn, the fields of the notices that wait. */
  readonly #waiting = new Map<number, Set<FieldName>>();

  get hasWaiting(): boolean {
    return this.#waiting.size > 0;
  }

  finish(turn: number, memory: TurnMemory, record: OpenAttempt): void {
    this.#finished.set(turn, { memory, record, reopened: 0 });
  }

  /** A turn that came to nothing has nothing to repair. */
  notice(turn: number, changed: readonly FieldName[]): void {
    if (!this.#finished.has(turn)) return;
    const fields = this.#waiting.get(turn) ?? new Set();
    for (const name of changed) fields.add(name);
    this.#waiting.set(turn, fields);
  }

  /** The turn to open again next. Whatever is repaired is repaired in a copy, until it is known to be safe. */
  next(): Reopening | Livelocked | null {
    const [first] = this.#waiting;
    if (first === undefined) return null;
    const [turn, fields] = first;
    this.#waiting.delete(turn);
    const finished = this.#finished.get(turn);
    if (finished === undefined) return null;
    finished.reopened += 1;
    if (finished.reopened > bounds.reopenings) {
      this.#finished.delete(turn);
      return { kind: 'livelocked', turn };
    }
    return { kind: 'reopening', turn, memory: finished.memory.copy(), fields: [...fields] };
  }

  /** The repair is safe: from now on the turn stands for what it wrote last. */
  repaired(turn: number, memory: TurnMemory, repair: OpenAttempt): void {
    const finished = this.#finished.get(turn);
    if (finished === undefined) return;
    finished.memory = memory;
    const { record } = finished;
    // A repair may be told at once that there is nothing to look at any more.
    if (repair.views.length > 0) record.views = repair.views;
    if (repair.isRepaired) {
      const standing = new Set(repair.writes);
      record.replaced.push(...record.writes.filter((write) => !standing.has(write)), ...repair.replaced);
      record.writes = repair.writes;
    }
    repair.views = [];
    repair.writes = [];
    repair.replaced = [];
  }

  /** What an agent has heard and not yet written down dies with it. */
  forgetNotices(): void {
    this.#waiting.clear();
  }
}
