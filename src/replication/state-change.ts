/** What has changed from one state of a document to the next, so that only that has to travel. */

import type { DocumentState, Escalation, FieldName, FieldState, Resolution } from '../contract/index.ts';
import { areSame, byField } from '../document/index.ts';

export interface StateChange {
  readonly fields: readonly FieldState[];
  readonly removed: readonly FieldName[];
  /** Null when they are the same. */
  readonly escalations: readonly Escalation[] | null;
  /** How many resolutions stay; the others are these. */
  readonly resolutionsKept: number;
  readonly resolutions: readonly Resolution[];
}

export const emptyState: DocumentState = { fields: [], escalations: [], resolutions: [] };

/** Parts are compared by identity: a part that hasn't changed should be the same object, or it travels for nothing. */
export function changeBetween(before: DocumentState, after: DocumentState): StateChange {
  const known = new Set(before.fields);
  const names = new Set(after.fields.map(({ field }) => field));
  const same = before.resolutions.findIndex((resolution, index) => resolution !== after.resolutions[index]);
  const resolutionsKept = same < 0 ? before.resolutions.length : same;
  return {
    fields: after.fields.filter((state) => !known.has(state)),
    removed: before.fields.map(({ field }) => field).filter((name) => !names.has(name)),
    escalations: areSame(before.escalations, after.escalations) ? null : after.escalations,
    resolutionsKept,
    resolutions: after.resolutions.slice(resolutionsKept),
  };
}

interface Applied {
  readonly before: DocumentState;
  readonly after: DocumentState;
}

const applied = new WeakMap<StateChange, Applied>();

/** Many take in the same change of the same state: what comes of it is worked out once, and is the same object for all. */
export function applyChange(before: DocumentState, change: StateChange): DocumentState {
  const known = applied.get(change);
  if (known?.before === before) return known.after;
  const after = changed(before, change);
  applied.set(change, { before, after });
  return after;
}

function changed(before: DocumentState, change: StateChange): DocumentState {
  const replaced = new Set([...change.removed, ...change.fields.map(({ field }) => field)]);
  const kept = before.fields.filter(({ field }) => !replaced.has(field));
  return {
    fields: [...kept, ...change.fields].sort(byField),
    escalations: change.escalations ?? before.escalations,
    resolutions: [...before.resolutions.slice(0, change.resolutionsKept), ...change.resolutions],
  };
}
