/** Strategy by anomaly, in the manner of Hermitage (Kleppmann, 2014): what was seen, what never was, and what nobody promised. */

import {
  anomalyNames,
  conditionsOf,
  coversFaults,
  exclusions,
  type AnomalyCell,
  type AnomalyName,
  type AnomalyRow,
  type AnomalyTally,
  type Cell,
  type PromiseName,
  type StrategyEntry,
  type Suite,
} from '../contract/index.ts';
import { comesBefore, wilson } from '../metrics/index.ts';

/** `cells`: strategy by fault profile. */
export function anomalyMatrix(suite: Suite, cells: readonly Cell[]): readonly AnomalyRow[] {
  return suite.strategies.map((strategy) => {
    const own = cells.filter((cell) => cell.strategy === strategy.label);
    return { strategy: strategy.label, cells: anomalyNames.map((name) => cellOf(name, strategy, own, suite.faults)) };
  });
}

function cellOf(
  anomaly: AnomalyName,
  { promises }: StrategyEntry,
  cells: readonly Cell[],
  faults: Suite['faults'],
): AnomalyCell {
  const tally = sumOf(anomaly, cells);
  const excluding = exclusions[anomaly];
  const excludedBy = promisesIn(excluding).filter((name) =>
    faults.some((profile) => coversFaults(promises[name], profile)),
  );
  const holdsEverywhere = (name: PromiseName): boolean =>
    conditionsOf(promises[name])?.given === null && faults.every((profile) => coversFaults(promises[name], profile));
  const isExcluded = excluding === 'always' || excludedBy.length > 0;
  return {
    ...tally,
    standing: standingOf(tally, isExcluded, cells),
    share: tally.possible === 0 ? null : wilson(tally.found / tally.possible, tally.possible),
    excludedBy,
    isConditional: excluding !== 'always' && isExcluded && !excludedBy.some(holdsEverywhere),
  };
}

function promisesIn(excluding: 'always' | readonly PromiseName[]): readonly PromiseName[] {
  return excluding === 'always' ? [] : excluding;
}

function sumOf(anomaly: AnomalyName, cells: readonly Cell[]): AnomalyTally {
  const none: AnomalyTally = { anomaly, possible: 0, found: 0, first: null };
  return cells
    .flatMap((cell) => cell.anomalies.filter((tally) => tally.anomaly === anomaly))
    .reduce(
      (sum, { possible, found, first }) => ({
        anomaly,
        possible: sum.possible + possible,
        found: sum.found + found,
        first: earlier(sum.first, first),
      }),
      none,
    );
}

function earlier(one: AnomalyTally['first'], other: AnomalyTally['first']): AnomalyTally['first'] {
  if (one === null || other === null) return one ?? other;
  return comesBefore(other.spec, one.spec) ? other : one;
}

function standingOf(
  { anomaly, possible, found }: AnomalyTally,
  isExcluded: boolean,
  cells: readonly Cell[],
): AnomalyCell['standing'] {
  if (possible === 0) return 'not-tested';
  if (found === 0) return isExcluded ? 'never' : 'not-promised';
  return cells.some((cell) => isBroken(anomaly, cell)) ? 'broken' : 'found';
}

/** It was found in this cell, and a promise that excludes it was broken in the cell. */
function isBroken(anomaly: AnomalyName, { anomalies, brokenPromises }: Cell): boolean {
  if (!anomalies.some((tally) => tally.anomaly === anomaly && tally.found > 0)) return false;
  const excluding = exclusions[anomaly];
  return excluding === 'always' || brokenPromises.some(({ promise }) => excluding.includes(promise));
}
