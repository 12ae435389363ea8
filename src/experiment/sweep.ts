/** The rows of a sweep: a cell per point, strategy and fault profile, and the crossovers between strategies. */

import {
  sweepMetrics,
  type Cell,
  type Crossover,
  type Estimate,
  type RunReport,
  type Suite,
  type Suspect,
  type SweepCell,
  type SweepMetric,
  type SweepPoint,
  type TrialRecord,
  type TrialResult,
} from '../contract/index.ts';
import { estimate, sweepMeasures } from '../metrics/index.ts';
import { turnsAlong } from './crossovers.ts';
import { SuiteTally } from './suite.ts';

/** The suite with the dial at one of its values. Its parts stand in the order of the suite without the dial. */
export interface DialledSuite {
  readonly value: number;
  readonly suite: Suite;
}

/** The valid trials of a strategy at a point, by what they share with those of the other strategies. */
interface Row {
  readonly trials: Map<string, TrialResult>;
  failed: number;
}

export class SweepTally {
  readonly #suite: Suite;
  readonly #points: readonly DialledSuite[];
  readonly #tallies: readonly SuiteTally[];
  readonly #rows = new Map<string, Row>();
  /**
   * All points as one run: a canary need not lose at every point, and no conflict has to occur at every point. It is the run
   * whose verdict counts.
   */
  readonly whole: SuiteTally;

  /** `suite`: without the dial. */
  constructor(suite: Suite, points: readonly DialledSuite[]) {
    this.#suite = suite;
    this.#points = points;
    this.#tallies = points.map((point) => new SuiteTally(point.suite));
    this.whole = new SuiteTally(suite);
  }

  add(point: number, record: TrialRecord): void {
    const { result } = record;
    const own = this.#points[point]?.suite;
    const strategy = this.#suite.strategies[indexOf(own?.strategies, result.strategy)]?.label;
    const workload = this.#suite.workloads[indexOf(own?.workloads, result.workload)]?.label;
    if (strategy === undefined || workload === undefined)
      throw new Error(`${result.strategy} on ${result.workload} is no trial of this point`);
    this.#tallies[point]?.add(record);
    this.whole.add({ ...record, result: { ...result, strategy, workload } });
    const row = this.#row(point, strategy, result.faults);
    if (result.failure === null) row.trials.set(`${workload} ${String(result.seed)}`, result);
    else row.failed += 1;
  }

  /** The cells of the single points, as a run has them: what to replay stands in them. */
  cells(): readonly Cell[] {
    return this.#tallies.flatMap((tally) => tally.cells());
  }

  /** All points as one run, with the worst trial of all points as it can be replayed. */
  folded(): Pick<RunReport, 'cells' | 'cellsByWorkload'> {
    return {
      cells: withWorst(
        this.whole.cells(),
        this.#tallies.map((tally) => tally.cells()),
      ),
      cellsByWorkload: withWorst(
        this.whole.cellsByWorkload(),
        this.#tallies.map((tally) => tally.cellsByWorkload()),
      ),
    };
  }

  points(): readonly SweepPoint[] {
    return this.#points.map(({ value, suite }, point) => ({
      value,
      strategies: suite.strategies.map(({ label }) => label),
      workloads: suite.workloads.map(({ label }) => label),
      cells: this.#combinations().map(([strategy, faults]) => this.#cell(point, strategy, faults)),
    }));
  }

  /** By metric, fault profile and pair of strategies, in their order. */
  crossovers(): readonly Crossover[] {
    const labels = this.#suite.strategies.map(({ label }) => label);
    return sweepMetrics.flatMap((metric) =>
      this.#suite.faults.flatMap(({ name }) =>
        labels.flatMap((first, index) =>
          labels.slice(index + 1).flatMap((second) => this.#crossoversOf(metric, name, first, second)),
        ),
      ),
    );
  }

  #combinations(): readonly (readonly [strategy: string, faults: string])[] {
    const { strategies, faults } = this.#suite;
    return strategies.flatMap(({ label }) => faults.map(({ name }) => [label, name] as const));
  }

  #cell(point: number, strategy: string, faults: string): SweepCell {
    const { trials, failed } = this.#row(point, strategy, faults);
    const results = [...trials.values()];
    const metrics = Object.fromEntries(
      sweepMetrics.map((metric) => [metric, estimate(results.flatMap((trial) => sweepMeasures[metric](trial) ?? []))]),
    ) as Record<SweepMetric, Estimate | null>;
    return { strategy, faults, trials: results.length, failed, metrics };
  }

  #crossoversOf(metric: SweepMetric, faults: string, first: string, second: string): readonly Crossover[] {
    const differences = this.#points.map(({ value }, point) => ({
      value,
      difference: this.#difference(metric, this.#row(point, first, faults), this.#row(point, second, faults)),
    }));
    return turnsAlong(differences).map(({ firstLeads, ...turn }) => {
      const [before, after] = firstLeads ? [first, second] : [second, first];
      return { metric, faults, before, after, ...turn };
    });
  }

  #difference(metric: SweepMetric, first: Row, second: Row): Estimate | null {
    const measure = sweepMeasures[metric];
    const differences: number[] = [];
    for (const [key, trial] of first.trials) {
      const other = second.trials.get(key);
      const [one, two] = [measure(trial), other === undefined ? null : measure(other)];
      if (one !== null && two !== null) differences.push(one - two);
    }
    return estimate(differences);
  }

  #row(point: number, strategy: string, faults: string): Row {
    const key = JSON.stringify([point, strategy, faults]);
    const known = this.#rows.get(key);
    if (known !== undefined) return known;
    const row: Row = { trials: new Map(), failed: 0 };
    this.#rows.set(key, row);
    return row;
  }
}

/** The cells of every point stand in the same order. */
function withWorst(folded: readonly Cell[], points: readonly (readonly Cell[])[]): readonly Cell[] {
  return folded.map((cell, index) => {
    const suspects = points.flatMap((cells) => cells[index]?.worst ?? []);
    const isWorse = (left: Suspect, right: Suspect): boolean =>
      left.wrong === null && right.wrong === null ? right.lost > left.lost : left.wrong === null;
    const worst = suspects.reduce<Suspect | null>(
      (known, each) => (known === null || isWorse(known, each) ? each : known),
      null,
    );
    return { ...cell, worst };
  });
}

function indexOf(entries: readonly { readonly label: string }[] | undefined, label: string): number {
  return entries?.findIndex((entry) => entry.label === label) ?? -1;
}
