/**
 * A run as the JSON that benchmark dashboards read under the name `customSmallerIsBetter`: exact sums over the trials of each
 * strategy and fault profile, for those gauges of which less is better and that people follow over time. A canary is there to
 * lose, so it has no place on it.
 */

import type { RunReport } from '../src/contract/index.ts';
import { gauges, type GaugeName } from '../src/metrics/gauges.ts';

const followed: readonly GaugeName[] = [
  'failed',
  'brokenPromises',
  'protocolViolations',
  'lost',
  'phantom',
  'duplicates',
  'misattributed',
  'escalations.false',
  'escalations.missed',
  'gaveUp',
  'latencyMs.p99',
  'blockedMs',
  'tokens',
  'usd',
];

const units = { flag: 'trials', count: 'count', bytes: 'bytes', ms: 'ms', usd: 'USD' } as const;

export function dashboard({ suite, cells, configuration }: RunReport): string {
  const canaries = new Set(suite.strategies.filter(({ canary }) => canary).map(({ label }) => label));
  const shown = gauges.filter(({ name }) => followed.includes(name));
  const points = cells
    .filter(({ strategy }) => !canaries.has(strategy))
    .flatMap((cell) =>
      shown.flatMap(({ name, unit, ofCell }) => {
        const value = ofCell(cell);
        if (value === null) return [];
        const extra = `${String(cell.trials)} trials, configuration ${configuration}`;
        return [{ name: `${cell.strategy} / ${cell.faults} / ${name}`, unit: units[unit], value, extra }];
      }),
    );
  return `${JSON.stringify(points, null, 2)}\n`;
}
