/** What the search for anomalies looks at: what the rest of the oracle has worked out already. */

import type { Contention, FateCounts, Plan, ProtocolVerdict } from '../../contract/index.ts';
import type { Case } from '../case.ts';
import type { Span } from '../contention.ts';
import type { Dependencies, Dependency } from '../dependencies.ts';
import type { JudgedField } from '../judged.ts';
import type { PresenceReport } from '../presence.ts';

export interface Scene {
  readonly opened: Case;
  /** Null where the scripts of the agents aren't known. */
  readonly plan: Plan | null;
  readonly fields: readonly JudgedField[];
  readonly presence: PresenceReport;
  readonly counts: FateCounts;
  readonly contention: Contention;
  /** The turns, in the order in which they began. */
  readonly spans: readonly Span[];
  readonly protocol: readonly ProtocolVerdict[];
  /** Worked out when they are first asked for. */
  readonly dependencies: () => Dependencies;
  /** Any cycle of them; worked out when it is first asked for. */
  readonly cycle: () => readonly Dependency[] | null;
}

/** How often an anomaly was found, and the first one in a sentence. */
export interface Finding {
  readonly count: number;
  readonly evidence: string;
}

/** From one sentence each; null if there are none. */
export function findingOf(sentences: readonly string[]): Finding | null {
  const [evidence] = sentences;
  return evidence === undefined ? null : { count: sentences.length, evidence };
}
