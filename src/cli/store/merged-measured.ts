/** What was measured in several parts of a run, taken together as if one had come after the other. */

import type { JudgeUse, Measured } from '../../contract/index.ts';

/** At least one part. */
export function mergedMeasured(parts: readonly Measured[], trials: number): Measured {
  const wallSeconds = sum(parts.map((part) => part.wallSeconds));
  const commits = [...new Set(parts.map(({ commit }) => commit))];
  return {
    node: distinct(parts.map(({ node }) => node)),
    platform: distinct(parts.map(({ platform }) => platform)),
    cpu: distinct(parts.map(({ cpu }) => cpu)),
    cores: Math.max(...parts.map(({ cores }) => cores)),
    commit: commits.length === 1 ? (commits[0] ?? null) : null,
    startedAt: parts.map(({ startedAt }) => startedAt).sort()[0] ?? '',
    workers: Math.max(...parts.map(({ workers }) => workers)),
    wallSeconds,
    trialsPerSecond: wallSeconds === 0 ? 0 : trials / wallSeconds,
    peakMemoryMb: Math.max(...parts.map(({ peakMemoryMb }) => peakMemoryMb)),
    judge: mergedUse(parts.flatMap(({ judge }) => judge ?? [])),
  };
}

function mergedUse(uses: readonly JudgeUse[]): JudgeUse | null {
  if (uses.length === 0) return null;
  const spent = uses.flatMap(({ spentUsd }) => spentUsd ?? []);
  const files = uses.flatMap(({ file }) => file ?? []);
  return {
    source: uses.some(({ source }) => source === 'live') ? 'live' : 'recorded',
    file: files.length === 0 ? null : distinct(files),
    asked: sum(uses.map(({ asked }) => asked)),
    recorded: sum(uses.map(({ recorded }) => recorded)),
    spentUsd: spent.length < uses.length ? null : sum(spent),
  };
}

function distinct(texts: readonly string[]): string {
  return [...new Set(texts)].join(', ');
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
