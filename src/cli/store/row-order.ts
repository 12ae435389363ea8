/** Whether rows are the trials that were asked for, each once and in their order. */

import type { RunFacts, TrialResult, TrialSpec } from '../../contract/index.ts';
import { plannedTrials } from '../../experiment/index.ts';

export class RowOrder {
  readonly #facts: RunFacts;
  readonly #planned: Iterator<TrialSpec>;
  #missing: TrialSpec | null = null;

  constructor(facts: RunFacts) {
    this.#facts = facts;
    this.#planned = plannedTrials(facts.suite, facts.shard);
  }

  /** The first trial that was left out so far. */
  get missing(): TrialSpec | null {
    return this.#missing;
  }

  /** What is wrong with the next row, or null. */
  take(row: TrialResult): string | null {
    const foreign = foreignField(this.#facts, row);
    if (foreign !== null) return `${foreign}: ${JSON.stringify(row[foreign])} is not in the suite of this result`;
    for (let next = this.#planned.next(); next.done !== true; next = this.#planned.next()) {
      if (isSame(next.value, row)) return null;
      this.#missing ??= next.value;
    }
    return `${nameOf(row)} stands here a second time, or not in its order, or belongs to another shard`;
  }

  /** To be called after the last row. */
  end(): void {
    const next = this.#planned.next();
    if (next.done !== true) this.#missing ??= next.value;
  }
}

export function nameOf({ strategy, workload, faults, seed }: Pick<TrialSpec, (typeof named)[number]>): string {
  return `${strategy} on ${workload} under ${faults} with seed ${String(seed)}`;
}

const named = ['strategy', 'workload', 'faults', 'seed'] as const;

function isSame(spec: TrialSpec, row: TrialResult): boolean {
  return named.every((field) => spec[field] === row[field]);
}

function foreignField({ suite }: RunFacts, row: TrialResult): keyof TrialResult | null {
  const { strategies, workloads, faults, seeds, agents, recovery, model } = suite;
  if (!strategies.some(({ label }) => label === row.strategy)) return 'strategy';
  if (!workloads.some(({ label }) => label === row.workload)) return 'workload';
  if (!faults.some(({ name }) => name === row.faults)) return 'faults';
  if (row.seed < seeds.first || row.seed >= seeds.first + seeds.count) return 'seed';
  if (agents !== null && row.agents !== agents) return 'agents';
  if (row.recovery !== recovery) return 'recovery';
  return row.model === model ? null : 'model';
}
