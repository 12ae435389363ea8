/** What the page shows of a cell, in the order of the table's columns. All of it is virtual and repeats exactly. */

import { dollars, duration, percent, whole } from '../wording.ts';

export type Unit = 'count' | 'average' | 'share' | 'ms' | 'usd';

export interface Measure {
  readonly name: string;
  readonly title: string;
  readonly unit: Unit;
}

/** Names are those of the gauges; some are means over trials here, and two are made of several. */
export const measures = [
  { name: 'lostShare', title: 'lost', unit: 'share' },
  { name: 'lost', title: 'lost writes', unit: 'count' },
  { name: 'phantom', title: 'refused, yet there', unit: 'count' },
  { name: 'duplicates', title: 'duplicates', unit: 'count' },
  { name: 'misattributed', title: 'misattributed', unit: 'count' },
  { name: 'escalations.raised', title: 'escalations', unit: 'count' },
  { name: 'escalations.false', title: 'false alarms', unit: 'count' },
  { name: 'escalations.missed', title: 'missed conflicts', unit: 'count' },
  { name: 'gaveUp', title: 'turns given up', unit: 'count' },
  { name: 'latencyMs.p50', title: 'commit p50', unit: 'ms' },
  { name: 'latencyMs.p95', title: 'commit p95', unit: 'ms' },
  { name: 'latencyMs.p99', title: 'commit p99', unit: 'ms' },
  { name: 'latencyMs.max', title: 'commit max', unit: 'ms' },
  { name: 'makespanMs', title: 'time per trial', unit: 'ms' },
  { name: 'blockedMs', title: 'waiting per trial', unit: 'ms' },
  { name: 'wastedThinkMs', title: 'wasted thinking per trial', unit: 'ms' },
  { name: 'attempts', title: 'attempts per trial', unit: 'average' },
  { name: 'calls', title: 'model calls per trial', unit: 'average' },
  { name: 'tokens', title: 'tokens per trial', unit: 'average' },
  { name: 'usd', title: 'dollars per trial', unit: 'usd' },
  { name: 'messages', title: 'messages per trial', unit: 'average' },
] as const satisfies readonly Measure[];

export type MeasureName = (typeof measures)[number]['name'];

export function measureNamed(name: MeasureName): Measure & { readonly index: number } {
  const index = measures.findIndex((measure) => measure.name === name);
  const found: Measure | undefined = measures[index];
  if (found === undefined) throw new Error(`no measure is called ${name}`);
  return { ...found, index };
}

export function valueText(unit: Unit, value: number | null): string {
  if (value === null) return '–';
  switch (unit) {
    case 'count':
      return whole(value);
    case 'average':
      return value !== 0 && value < 10 ? value.toFixed(1) : whole(value);
    case 'share':
      return `${percent(value)} %`;
    case 'ms':
      return duration(value);
    case 'usd':
      return value > 0 && value < 0.1 ? value.toFixed(4) : dollars(value);
  }
}
