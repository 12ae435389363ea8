/**
 * Live trials against simulated ones. A live trial and the simulated one of its seed share agents, intentions and faults, so
 * their lost shares are compared pair by pair; what the trials of one seed have in common cancels out. The repetitions of a
 * seed are no independent pairs: they are averaged first, unless there is only that one seed.
 */

import type {
  Estimate,
  LiveCell,
  LiveDeeds,
  LiveStanding,
  Suite,
  TrialRecord,
  TrialResult,
  WorldSide,
} from '../contract/index.ts';
import { CellTally, estimate } from '../metrics/index.ts';

/** The number of agents as on the command line is the suite's. Cells in the order of the suite. */
export function compareLive(
  suite: Pick<Suite, 'strategies' | 'workloads' | 'faults' | 'agents'>,
  live: readonly TrialRecord[],
  simulated: readonly TrialRecord[],
): readonly LiveCell[] {
  const { strategies, workloads, faults, agents } = suite;
  return strategies.flatMap(({ label: strategy }) =>
    workloads.flatMap(({ label: workload }) =>
      faults.map(({ name }): LiveCell => {
        const isOwn = ({ result }: TrialRecord): boolean =>
          result.strategy === strategy && result.workload === workload && result.faults === name;
        return compareCell({ strategy, workload, faults: name }, live.filter(isOwn), simulated.filter(isOwn), agents);
      }),
    ),
  );
}

function compareCell(
  name: Pick<LiveCell, 'strategy' | 'workload' | 'faults'>,
  live: readonly TrialRecord[],
  simulated: readonly TrialRecord[],
  agents: number | null,
): LiveCell {
  const sides = { live: sideOf(name, live, agents), simulated: sideOf(name, simulated, agents) };
  const differences = pairedDifferences(live, simulated);
  const difference = estimate(differences);
  const isWithin = liesWithin(sides.live, sides.simulated);
  const standing = standingOf(differences.length, difference, isWithin);
  return { ...name, ...sides, pairs: differences.length, difference, isWithin, standing };
}

function sideOf(
  name: Pick<LiveCell, 'strategy' | 'workload' | 'faults'>,
  records: readonly TrialRecord[],
  agents: number | null,
): WorldSide {
  const tally = new CellTally();
  for (const record of records) tally.add(record, agents);
  const { trials, failed, fates, committed, lostShare, worst } = tally.cell(name);
  const broken = records.filter(isBroken).length;
  return { trials: trials - failed, failed, broken, fates, committed, lostShare, worst };
}

function isBroken({ result }: TrialRecord): boolean {
  return result.brokenPromises.length + result.protocolViolations.length > 0;
}

/** Live less simulated, a number per pair. Trials that committed nothing have no share to lose. */
function pairedDifferences(live: readonly TrialRecord[], simulated: readonly TrialRecord[]): readonly number[] {
  const expected = new Map([...sharesBySeed(simulated)].map(([seed, shares]) => [seed, mean(shares)]));
  const pairs = [...sharesBySeed(live)].flatMap(([seed, shares]) => {
    const share = expected.get(seed);
    return share === undefined ? [] : [shares.map((seen) => seen - share)];
  });
  const [first, ...others] = pairs;
  return others.length === 0 ? (first ?? []) : pairs.map(mean);
}

function sharesBySeed(records: readonly TrialRecord[]): ReadonlyMap<number, readonly number[]> {
  const shares = new Map<number, number[]>();
  for (const { result } of records) {
    const share = lostShareOf(result);
    if (share === null) continue;
    const known = shares.get(result.seed);
    if (known === undefined) shares.set(result.seed, [share]);
    else known.push(share);
  }
  return shares;
}

function lostShareOf({ failure, committed, fates }: TrialResult): number | null {
  return failure === null && committed > 0 ? fates.lost / committed : null;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Sums of shares are exact only up to rounding. */
const roundingError = 1e-9;

function liesWithin({ lostShare: live }: WorldSide, { lostShare: simulated }: WorldSide): boolean | null {
  if (live === null || simulated === null) return null;
  return live.share >= simulated.low - roundingError && live.share <= simulated.high + roundingError;
}

function standingOf(pairs: number, difference: Estimate | null, isWithin: boolean | null): LiveStanding {
  if (pairs < 2 || difference === null || isWithin === null) return 'undecided';
  if (difference.low <= roundingError && difference.high >= -roundingError) return 'agrees';
  return isWithin ? 'close' : 'differs';
}

/** What was done to processes in all trials together. */
export function addedUp(deeds: readonly LiveDeeds[]): LiveDeeds {
  const sum = (of: (one: LiveDeeds) => number): number => deeds.reduce((total, one) => total + of(one), 0);
  return {
    kills: sum(({ kills }) => kills),
    stops: sum(({ stops }) => stops),
    restores: sum(({ restores }) => restores),
    recordsRolledBack: sum(({ recordsRolledBack }) => recordsRolledBack),
    processes: sum(({ processes }) => processes),
    wallSeconds: sum(({ wallSeconds }) => wallSeconds),
  };
}
