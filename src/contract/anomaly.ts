/**
 * What can go wrong when turns run at the same time. The names are those of the literature where it has one; what each of
 * them means here, and how it is decided, stands in docs/anomalies.md.
 */

import type { PromiseName } from './strategy.ts';

export const anomalyNames = [
  'lost-update',
  'dirty-write',
  'dirty-read',
  'read-skew',
  'write-skew',
  'long-fork',
  'stale-read',
  'torn-transaction',
  'phantom-write',
  'resurrected-write',
  'duplicate',
  'interleaved-text',
  'divergence',
  'two-owners',
] as const;
export type AnomalyName = (typeof anomalyNames)[number];

/** An anomaly that a trial shows. */
export interface FoundAnomaly {
  readonly anomaly: AnomalyName;
  /** How many writes, turns, values or replicas it befell; docs/anomalies.md says which of these. */
  readonly count: number;
  /** The first of them, with fields, writes and values, in one sentence. */
  readonly evidence: string;
}

export interface AnomalyVerdict {
  /** In the order of their names' list. */
  readonly found: readonly FoundAnomaly[];
  /** Those that the trial could have shown, found or not, in the same order. */
  readonly possible: readonly AnomalyName[];
}

/**
 * The promises each of which excludes the anomaly: whoever makes one of them and shows the anomaly has broken it.
 * `always`: an invariant of protocols excludes it, whatever is promised. Empty: nobody is asked to exclude it.
 */
export const exclusions: Readonly<Record<AnomalyName, 'always' | readonly PromiseName[]>> = {
  'lost-update': ['keepsCommittedWrites'],
  'dirty-write': ['keepsCommittedWrites'],
  'dirty-read': ['serializable'],
  'read-skew': ['serializable'],
  'write-skew': ['serializable'],
  'long-fork': ['serializable'],
  'stale-read': [],
  'torn-transaction': ['allOrNothing'],
  'phantom-write': ['keepsRefusedOut'],
  'resurrected-write': ['keepsCommittedWrites'],
  duplicate: ['exactlyOnce'],
  'interleaved-text': [],
  divergence: ['converges'],
  'two-owners': 'always',
};
