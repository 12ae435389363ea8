/** Which promises were broken, each with its first evidence. */

import {
  conditionsOf,
  coversFaults,
  exclusions,
  promiseNames,
  type AnomalyVerdict,
  type Attempt,
  type BrokenPromise,
  type History,
  type InvariantName,
  type Plan,
  type PromiseName,
  type Promises,
  type PromiseScope,
  type ProtocolVerdict,
} from '../contract/index.ts';
import type { Case } from './case.ts';
import type { Dependency } from './dependencies.ts';
import type { EscalationReport } from './escalations.ts';
import type { JudgedField, JudgedWrite } from './judged.ts';
import type { PresenceReport } from './presence.ts';
import { findRankViolation } from './rank-order.ts';
import { reasonFor } from './reasons.ts';
import { describeCycle } from './serializability.ts';
import { quoteChange } from './values.ts';

export interface FaultFacts {
  readonly name: string;
  readonly survivable: boolean;
}

interface Findings {
  readonly opened: Case;
  /** Null where the scripts of the agents aren't known. */
  readonly plan: Plan | null;
  readonly fields: readonly JudgedField[];
  readonly presence: PresenceReport;
  readonly escalations: EscalationReport;
  readonly anomalies: AnomalyVerdict;
  /** Of dependencies, any. */
  readonly cycle: () => readonly Dependency[] | null;
}

/** A void trial breaks no promise: it says nothing about the strategy's merging. */
export function findBrokenPromises(
  promises: Promises,
  faults: FaultFacts,
  findings: Findings,
): readonly BrokenPromise[] {
  if (findings.opened.history.failure !== null) return [];
  const broken: BrokenPromise[] = [];
  for (const promise of promiseNames) {
    if (!isMade(promises[promise], faults, findings.opened.history)) continue;
    const evidence = evidenceAgainst(promise, findings) ?? excludedAnomaly(promise, findings.anomalies);
    if (evidence !== null) broken.push({ promise, evidence });
  }
  return broken;
}

/** Invariants of whole turns hold where they are promised. What they judge is what a turn can break them by. */
export function promisedInvariants(
  promises: Promises,
  faults: FaultFacts,
  history: History,
  broken: readonly BrokenPromise[],
): readonly ProtocolVerdict[] {
  const { attempts, agentsDoneAt } = history;
  const verdict = (invariant: InvariantName, promise: PromiseName, turns: readonly Attempt[]): ProtocolVerdict => {
    const found = broken.find((candidate) => candidate.promise === promise);
    const violation = { invariant, index: null, at: agentsDoneAt, replica: null, event: null };
    return {
      invariant,
      judged: isMade(promises[promise], faults, history) ? turns.length : 0,
      violation: found === undefined ? null : { ...violation, violation: found.evidence },
    };
  };
  const committed = attempts.filter(({ outcome }) => outcome?.kind === 'committed');
  return [
    verdict(
      'AllOrNothing',
      'allOrNothing',
      attempts.filter(({ writes }) => writes.length > 1),
    ),
    verdict('NoSkew', 'serializable', committed),
    verdict('RankOrder', 'serialInRankOrder', committed),
  ];
}

function isMade(scope: PromiseScope, faults: FaultFacts, { notices }: History): boolean {
  if (!coversFaults(scope, faults)) return false;
  return conditionsOf(scope)?.given === null || !notices.some(({ misjudged }) => misjudged);
}

function evidenceAgainst(
  promise: PromiseName,
  { opened, plan, fields, presence, escalations, cycle }: Findings,
): string | null {
  switch (promise) {
    case 'converges':
      return divergence(opened);
    case 'keepsCommittedWrites':
      return firstWith('lost', fields, opened);
    case 'keepsRefusedOut':
      return firstWith('phantom', fields, opened);
    case 'exactlyOnce':
      return duplicate(presence);
    // What is torn is an anomaly, see below.
    case 'allOrNothing':
      return null;
    case 'escalatesTruly':
      return escalations.evidence[0] ?? null;
    case 'serializable':
      return sentenceOf(cycle());
    case 'serialInRankOrder':
      return plan === null ? null : findRankViolation(opened, plan);
    case 'neverWaits':
      return wait(opened.history);
  }
}

/** The promise says that there is no such thing, and there is. */
function excludedAnomaly(promise: PromiseName, { found }: AnomalyVerdict): string | null {
  const broken = found.find(({ anomaly }) => {
    const excluding = exclusions[anomaly];
    return excluding !== 'always' && excluding.includes(promise);
  });
  return broken?.evidence ?? null;
}

function sentenceOf(cycle: readonly Dependency[] | null): string | null {
  return cycle === null ? null : describeCycle(cycle);
}

function divergence({ history, finals }: Case): string | null {
  if (history.restAt === null) return 'the replicas did not come to rest';
  const [first, other] = finals;
  if (first === undefined || other === undefined) return null;
  return `${first.replica} and ${other.replica} show different states at rest`;
}

function firstWith(fate: JudgedWrite['fate'], fields: readonly JudgedField[], { finals }: Case): string | null {
  for (const field of fields) {
    const found = field.writes.find((write) => write.fate === fate);
    if (found === undefined) continue;
    const { write } = found.issued;
    return `${write.id} (${write.field}: ${quoteChange(write)}) is ${fate}: ${reasonFor(found, field, finals)}`;
  }
  return null;
}

function duplicate({ duplicatesByField }: PresenceReport): string | null {
  const [found] = duplicatesByField;
  if (found === undefined) return null;
  return `${found.field} on ${found.replica} holds something that was issued once more often than once (${String(found.duplicates)} in all)`;
}

/** In a recorded session the agents wait for what they had seen: that is not the strategy's doing. */
function wait({ attempts }: History): string | null {
  const found = attempts.find(({ waited, tx }) => waited && tx.sees === undefined);
  if (found === undefined) return null;
  return `attempt ${String(found.tx.attempt)} of ${found.tx.id} was answered only after another machine or a timer`;
}
