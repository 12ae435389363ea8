/** What fails a comparison. */

import { gauges, type GaugeName } from '../metrics/index.ts';

/**
 * - `worsening`: a cell may get worse by no more than this, in the unit of the metric or in percent of what it was
 * - `limit`: a cell may not be above this, whatever it was
 * - `missing`, `new`: trials that only the earlier or only the later run has
 */
export type Rule =
  | WorseningRule
  | LimitRule
  | { readonly kind: 'missing'; readonly text: string }
  | { readonly kind: 'new'; readonly text: string };

export interface WorseningRule {
  readonly kind: 'worsening';
  /** As it was written. */
  readonly text: string;
  readonly metric: string;
  readonly allowed: number;
  readonly unit: 'absolute' | 'percent';
}

export interface LimitRule {
  readonly kind: 'limit';
  readonly text: string;
  readonly metric: string;
  readonly limit: number;
}

/** Any more of these is a loss of somebody's work or trust; waiting may grow a little. */
const strict: readonly GaugeName[] = [
  'failed',
  'settled',
  'brokenPromises',
  'brokenInvariants',
  'protocolViolations',
  'lost',
  'phantom',
  'duplicates',
  'misattributed',
  'escalations.raised',
  'escalations.false',
  'escalations.missed',
  'gaveUp',
];
const tolerant: readonly GaugeName[] = ['latencyMs.p99', 'blockedMs'];

export const defaultRules: readonly WorseningRule[] = [
  ...strict.map((metric) => ({
    kind: 'worsening' as const,
    text: `${metric}:+0`,
    metric,
    allowed: 0,
    unit: 'absolute' as const,
  })),
  ...tolerant.map((metric) => ({
    kind: 'worsening' as const,
    text: `${metric}:+5%`,
    metric,
    allowed: 5,
    unit: 'percent' as const,
  })),
];

/** The rule that nobody can switch off: a canary that has lost must go on to lose, or the harness has gone blind. */
export const canaryRule = 'a canary must lose';

/** Whether a cell breaks the rule. */
export function exceeds({ metric, allowed, unit }: WorseningRule, from: number, to: number): boolean {
  const isGood = gauges.some(({ name, worse }) => name === metric && worse === 'less');
  const worsening = isGood ? from - to : to - from;
  return worsening > (unit === 'percent' ? (Math.abs(from) * allowed) / 100 : allowed);
}

export type ParsedRule =
  | { readonly rule: Rule }
  /** `metric`: there is none of this name. */
  | { readonly wrong: 'metric'; readonly metric: string }
  | { readonly wrong: 'form' }
  /** The metric has no direction that is worse. */
  | { readonly wrong: 'direction'; readonly metric: string };

const form = /^(?<metric>[\w.-]+)(?::\+(?<allowed>\d+(?:\.\d+)?)(?<percent>%?)|>(?<limit>\d+(?:\.\d+)?))$/;

/** `METRIC:+N`, `METRIC:+P%`, `METRIC>N`, `missing` or `new`. */
export function parseRule(text: string): ParsedRule {
  if (text === 'missing' || text === 'new') return { rule: { kind: text, text } };
  const { metric, allowed, percent, limit } = form.exec(text)?.groups ?? {};
  if (metric === undefined) return { wrong: 'form' };
  const gauge = gauges.find(({ name }) => name === metric);
  if (gauge === undefined) return { wrong: 'metric', metric };
  if (limit !== undefined) return { rule: { kind: 'limit', text, metric, limit: Number(limit) } };
  if (gauge.worse === 'neither') return { wrong: 'direction', metric };
  const unit = percent === '%' ? 'percent' : 'absolute';
  return { rule: { kind: 'worsening', text, metric, allowed: Number(allowed), unit } };
}
