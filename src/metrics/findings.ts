/** What was found in trials, by name: in how many, and the first of them, whatever the order in which they come. */

import type { TrialSpec } from '../contract/index.ts';
import { comesBefore } from './worst-trial.ts';

interface Located {
  readonly spec: TrialSpec;
}

interface Finding<First extends Located> {
  readonly trials: number;
  readonly first: First;
}

export class Findings<Name extends string, First extends Located> {
  readonly #byName = new Map<Name, Finding<First>>();

  /** Once per trial and name. */
  add(name: Name, first: First, trials = 1): void {
    const known = this.#byName.get(name);
    const isFirst = known === undefined || comesBefore(first.spec, known.first.spec);
    this.#byName.set(name, { trials: trials + (known?.trials ?? 0), first: isFirst ? first : known.first });
  }

  fold(other: Findings<Name, First>): void {
    for (const [name, { trials, first }] of other.#byName) this.add(name, first, trials);
  }

  get(name: Name): Finding<First> | undefined {
    return this.#byName.get(name);
  }

  sorted(): readonly (readonly [Name, Finding<First>])[] {
    return [...this.#byName].sort(([left], [right]) => (left < right ? -1 : 1));
  }
}
