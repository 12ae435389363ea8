/** Workloads looked at without a trial: what they draft, and what their laws say of evidence made by hand. */

import {
  agentAt,
  field,
  transactionId,
  writeId,
  writeNumber,
  type Change,
  type Contention,
  type DocumentState,
  type FieldState,
  type InvariantEvidence,
  type View,
  type Workload,
  type Write,
  type WriteDraft,
} from '../../src/contract/index.ts';
import { createStreams } from '../../src/random/index.ts';
import { workloads } from '../../workloads/index.ts';
import { defaultModel } from '../../src/simulator/index.ts';

export const nothing: View = { fields: [], escalations: [] };

/** Nobody met anybody. */
export const quiet: Contention = { overlappingTurns: 0, byField: new Map(), handovers: new Map() };

export function named(name: string): Workload {
  const workload = workloads.find((one) => one.name === name);
  if (workload === undefined) throw new Error(`there is no workload ${name}`);
  return workload;
}

export function draftsOf(workload: Workload, agents = workload.agents.default): readonly (readonly WriteDraft[])[] {
  const plan = workload.plan({ agents, random: createStreams('cases'), model: defaultModel });
  return plan.agents.map(({ turns }) => turns.flatMap(({ steps }) => steps.flatMap((step) => step.write(nothing))));
}

export function written(seat: number, turn: number, name: string, change: Change): Write {
  const agent = agentAt(seat);
  const id = writeId(transactionId(agent, turn), 0);
  return { id, agent, number: writeNumber(turn, 0), attempt: 1, field: field(name), ...change };
}

export const state = (...fields: FieldState[]): DocumentState => ({ fields, escalations: [], resolutions: [] });

export function violations(workload: Workload, evidence: Partial<InvariantEvidence>): (string | null)[] {
  const complete = { finals: [], committed: [], unknown: [], ...evidence };
  return workload.invariants.map((invariant) => invariant.violation(complete));
}
