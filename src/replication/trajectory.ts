/**
 * The writes of one field in an order of their turns, whatever the order in which they came. What a turn may see of them is
 * the fold of a part; what comes in out of order is put where it belongs, and what stands above it is undone and made again.
 */

import {
  canonicalJson,
  type FieldName,
  type FieldState,
  type Json,
  type Kind,
  type TransactionId,
  type Write,
} from '../contract/index.ts';
import { foldOf, type Fold } from '../document/folds.ts';
import { checksum } from './checksum.ts';
import { encodeShared } from './shared-codec.ts';

/** Where the writes of a turn stand among those of others, and when the turn was launched. */
export interface TurnPlace {
  readonly turn: TransactionId;
  /** Turns are numbered in the order of their launches. */
  readonly rank: number;
  /** The order of the fold: lower places come first. */
  readonly place: number;
}

/** What a turn is shown: the writes of others that were launched before this rank. */
export interface Horizon {
  readonly below: number;
  readonly except: TransactionId | null;
}

interface Placed extends TurnPlace {
  readonly write: Write;
  /** Of what is written, and not of who wrote it in which attempt. */
  readonly print: number;
}

export class Trajectory {
  readonly #field: FieldName;
  readonly #initial: FieldState | undefined;
  readonly #isDone: boolean;
  #entries: readonly Placed[] = [];
  /** Of all entries; null when one was put elsewhere than at the end since. */
  #fold: Fold | null = null;
  /** The same object until something changes. */
  #state: FieldState | null = null;

  /** `isDone`: what was written is done, and nobody can take it back. */
  constructor(field: FieldName, initial: FieldState | undefined, isDone = false) {
    this.#field = field;
    this.#initial = initial;
    this.#isDone = isDone;
  }

  /** The kind that others have given the field. */
  kindFor(turn: TransactionId): Kind | undefined {
    return this.#entries.find((entry) => entry.turn !== turn)?.write.kind;
  }

  /** How many writes of others stand above this place. */
  above(place: TurnPlace): number {
    return this.#entries.filter((entry) => entry.turn !== place.turn && entry.place > place.place).length;
  }

  /** From now on these are all the writes of the turn in this field. Returns how many others were undone and made again. */
  replace(place: TurnPlace, writes: readonly Write[]): number {
    const before = this.#entries.filter(({ turn }) => turn === place.turn);
    const done = this.#isDone ? before : [];
    const rest = writes.filter(({ id }) => !done.some(({ write }) => write.id === id));
    const added = [...done, ...rest.map((write): Placed => ({ write, print: printOf(write), ...place }))];
    if (isSame(before, added)) return 0;
    const others = this.#entries.filter(({ turn }) => turn !== place.turn);
    const lowest = Math.min(place.place, ...before.map((entry) => entry.place));
    const undone = others.filter((entry) => entry.place > lowest).length;
    this.#entries = [...others, ...added].sort(inOrder);
    this.#state = null;
    if (undone > 0 || before.length > 0) this.#fold = null;
    else if (this.#fold !== null) for (const { write } of added) this.#fold.apply(write);
    return undone;
  }

  /** Undefined while nothing that is shown was ever written. */
  state(horizon: Horizon): FieldState | undefined {
    const shown = this.#shown(horizon);
    if (shown.length === 0) return this.#initial;
    if (shown.length < this.#entries.length) return this.#folded(shown).state(this.#field);
    this.#fold ??= this.#folded(shown);
    this.#state ??= this.#fold.state(this.#field);
    return this.#state;
  }

  /** Equal for equal contents; 0 where nothing is shown but what the field began with. */
  print(horizon: Horizon): number {
    let print = 0;
    for (const entry of this.#shown(horizon)) {
      print = entry.write.kind === 'scalar' ? entry.print : mixed(print, entry.print);
    }
    return print;
  }

  newest(horizon: Horizon): Write | undefined {
    return this.#shown(horizon).at(-1)?.write;
  }

  /** The last of what is shown that stands below the writes of this turn. */
  newestBelow(turn: TransactionId, horizon: Horizon): Write | undefined {
    const own = this.#entries.find((entry) => entry.turn === turn);
    if (own === undefined) return undefined;
    return this.#shown(horizon).findLast(({ place }) => place < own.place)?.write;
  }

  #shown({ below, except }: Horizon): readonly Placed[] {
    return this.#entries.filter(({ rank, turn }) => rank < below && turn !== except);
  }

  #folded(entries: readonly Placed[]): Fold {
    const [first] = entries;
    if (first === undefined) throw new Error(`nothing of ${this.#field} is there to be folded`);
    const fold = foldOf(first.write.kind, this.#initial);
    for (const { write } of entries) fold.apply(write);
    return fold;
  }
}

function isSame(before: readonly Placed[], after: readonly Placed[]): boolean {
  if (before.length !== after.length) return false;
  return after.every(({ write, print }, index) => {
    const known = before[index];
    return known?.write.id === write.id && known.write.attempt === write.attempt && known.print === print;
  });
}

function inOrder(one: Placed, other: Placed): number {
  return one.place - other.place || one.write.number - other.write.number;
}

function printOf({ kind, value }: Write): number {
  return checksum(encodeShared([kind, canonicalJson(value as unknown as Json)]));
}

/** The order of what is mixed counts. */
function mixed(print: number, next: number): number {
  return (Math.imul(print ^ (print >>> 15), 0x2c1b_3c6d) + next + 1) >>> 0;
}
