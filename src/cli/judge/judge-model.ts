/** The model that judges, as it is named on the command line, and what it costs. */

import type { Prices } from '../../contract/index.ts';
import { models } from '../../simulator/index.ts';
import { InputError } from '../input-error.ts';
import { splitKnobs } from '../options/selector.ts';
import { unknownName } from '../options/nearest.ts';

export interface JudgeModel {
  readonly name: string;
  /** Null: not known, so nothing can be said of what a call costs. */
  readonly prices: Prices | null;
}

const knobNames = ['in', 'out'];

/** `gpt-5-mini`, or `mine:in=0.5:out=2` with its prices in USD per million tokens. */
export function parseJudgeModel(text: string): JudgeModel {
  const { source: name, knobs } = splitKnobs(text);
  if (name === '') throw new InputError(`--judge-model '${text}' names no model: expected name or name:in=0.25:out=2`);
  const given = new Map(knobs.map(([knob, value]) => [knob, readPrice(text, knob, value)]));
  const [usdPerMillionIn, usdPerMillionOut] = [given.get('in'), given.get('out')];
  if (given.size === 0) return { name, prices: publishedPrices(name) };
  if (usdPerMillionIn === undefined || usdPerMillionOut === undefined) {
    throw new InputError(`--judge-model ${text}: both prices are needed, as ${name}:in=0.25:out=2`);
  }
  return { name, prices: { usdPerMillionIn, usdPerMillionOut } };
}

function readPrice(text: string, knob: string, value: string): number {
  if (!knobNames.includes(knob)) throw unknownName('price of --judge-model', knob, knobNames);
  if (/^\d+(\.\d+)?$/.test(value)) return Number(value);
  throw new InputError(`--judge-model ${text}: expected ${knob}= to be USD per million tokens, 0 or more`);
}

function publishedPrices(name: string): Prices | null {
  return models.find((model) => model.name === name)?.prices ?? null;
}

export function priceOf(prices: Prices | null, promptTokens: number, outputTokens: number): number {
  if (prices === null) return 0;
  return (promptTokens * prices.usdPerMillionIn + outputTokens * prices.usdPerMillionOut) / 1_000_000;
}
