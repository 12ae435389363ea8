/** A run as columns of numbers by cell. Trials are added one at a time, in any order, and are not kept. */

import type { Baseline, ComparedCell, ComparedRun, TrialResult } from '../contract/index.ts';
import { gauges, type Gauge } from '../metrics/index.ts';
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
  readonly run: ComparedRun;
  readonly #metrics: ReadonlySet<string>;
  readonly #cells = new Map<string, OpenCell>();

  /** `metrics`: the names of those that its trials hold. */
  constructor(run: ComparedRun, metrics: Iterable<string> = gauges.map(({ name }) => name)) {
    this.run = run;
    this.#metrics = new Set(metrics);
  }

  /** Throws {@link DoubledTrial}. */
  static ofBaseline(baseline: Baseline, source: string): TrialTable {
    const { version, configuration, agents, canaries, trace, metrics, cells } = baseline;
    const facts = { source, version, configuration, agents, canaries, trace, recording: null, partial: false };
    const table = new TrialTable(facts, metrics);
    for (const { cell, seeds, columns } of cells) {
      if (table.find(cell) !== undefined) throw new DoubledTrial(cell, seeds[0] ?? 0);
      const opened = table.#open(cell);
      for (const seed of seeds) addRow(opened, seed);
      for (const [index, name] of metrics.entries())
        opened.columns.get(name)?.fill(columns[index] ?? null, seeds.length);
    }
    return table;
  }

  /** Throws {@link DoubledTrial}. */
  add(trial: TrialResult): void {
    const { strategy, workload, faults, agents, recovery, model, seed } = trial;
    const cell = this.#open({ strategy, workload, faults, agents, recovery, model });
    addRow(cell, seed);
    for (const { name, ofTrial } of gauges) cell.columns.get(name)?.push(ofTrial(trial));
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

  baseline(): Baseline {
    const { version, configuration, agents, canaries, trace } = this.run;
    const metrics = [...this.#metrics];
    const cells = [...this.#cells.values()].map(({ cell, rows, columns }) => ({
      cell,
      seeds: [...rows.keys()],
      columns: metrics.map((name) => columns.get(name)?.data() ?? null),
    }));
    return { version, configuration, agents, canaries, trace, metrics, cells };
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

/** The list of gauges as far as both runs hold them. */
export function sharedGauges(before: TrialTable, after: TrialTable): readonly Gauge[] {
  return gauges.filter(({ name }) => before.has(name) && after.has(name));
}
