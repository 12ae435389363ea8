/**
 * The values of one metric over the trials of a cell. Most metrics are the same in all of them, so that one number is enough:
 * thousands of trials take little memory, and a baseline file is small enough to be committed.
 */

import type { BaselineColumn } from '../contract/index.ts';

type Value = number | null;

export class Column {
  #length = 0;
  #common: Value = null;
  /** Null as long as all values are the common one. */
  #values: Value[] | null = null;

  push(value: Value): void {
    if (this.#length === 0) this.#common = value;
    if (this.#values === null && value !== this.#common) {
      this.#values = Array.from({ length: this.#length }, () => this.#common);
    }
    this.#values?.push(value);
    this.#length += 1;
  }

  /** As it stands in a baseline, for so many trials. */
  fill(data: BaselineColumn, trials: number): void {
    for (let row = 0; row < trials; row += 1) this.push(isOne(data) ? data : (data[row] ?? null));
  }

  at(row: number): Value {
    return this.#values === null ? this.#common : (this.#values[row] ?? null);
  }

  data(): BaselineColumn {
    return this.#values ?? this.#common;
  }
}

function isOne(data: BaselineColumn): data is Value {
  return data === null || typeof data === 'number';
}
