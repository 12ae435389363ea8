/** A bug that some system really had, what must catch it, and how it is looked for. */

import type { MergeStrategy } from '../../src/contract/index.ts';
import { runOf } from '../support/trials.ts';
import { witnesses, witnessesOf, type Witness } from './witness.ts';

export interface Mutant {
  readonly name: string;
  /** The bug, in one sentence. */
  readonly bug: string;
  readonly caughtBy: Witness;
  /** The same every time. They are made while they are asked for: whoever has seen enough stops asking. */
  looks(): Iterable<Look>;
}

/** One trial of the mutant, and the same trial of what it was made from. */
export interface Look {
  /** What to give to `replay`, beside the strategy. */
  readonly trial: string;
  readonly wrong: readonly Witness[];
  readonly right: readonly Witness[];
}

/** So many trials of one cell, from the seed 1. */
export interface Place {
  readonly workload: string;
  readonly faults: string;
  readonly seeds: number;
}

/** Every mutant is looked at here as well: what else catches it? */
const commonPlaces: readonly Place[] = [
  { workload: 'slot-race', faults: 'none', seeds: 1 },
  { workload: 'torn-pair', faults: 'none', seeds: 2 },
  { workload: 'notes', faults: 'crash', seeds: 2 },
  { workload: 'mixed', faults: 'busy', seeds: 1 },
  { workload: 'union', faults: 'restore', seeds: 2 },
];

/** A strategy that is wrong, and the right one that it was made from. The named witness must see it in the place. */
export function strategyMutant(mutant: {
  readonly strategy: MergeStrategy;
  readonly right: MergeStrategy;
  readonly bug: string;
  readonly caughtBy: Witness;
  readonly place: Place;
}): Mutant {
  const { strategy, right, bug, caughtBy, place } = mutant;
  function* looks(): Generator<Look> {
    for (const look of looksAt(place, strategy, right)) {
      yield look;
      if (look.wrong.includes(caughtBy)) break;
    }
    for (const common of commonPlaces) yield* looksAt(common, strategy, right);
  }
  return { name: strategy.name, bug, caughtBy, looks };
}

function* looksAt({ workload, faults, seeds }: Place, wrong: MergeStrategy, right: MergeStrategy): Generator<Look> {
  for (let seed = 1; seed <= seeds; seed += 1) {
    const seenOn = (strategy: MergeStrategy): readonly Witness[] =>
      witnessesOf(runOf(strategy, { workload, faults, seed }));
    const trial = `--workload ${workload} --faults ${faults} --seed ${String(seed)}`;
    yield { trial, wrong: seenOn(wrong), right: seenOn(right) };
  }
}

/** What a mutant shows and the right one doesn't, in all looks together. */
export interface Kill {
  readonly mutant: string;
  readonly caughtBy: Witness;
  /** In the order of the matrix. */
  readonly witnesses: readonly Witness[];
  /** The first trial in which the named witness saw it; null if it got away. */
  readonly trial: string | null;
  /** The named witness saw something on the right one as well: it proves nothing. */
  readonly isFalseAlarm: boolean;
}

export function hunt({ name, caughtBy, looks }: Mutant): Kill {
  const made = [...looks()];
  const onRight = new Set(made.flatMap(({ right }) => right));
  const onWrong = new Set(made.flatMap(({ wrong }) => wrong));
  return {
    mutant: name,
    caughtBy,
    witnesses: witnesses.filter((witness) => onWrong.has(witness) && !onRight.has(witness)),
    trial: made.find(({ wrong }) => wrong.includes(caughtBy))?.trial ?? null,
    isFalseAlarm: onRight.has(caughtBy),
  };
}
