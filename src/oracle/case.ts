/** What the oracle works on: the writes by field, and the final states that differ from each other. */

import type { DocumentState, FieldName, FieldState, History, ReplicaId } from '../contract/index.ts';
import { canonicalState } from '../document/canonical-state.ts';
import type { Coverage } from './coverage.ts';
import { coverageOf } from './coverage.ts';
import type { FieldCase, Issued } from './issued.ts';
import { collectIssued, groupByField } from './issued.ts';

/** A final state, with the first of the replicas that show it. */
export interface FinalState {
  readonly replica: ReplicaId;
  readonly state: DocumentState;
  readonly fields: ReadonlyMap<FieldName, FieldState>;
  readonly coverage: ReadonlyMap<FieldName, Coverage>;
}

export interface Case {
  readonly history: History;
  readonly issued: readonly Issued[];
  readonly fields: readonly FieldCase[];
  /** Distinct ones only: one if the replicas have converged. */
  readonly finals: readonly FinalState[];
}

export function openCase(history: History): Case {
  const issued = collectIssued(history);
  return { history, issued, fields: groupByField(issued, history), finals: distinctFinals(history) };
}

function distinctFinals({ finals }: History): readonly FinalState[] {
  const distinct = new Map<string, FinalState>();
  let before: DocumentState | null = null;
  for (const { replica, state } of finals) {
    if (state === before) continue;
    before = state;
    const text = canonicalState(state);
    if (distinct.has(text)) continue;
    const fields = new Map(state.fields.map((field) => [field.field, field]));
    distinct.set(text, { replica, state, fields, coverage: coverageOf(state) });
  }
  return [...distinct.values()];
}
