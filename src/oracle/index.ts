/**
 * The oracle: what the agents meant, what they were told and what is at rest, and from these alone what became of every
 * write. It never asks a strategy.
 */

import type {
  History,
  InvariantEvidence,
  Plan,
  Promises,
  Told,
  Verdict,
  Workload,
  WorkloadInvariant,
  Write,
} from '../contract/index.ts';
import { findAnomalies } from './anomalies/index.ts';
import { checkAttribution } from './attribution.ts';
import type { Case } from './case.ts';
import { openCase } from './case.ts';
import { measureContention, turnSpans } from './contention.ts';
import { findDependencies } from './dependencies.ts';
import { checkEscalations } from './escalations.ts';
import { countFates, judgeFields, reportFates } from './fates.ts';
import { findInvented } from './invented.ts';
import { outcomeOf } from './outcome.ts';
import { findPresences } from './presence.ts';
import type { FaultFacts } from './promises.ts';
import { findBrokenPromises, promisedInvariants } from './promises.ts';
import { checkProtocol } from './protocol/index.ts';
import { findCycle } from './serializability.ts';

export interface Hearing {
  readonly history: History;
  /** What the agents set out to do. */
  readonly plan: Plan | null;
  readonly workload: Pick<Workload, 'invariants' | 'exercised'>;
  readonly promises: Promises;
  readonly faults: FaultFacts;
}

/** Pure: the same history gives the same verdict. Throws if the fates don't add up, which is a bug of the oracle. */
export function judge({ history, plan, workload, promises, faults }: Hearing): Verdict {
  const opened = openCase(history);
  const presence = findPresences(opened);
  const fields = judgeFields(opened, presence);
  const fates = reportFates(opened, fields);
  const counts = countFates(fates, opened.issued.length);
  const escalations = checkEscalations(opened, fields);
  const spans = turnSpans(history);
  const contention = measureContention(spans);
  const converged = opened.finals.length <= 1;
  const brokenInvariants = findBrokenInvariants(opened, workload);
  const { duplicates } = presence;
  const protocol = checkProtocol(history.observations);
  const dependencies = onDemand(() => findDependencies(opened, plan));
  const cycle = onDemand(() => findCycle(dependencies()));
  const shared = { opened, plan, fields, presence, cycle };
  const anomalies = findAnomalies({ dependencies, counts, contention, spans, protocol, ...shared });
  const brokenPromises = findBrokenPromises(promises, faults, { escalations, anomalies, ...shared });
  return {
    fates,
    counts,
    converged,
    duplicates,
    attribution: checkAttribution(opened, fields),
    escalations: {
      raised: escalations.raised,
      true: escalations.true,
      false: escalations.false,
      missed: escalations.missed,
    },
    anomalies,
    brokenPromises,
    brokenInvariants,
    protocol: [...protocol, ...promisedInvariants(promises, faults, history, brokenPromises)],
    contention,
    exercised: workload.exercised(contention),
    outcome: outcomeOf({ counts, converged, duplicates, brokenInvariants, contention }, opened),
  };
}

/** Worked out once, and only if somebody asks. */
function onDemand<Value>(work: () => Value): () => Value {
  let done: { readonly value: Value } | null = null;
  return () => (done ??= { value: work() }).value;
}

/** The oracle's own law stands first; the workload's are asked of every replica. */
function findBrokenInvariants(opened: Case, { invariants }: Hearing['workload']): Verdict['brokenInvariants'] {
  const toldWrites = (told: Told): readonly Write[] =>
    opened.issued.filter((issued) => issued.told === told).map(({ write }) => write);
  const evidence: InvariantEvidence = {
    finals: opened.history.finals.map(({ state }) => state),
    committed: toldWrites('committed'),
    unknown: toldWrites('nothing'),
  };
  const law: WorkloadInvariant = { name: 'nothing invented', violation: () => findInvented(opened) };
  return [law, ...invariants].flatMap((invariant) => {
    const violation = invariant.violation(evidence);
    return violation === null ? [] : [{ name: invariant.name, violation }];
  });
}
