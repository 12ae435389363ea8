/**
 * Tries the orders in which passages that were typed at one place at once may stand: which one a strategy chose is its own
 * affair, but later positions count on it. Depth first over the ties in the order in which they come up.
 */

import { byAgent, type TiedWrite } from '../document/text-history.ts';

interface Decision {
  readonly one: TiedWrite['id'];
  readonly other: TiedWrite['id'];
  readonly oneFirst: boolean;
  readonly isLast: boolean;
}

export class TieOrder {
  readonly #decisions: Decision[] = [];

  /** The decision on this tie: the one that is being tried, or a first one. */
  readonly precedes = (one: TiedWrite, other: TiedWrite): boolean => {
    const decision = this.#decisions.find(
      (known) =>
        (known.one === one.id && known.other === other.id) || (known.one === other.id && known.other === one.id),
    );
    if (decision !== undefined) return decision.one === one.id ? decision.oneFirst : !decision.oneFirst;
    const oneFirst = byAgent(one, other);
    this.#decisions.push({ one: one.id, other: other.id, oneFirst, isLast: false });
    return oneFirst;
  };

  /** Turns to the next order; false when all were tried. */
  advance(): boolean {
    let last = this.#decisions.pop();
    while (last?.isLast === true) last = this.#decisions.pop();
    if (last === undefined) return false;
    this.#decisions.push({ ...last, oneFirst: !last.oneFirst, isLast: true });
    return true;
  }
}
