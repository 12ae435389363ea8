/**
 * Live trials against simulated ones. A live trial and the simulated one of its seed share agents, intentions and faults, so
 * their lost shares are compared pair by pair; what the trials of one seed have in common cancels out. Trials of one script, be
 * they repetitions or under several faults, are no independent pairs: they are averaged first, unless there is only that one.
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

type Compared = Pick<Suite, 'strategies' | 'workloads' | 'faults' | 'agents'>;
type CellName = Pick<LiveCell, 'strategy' | 'workload' | 'faults'>;

/** Strategy by workload by fault profile, in the order of the suite. */
export function compareLive(
  suite: Compared,
  live: readonly TrialRecord[],
  simulated: readonly TrialRecord[],
): readonly LiveCell[] {
  const { strategies, workloads, faults, agents } = suite;
  return strategies.flatMap(({ label: strategy }) =>
    workloads.flatMap(({ label: workload }) =>
      faults.map((profile) => compareCell({ strategy, workload, faults: profile.name }, live, simulated, agents)),
    ),
  );
}

/** The same with all workloads and fault profiles folded. */
export function compareStrategies(
  { strategies, agents }: Compared,
  live: readonly TrialRecord[],
  simulated: readonly TrialRecord[],
): readonly LiveCell[] {
  return strategies.map(({ label }) =>
    compareCell({ strategy: label, workload: null, faults: null }, live, simulated, agents),
  );
}

/** `agents` as on the command line, to run the worst trial again. */
function compareCell(
  name: CellName,
  live: readonly TrialRecord[],
  simulated: readonly TrialRecord[],
  agents: number | null,
): LiveCell {
  const isOwn = ({ result: { strategy, workload, faults } }: TrialRecord): boolean =>
    strategy === name.strategy && workload === (name.workload ?? workload) && faults === (name.faults ?? faults);
  const [seen, expected] = [live.filter(isOwn), simulated.filter(isOwn)];
  const sides = { live: sideOf(seen, agents), simulated: sideOf(expected, agents) };
  const differences = pairedDifferences(seen, expected);
  const difference = estimate(differences);
  const isWithin = liesWithin(sides.live, sides.simulated);
  const standing = standingOf(differences.length, difference, isWithin);
  return { ...name, ...sides, pairs: differences.length, difference, isWithin, standing };
}

function sideOf(records: readonly TrialRecord[], agents: number | null): WorldSide {
  const tally = new CellTally();
  for (const record of records) tally.add(record, agents);
  const folded = tally.cell({ strategy: '', workload: null, faults: '' });
  const { trials, failed, fates, committed, lostShare, worst } = folded;
  const broken = records.filter(isBroken).length;
  return { trials: trials - failed, failed, broken, fates, committed, lostShare, worst };
}

function isBroken({ result }: TrialRecord): boolean {
  return result.brokenPromises.length + result.protocolViolations.length > 0;
}

/** Live less simulated, a number per pair. Trials that committed nothing have no share to lose. */
function pairedDifferences(live: readonly TrialRecord[], simulated: readonly TrialRecord[]): readonly number[] {
  const expected = new Map(simulated.map(({ result }) => [trialKey(result), lostShareOf(result)]));
  const byScript = new Map<string, number[]>();
  for (const { result } of live) {
    const [seen, share] = [lostShareOf(result), expected.get(trialKey(result)) ?? null];
    if (seen === null || share === null) continue;
    const known = byScript.get(scriptKey(result));
    if (known === undefined) byScript.set(scriptKey(result), [seen - share]);
    else known.push(seen - share);
  }
  const [first, ...others] = byScript.values();
  return others.length === 0 ? (first ?? []) : [...byScript.values()].map(mean);
}

/** What agents want depends on the workload and the seed alone. */
function scriptKey({ workload, seed }: TrialResult): string {
  return JSON.stringify([workload, seed]);
}

function trialKey({ workload, faults, seed }: TrialResult): string {
  return JSON.stringify([workload, faults, seed]);
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
