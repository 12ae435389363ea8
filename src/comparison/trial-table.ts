/** A run as columns of numbers by cell. Trials are added one at a time, in any order, and are not kept. */

import type { BaselineColumn, ComparedCell, TrialResult } from '../contract/index.ts';
import { gauges } from '../metrics/index.ts';
import { Column } from './column.ts';

export interface TableCell {
  readonly cell: ComparedCell;
  /** Where each seed stands in the columns. */
  readonly rows: ReadonlyMap<number, number>;
  readonly columns: ReadonlyMap<string, Column>;
}

/** A trial that stands twice in a run: its numbers can't be paired. */
export class DoubledTrial extends Error {
  constructor({ strategy, workload, faults }: ComparedCell, seed: number) {
    super(`the trial of ${strategy} on ${workload} under ${faults} with seed ${String(seed)} stands there twice`);
  }
}

interface OpenCell extends TableCell {
  readonly rows: Map<number, number>;
}

export class TrialTable {
  readonly #metrics: ReadonlySet<string>;
  readonly #cells = new Map<string, OpenCell>();

  /** `metrics`: the names of those that its trials hold. */
  constructor(metrics: Iterable<string> = gauges.map(({ name }) => name)) {
    this.#metrics = new Set(metrics);
  }

  /** Throws {@link DoubledTrial}. */
  add(trial: TrialResult): void {
    const { strategy, workload, faults, agents, recovery, model, seed } = trial;
    const cell = this.#open({ strategy, workload, faults, agents, recovery, model });
    addRow(cell, seed);
    for (const { name, ofTrial } of gauges) cell.columns.get(name)?.push(ofTrial(trial));
  }

  /** A whole cell, with one column per metric of the table. Throws {@link DoubledTrial}. */
  addCell(cell: ComparedCell, seeds: readonly number[], columns: readonly BaselineColumn[]): void {
    if (this.find(cell) !== undefined) throw new DoubledTrial(cell, seeds[0] ?? 0);
    const opened = this.#open(cell);
    for (const seed of seeds) addRow(opened, seed);
    for (const [index, name] of [...this.#metrics].entries()) {
      opened.columns.get(name)?.fill(columns[index] ?? null, seeds.length);
    }
  }

  has(metric: string): boolean {
    return this.#metrics.has(metric);
  }

  /** In the order in which their first trials came. */
  cells(): Iterable<TableCell> {
    return this.#cells.values();
  }

  /** The cell of another run with the same name. */
  find(cell: ComparedCell): TableCell | undefined {
    return this.#cells.get(keyOf(cell));
  }

  #open(cell: ComparedCell): OpenCell {
    const key = keyOf(cell);
    const known = this.#cells.get(key);
    if (known !== undefined) return known;
    const columns = new Map([...this.#metrics].map((name) => [name, new Column()]));
    const opened = { cell, rows: new Map<number, number>(), columns };
    this.#cells.set(key, opened);
    return opened;
  }
}

function addRow({ cell, rows }: OpenCell, seed: number): void {
  if (rows.has(seed)) throw new DoubledTrial(cell, seed);
  rows.set(seed, rows.size);
}

function keyOf({ strategy, workload, faults, agents, recovery, model }: ComparedCell): string {
  return JSON.stringify([strategy, workload, faults, agents, recovery, model]);
}
