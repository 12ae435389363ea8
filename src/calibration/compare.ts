/** Trials in, published numbers beside ours out. */

import {
  defaultModelName,
  defaultRecovery,
  type CalibrationOrder,
  type CalibrationRow,
  type Ranking,
  type TrialResult,
  type TrialSpec,
} from '../contract/index.ts';
import { calibrationCases, type CalibrationCase } from './cases.ts';
import {
  isCorrect,
  suiteAgents,
  suiteBasis,
  suiteFittedTo,
  suiteProtocols,
  suiteSeeds,
  suiteSource,
  suiteWorkloads,
  type SuiteProtocol,
} from './suite.ts';

/** Runs a trial, or finds the result of one that was run. */
export type ResultOf = (spec: TrialSpec) => TrialResult;

type Known = (strategy: string) => boolean;

/** `knows` says which strategies there are: cases of others are left out. */
export function casesOf(knows: Known): readonly CalibrationCase[] {
  return calibrationCases.filter(({ strategy }) => knows(nameOf(strategy)));
}

export function protocolsOf(knows: Known): readonly SuiteProtocol[] {
  return suiteProtocols.filter(({ strategy }) => knows(strategy));
}

/** Strategies that something is published of and that there are none of. */
export function missing(knows: Known): readonly string[] {
  const named = [...calibrationCases, ...suiteProtocols].map(({ strategy }) => nameOf(strategy));
  return [...new Set(named)].filter((strategy) => !knows(strategy));
}

function nameOf(label: string): string {
  return label.split(':')[0] ?? label;
}

/** The trials of one case; those of different cases may be the same. */
export function trialsOfCase({ strategy, workload, agents, seeds }: CalibrationCase): readonly TrialSpec[] {
  return seedsOf(seeds).map((seed) => specOf(strategy, workload, agents, seed));
}

export function trialsOfSuite(protocols: readonly SuiteProtocol[]): readonly TrialSpec[] {
  return protocols.flatMap(({ strategy }) => suiteWorkloads.flatMap((workload) => suiteTrials(strategy, workload)));
}

function suiteTrials(strategy: string, workload: string): readonly TrialSpec[] {
  return seedsOf(suiteSeeds).map((seed) => specOf(strategy, workload, suiteAgents, seed));
}

function seedsOf(count: number): readonly number[] {
  return Array.from({ length: count }, (_seed, index) => index + 1);
}

function specOf(strategy: string, workload: string, agents: number | null, seed: number): TrialSpec {
  const surroundings = { faults: 'none', recovery: defaultRecovery, model: defaultModelName };
  return { strategy, workload, agents, seed, ...surroundings };
}

export function compare(of: CalibrationCase, resultOf: ResultOf): CalibrationRow {
  const { source, quantity, unit, published, role, tolerance, note } = of;
  const trials = trialsOfCase(of).map(resultOf);
  const ours = mean(trials.map((trial) => (trial.failure === null ? of.measure(trial) : null)));
  return completed({ source, quantity, unit, published, role, tolerance, note, ours });
}

function completed(row: Omit<CalibrationRow, 'deviation' | 'within'>): CalibrationRow {
  const { ours, published, role, tolerance } = row;
  const deviation = ours === null ? null : (ours - published) / (published === 0 ? 1 : published);
  if (role === 'information') return { ...row, deviation, within: null };
  return { ...row, deviation, within: deviation !== null && Math.abs(deviation) <= tolerance };
}

/** Null as soon as one of them is. */
function mean(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  if (known.length === 0 || known.length < values.length) return null;
  return known.reduce((sum, value) => sum + value, 0) / known.length;
}

/** What a protocol of the suite comes to. Each workload counts the same. */
interface Standing {
  readonly protocol: SuiteProtocol;
  readonly correct: number | null;
  readonly speedUp: number | null;
  readonly tokens: number | null;
}

export function compareSuite(
  protocols: readonly SuiteProtocol[],
  resultOf: ResultOf,
): { readonly rows: readonly CalibrationRow[]; readonly orders: readonly CalibrationOrder[] } {
  const standings = protocols.map((protocol) => standingOf(protocol, resultOf));
  return {
    rows: standings.flatMap(rowsOf),
    orders: [
      order('correctness', standings, ({ correct }) => correct, -0.5),
      order('speed', standings, ({ speedUp }) => speedUp, -0.005),
      order('tokens', standings, ({ tokens }) => tokens, 0.005),
    ],
  };
}

function standingOf(protocol: SuiteProtocol, resultOf: ResultOf): Standing {
  const of = (strategy: string, workload: string): readonly TrialResult[] =>
    suiteTrials(strategy, workload).map(resultOf);
  const own = suiteWorkloads.map((workload) => of(protocol.strategy, workload));
  const basis = suiteWorkloads.map((workload) => of(suiteBasis, workload));
  const ratios = (measure: (trial: TrialResult) => number): readonly (number | null)[] =>
    own.map((trials, index) => ratio(mean(trials.map(measure)), mean((basis[index] ?? []).map(measure))));
  const inverse = (value: number | null): number | null => (value === null || value === 0 ? null : 1 / value);
  return {
    protocol,
    correct: mean(own.map((trials) => mean(trials.map((trial) => (isCorrect(trial) ? 100 : 0))))),
    speedUp: mean(ratios(({ makespanMs }) => makespanMs).map(inverse)),
    tokens: mean(ratios(({ tokens }) => tokens)),
  };
}

function ratio(value: number | null, basis: number | null): number | null {
  return value === null || basis === null || basis === 0 ? null : value / basis;
}

function rowsOf({ protocol, correct, speedUp, tokens }: Standing): readonly CalibrationRow[] {
  const { strategy } = protocol;
  const row = (quantity: string, unit: '%' | 'x', published: number | null, ours: number | null, isFitted = false) =>
    published === null || (strategy === suiteBasis && unit === 'x')
      ? []
      : [
          completed({
            source: suiteSource,
            quantity: `${strategy}: ${quantity}`,
            unit,
            published,
            role: isFitted ? 'fitted' : 'information',
            tolerance: 0.1,
            note: null,
            ours,
          }),
        ];
  return [
    ...row('correct', '%', protocol.correct, correct),
    ...row('speed-up', 'x', protocol.speedUp, speedUp, suiteFittedTo.includes(strategy)),
    ...row('tokens', 'x', protocol.tokens, tokens),
  ];
}

/** `same`: differences up to this are none; below zero where more is better. */
function order(
  quantity: string,
  standings: readonly Standing[],
  measure: (of: Omit<Standing, 'protocol'>) => number | null,
  same: number,
): CalibrationOrder {
  const ranked = standings.flatMap((standing) => {
    const [published, ours] = [measure(standing.protocol), measure(standing)];
    return published === null || ours === null ? [] : [{ strategy: standing.protocol.strategy, published, ours }];
  });
  const direction = Math.sign(same);
  const differ = (one: number, other: number): number =>
    Math.abs(one - other) <= Math.abs(same) ? 0 : Math.sign(one - other) * direction;
  const pairs = ranked.flatMap((one, index) =>
    ranked
      .slice(index + 1)
      .filter((other) => differ(one.published, other.published) !== 0)
      .map((other) => differ(one.published, other.published) * differ(one.ours, other.ours)),
  );
  return {
    source: suiteSource,
    quantity,
    published: ranking(
      ranked.map(({ strategy, published }) => ({ strategy, value: published * direction })),
      same,
    ),
    ours: ranking(
      ranked.map(({ strategy, ours }) => ({ strategy, value: ours * direction })),
      same,
    ),
    swapped: pairs.filter((agreement) => agreement < 0).length,
    pairs: pairs.length,
  };
}

function ranking(standings: readonly { readonly strategy: string; readonly value: number }[], same: number): Ranking {
  const sorted = standings.slice().sort((one, other) => one.value - other.value);
  const places: string[][] = [];
  for (const [index, { strategy, value }] of sorted.entries()) {
    const before = sorted[index - 1];
    if (before !== undefined && value - before.value <= Math.abs(same)) places.at(-1)?.push(strategy);
    else places.push([strategy]);
  }
  return places;
}
