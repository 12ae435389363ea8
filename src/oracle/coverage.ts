/** Whether a replica's escalations and resolutions carry a write. A claim counts only if the write's own value stands in it. */

import type { Change, DocumentState, FieldName, FieldState, Json, Write } from '../contract/index.ts';
import { canonicalJson, equalJson } from '../contract/index.ts';
import { count, partsIn, partsOf } from './values.ts';

/** What the open escalations and the resolutions on one field of one replica carry. */
export interface Coverage {
  readonly escalated: ReadonlySet<string>;
  readonly resolved: ReadonlySet<string>;
}

const nothing: Coverage = { escalated: new Set(), resolved: new Set() };

/** By field; a field without escalations and resolutions is not listed. */
export function coverageOf(state: DocumentState): ReadonlyMap<FieldName, Coverage> {
  const byField = new Map<FieldName, { escalated: Set<string>; resolved: Set<string> }>();
  const ofField = (field: FieldName): { escalated: Set<string>; resolved: Set<string> } => {
    const known = byField.get(field) ?? { escalated: new Set(), resolved: new Set() };
    byField.set(field, known);
    return known;
  };
  for (const { field, contenders } of state.escalations) {
    for (const write of contenders) if (write.field === field) ofField(field).escalated.add(coverKey(write));
  }
  for (const { field, kept, value, discarded } of state.resolutions) {
    const { resolved } = ofField(field);
    if (kept !== null) resolved.add(keptKey(kept, value)).add(`scalar ${canonicalJson(value)}`);
    for (const write of discarded) if (write.field === field) resolved.add(coverKey(write));
  }
  return byField;
}

export function isEscalatedIn(write: Write, coverage: Coverage = nothing): boolean {
  return coverage.escalated.size > 0 && coverage.escalated.has(coverKey(write));
}

export function isResolvedIn(write: Write, coverage: Coverage = nothing): boolean {
  if (coverage.resolved.size === 0) return false;
  return (
    coverage.resolved.has(coverKey(write)) ||
    (write.kind !== 'text' && coverage.resolved.has(keptKey(write.id, write.value)))
  );
}

/** Whether the state holds the write's value anywhere: in the field, in an escalation or in a resolution. */
export function carries(state: DocumentState, write: Write): boolean {
  const field = state.fields.find((candidate) => candidate.field === write.field);
  if (field !== undefined && contains(field, write)) return true;
  const coverage = coverageOf(state).get(write.field);
  return isEscalatedIn(write, coverage) || isResolvedIn(write, coverage);
}

/** Whether all parts of a change stand in a field. Never for counters and texts, whose writes can't be told apart there. */
export function contains(state: FieldState, change: Change): boolean {
  const parts = partsOf(change);
  if (state.kind !== change.kind || state.kind === 'counter' || state.kind === 'text') return false;
  const standing = count(partsIn(state).map(({ part }) => part));
  return [...count(parts)].every(([part, times]) => (standing.get(part) ?? 0) >= times);
}

/**
 * Equal keys satisfy each other. Two increments by the same amount, or two equal edits, are still two writes: those are
 * covered by their own id alone.
 */
function coverKey(write: Write): string {
  switch (write.kind) {
    case 'scalar':
      return `scalar ${canonicalJson(write.value)}`;
    case 'grow_set':
      return `grow_set ${JSON.stringify(partsOf(write).toSorted())}`;
    case 'append_text':
      return `append_text ${JSON.stringify(write.value)}`;
    case 'counter':
      return `counter ${write.id} ${String(write.value)}`;
    case 'text':
      return `text ${write.id} ${canonicalJson(write.value.edits.map((edit) => ({ ...edit })))}`;
  }
}

function keptKey(kept: string, value: Json): string {
  return `kept ${kept} ${canonicalJson(value)}`;
}

export function sameValue(one: Change, other: Change): boolean {
  if (one.kind !== other.kind || one.kind === 'text' || other.kind === 'text') return false;
  return one.kind === 'grow_set'
    ? equalJson(partsOf(one).toSorted(), partsOf(other).toSorted())
    : equalJson(one.value, other.value);
}
