/** How reports speak of the metrics of a sweep, and of where strategies change places. */

import type { Crossover, SweepMetric } from '../src/contract/index.ts';
import { duration, percent } from './wording.ts';

export interface Wording {
  readonly title: string;
  readonly number: (value: number) => string;
  /** What a strategy does that has less of it than another one, and what it does afterwards. */
  readonly less: string;
  readonly more: string;
}

export const wordings: Readonly<Record<SweepMetric, Wording>> = {
  lostShare: words('lost, % of the committed writes', 'loses a smaller share', 'loses a larger one', percent),
  lost: words('lost writes per trial', 'loses less', 'loses more'),
  duplicates: words('duplicates per trial', 'has fewer duplicates', 'has more'),
  brokenInvariants: words('violated invariants of workloads per trial', 'violates fewer', 'violates more'),
  escalations: words('escalations per trial', 'escalates less', 'escalates more'),
  commitP50Ms: words('commit p50', 'commits faster', 'commits slower', duration),
  commitP95Ms: words('commit p95', 'commits faster', 'commits slower', duration),
  convergenceMs: words('converged after', 'converges faster', 'converges slower', duration),
  makespanMs: words('makespan', 'is done earlier', 'is done later', duration),
  blockedMs: words('blocked time per trial, all agents', 'waits less', 'waits more', duration),
  attempts: words('attempts per trial', 'needs fewer attempts', 'needs more'),
  refusals: words('refusals per trial', 'refuses less', 'refuses more'),
  gaveUp: words('turns given up per trial', 'has fewer turns given up', 'has more'),
  wastedThinkMs: words('wasted think time per trial', 'wastes less time', 'wastes more', duration),
  modelCalls: words('calls of the judge per trial', 'asks the judge less', 'asks it more'),
  wrongJudgements: words('wrong judgements per trial', 'judges wrong less often', 'judges wrong more often'),
  tokens: words('tokens per trial, all calls', 'uses fewer tokens', 'uses more'),
  usd: words('USD per trial, all calls', 'is cheaper', 'is dearer'),
  wastedTokens: words('wasted tokens per trial', 'wastes fewer tokens', 'wastes more'),
  wastedUsd: words('wasted USD per trial', 'wastes less money', 'wastes more'),
  messages: words('messages per trial', 'sends fewer messages', 'sends more'),
  bytes: words('bytes per trial', 'sends fewer bytes', 'sends more'),
};

function words(title: string, less: string, more: string, number: Wording['number'] = threeDigits): Wording {
  return { title, less, more, number };
}

/** 12345 as `12,345`, 12.345 as `12.3`, 0.0012345 as `0.00123`. */
function threeDigits(value: number): string {
  if (Math.abs(value) >= 999.5) return String(Math.round(value)).replace(/\B(?=(\d{3})+$)/g, ',');
  return String(Number(value.toPrecision(3)));
}

/** The clear ones one by one, then the others by the points between which they are. */
export function crossoverSentences(title: string, own: readonly Crossover[]): readonly string[] {
  const clear = own.flatMap((each) => (each.kind === 'clear' ? [`${title}: ${clearText(each)}`] : []));
  const unclear = new Map<string, string[]>();
  for (const { kind, between, before, after } of own) {
    if (kind === 'clear') continue;
    const place = between.join(' and ');
    unclear.set(place, [...(unclear.get(place) ?? []), `${before} and ${after}`]);
  }
  const others = [...unclear].map(
    ([place, pairs]) => `${title}: no clear crossover between ${place}: ${listed(pairs)}`,
  );
  return [...clear, ...others];
}

function clearText({ metric, before, after, between, at, low, high }: Extract<Crossover, { kind: 'clear' }>): string {
  const { less, more } = wordings[metric];
  const interval = `95 % interval ${threeDigits(low)} to ${threeDigits(high)}`;
  const certain = `certain at ${between.map(String).join(' and ')}`;
  return `below ${threeDigits(at)} ${before} ${less} than ${after}; above it ${more} (${interval}, ${certain})`;
}

const maxPairs = 6;

function listed(pairs: readonly string[]): string {
  const more = pairs.length - maxPairs;
  return `${pairs.slice(0, maxPairs).join(', ')}${more > 0 ? ` and ${String(more)} pairs more` : ''}`;
}
