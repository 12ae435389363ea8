/**
 * The deterministic numbers of a trial and of a cell, in one list: what CSV files, dashboards, comparisons and their rules know
 * by name. Numbers that were measured are not here.
 */

import {
  anomalyNames,
  fates,
  reclaimTriggers,
  refusalCauses,
  type AnomalyName,
  type Cell,
  type Fate,
  type ReclaimTrigger,
  type RefusalCause,
  type TrialResult,
} from '../contract/index.ts';

/** `flag`: 1 or 0 of a trial, so many trials of a cell. */
export type GaugeUnit = 'flag' | 'count' | 'bytes' | 'ms' | 'usd';

export interface Gauge<Name extends string = string> {
  /** As in the JSON; what stands under `fates` there goes by its own name. */
  readonly name: Name;
  readonly unit: GaugeUnit;
  /** Which direction is worse; `neither`: it says what happened, not how well. */
  readonly worse: 'more' | 'less' | 'neither';
  /** How the values of trials come together where there are no histograms: in comparisons. */
  readonly fold: 'sum' | 'mean';
  /** Null where there was nothing to measure, and for all but `failed` where the trial is void. */
  readonly ofTrial: (trial: TrialResult) => number | null;
  /** Null where there was nothing to measure. */
  readonly ofCell: (cell: Cell) => number | null;
}

/** What has the same shape in a trial and in a cell. */
type Counted = TrialResult | Cell;
type Value<Of> = (of: Of) => number | null;
type Worse = Gauge['worse'];

function gauge<const Name extends string>(
  name: Name,
  unit: GaugeUnit,
  worse: Worse,
  ofTrial: Value<TrialResult>,
  ofCell: Value<Cell>,
): Gauge<Name> {
  const ofValidTrial = (trial: TrialResult): number | null => (trial.failure === null ? ofTrial(trial) : null);
  return { name, unit, worse, fold: 'sum', ofTrial: ofValidTrial, ofCell };
}

function counted<const Name extends string>(
  name: Name,
  worse: Worse,
  value: Value<Counted>,
  unit: GaugeUnit = 'count',
): Gauge<Name> {
  return gauge(name, unit, worse, value, value);
}

function quantile<const Name extends string>(
  name: Name,
  ofTrial: Value<TrialResult>,
  ofCell: Value<Cell>,
): Gauge<Name> {
  return { ...gauge(name, 'ms', 'more', ofTrial, ofCell), fold: 'mean' };
}

function flag<const Name extends 'settled' | 'converged' | 'exercised'>(name: Name, worse: Worse): Gauge<Name> {
  return gauge(
    name,
    'flag',
    worse,
    (trial) => Number(trial[name]),
    (cell) => cell[name],
  );
}

const worseFates: readonly Fate[] = ['phantom', 'lost'];

const ofFates = (['issued', ...fates] as const).map((fate: Fate | 'issued') => {
  const worse = fate !== 'issued' && worseFates.includes(fate) ? 'more' : 'neither';
  return counted(fate, worse, (of) => of.fates[fate]);
});

const ofRefusals = refusalCauses.map((cause: RefusalCause) =>
  counted(`refusals.${cause}`, 'more', (of) => of.refusals[cause]),
);

const ofReclaims = reclaimTriggers.flatMap((trigger: ReclaimTrigger) => [
  counted(`reclaims.${trigger}.true`, 'neither', (of) => of.reclaims[trigger].true),
  counted(`reclaims.${trigger}.false`, 'more', (of) => of.reclaims[trigger].false),
]);

const ofQuantiles = (['p50', 'p95', 'p99', 'max'] as const).flatMap((at) => [
  quantile(
    `latencyMs.${at}`,
    (trial) => trial.latencyMs[at],
    (cell) => cell.latencyMs[at],
  ),
  quantile(
    `recoveryMs.${at}`,
    (trial) => trial.recoveryMs[at],
    (cell) => cell.recoveryMs[at],
  ),
]);

const ofSpending = (['thinking', 'wasted', 'judging', 'repairing'] as const).flatMap((on) => [
  counted(`${on}.calls`, 'more', (of) => of[on].calls),
  counted(`${on}.tokens`, 'more', (of) => of[on].tokens),
  counted(`${on}.usd`, 'more', (of) => of[on].usd, 'usd'),
]);

function total(counts: readonly { readonly trials: number }[]): number {
  return counts.reduce((sum, { trials }) => sum + trials, 0);
}

/** Trials in which a promise or an invariant broke, each counted by itself. */
const ofVerdicts = [
  gauge(
    'brokenPromises',
    'count',
    'more',
    ({ brokenPromises }) => new Set(brokenPromises.map(({ promise }) => promise)).size,
    ({ brokenPromises }) => total(brokenPromises),
  ),
  gauge(
    'brokenInvariants',
    'count',
    'more',
    ({ brokenInvariants }) => new Set(brokenInvariants.map(({ name }) => name)).size,
    ({ brokenInvariants }) => total(brokenInvariants),
  ),
  gauge(
    'protocolViolations',
    'count',
    'more',
    ({ protocolViolations }) => protocolViolations.length,
    ({ protocol }) => protocol.reduce((sum, { violated }) => sum + violated, 0),
  ),
];

const ofAnomalies = anomalyNames.map((name: AnomalyName) =>
  gauge(
    `anomalies.${name}`,
    'flag',
    'more',
    ({ anomalies }) => Number(anomalies.some(({ anomaly }) => anomaly === name)),
    ({ anomalies }) => anomalies.find(({ anomaly }) => anomaly === name)?.found ?? 0,
  ),
);

const failed: Gauge<'failed'> = {
  ...gauge(
    'failed',
    'flag',
    'more',
    () => null,
    (cell) => cell.failed,
  ),
  ofTrial: ({ failure }) => Number(failure !== null),
};

/** In the order in which outputs list them: what is wrong, then what it cost, then what merely happened. */
export const gauges = [
  failed,
  flag('settled', 'less'),
  flag('converged', 'less'),
  flag('exercised', 'neither'),
  ...ofVerdicts,
  ...ofAnomalies,
  ...ofFates,
  counted('committed', 'neither', (of) => of.committed),
  counted('duplicates', 'more', (of) => of.duplicates),
  counted('misattributed', 'more', (of) => of.misattributed),
  counted('escalations.raised', 'more', (of) => of.escalations.raised),
  counted('escalations.true', 'neither', (of) => of.escalations.true),
  counted('escalations.false', 'more', (of) => of.escalations.false),
  counted('escalations.missed', 'more', (of) => of.escalations.missed),
  ...ofQuantiles,
  quantile(
    'convergenceMs',
    (trial) => trial.convergenceMs,
    (cell) => cell.convergenceMs.p50,
  ),
  counted('makespanMs', 'more', (of) => of.makespanMs, 'ms'),
  counted('blockedMs', 'more', (of) => of.blockedMs, 'ms'),
  counted('wastedThinkMs', 'more', (of) => of.wastedThinkMs, 'ms'),
  counted('attempts', 'more', (of) => of.attempts),
  ...ofRefusals,
  counted('gaveUp', 'more', (of) => of.gaveUp),
  counted('turnsRepeated', 'more', (of) => of.turnsRepeated),
  counted('turnsForgotten', 'more', (of) => of.turnsForgotten),
  counted('checkpointsSetAside', 'more', (of) => of.checkpointsSetAside),
  counted('grants', 'neither', (of) => of.grants),
  ...ofReclaims,
  counted('callsFailed', 'more', (of) => of.callsFailed),
  counted('modelCalls', 'more', (of) => of.modelCalls),
  counted('judgements.right', 'neither', (of) => of.judgements.right),
  counted('judgements.wrong', 'more', (of) => of.judgements.wrong),
  counted('judgements.abstained', 'neither', (of) => of.judgements.abstained),
  counted('judgements.failed', 'more', (of) => of.judgements.failed),
  ...ofSpending,
  counted('tokens', 'more', (of) => of.tokens),
  counted('usd', 'more', (of) => of.usd, 'usd'),
  counted('messages', 'more', (of) => of.messages),
  counted('bytes', 'more', (of) => of.bytes, 'bytes'),
  counted('faultsStruck', 'neither', (of) => of.faultsStruck),
  counted('restores.struck', 'neither', (of) => of.restores.struck),
  counted('restores.rolledBack', 'neither', (of) => of.restores.rolledBack),
] as const satisfies readonly Gauge[];

export type GaugeName = (typeof gauges)[number]['name'];
