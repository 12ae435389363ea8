/** What has changed from one state of a document to the next, so that only that has to travel. */

import type { DocumentState, Escalation, FieldName, FieldState, Resolution } from '../contract/index.ts';
import { areSame, byField } from '../document/index.ts';

/** What isn't there has stayed as it was. */
export interface StateChange {
  readonly fields: readonly FieldState[];
  readonly removed?: readonly FieldName[];
  readonly escalations?: readonly Escalation[];
  /** The first `kept` of them stay, and these follow. */
  readonly resolutions?: { readonly kept: number; readonly added: readonly Resolution[] };
}

export const emptyState: DocumentState = { fields: [], escalations: [], resolutions: [] };

/** Parts are compared by identity: a part that hasn't changed should be the same object, or it travels for nothing. */
export function changeBetween(before: DocumentState, after: DocumentState): StateChange {
  const { fields, removed } = fieldsChanged(before.fields, after.fields);
  return {
    fields,
    ...(removed.length === 0 ? {} : { removed }),
    ...(areSame(before.escalations, after.escalations) ? {} : { escalations: after.escalations }),
    ...(areSame(before.resolutions, after.resolutions)
      ? {}
      : { resolutions: added(before.resolutions, after.resolutions) }),
  };
}

/** Mostly both hold the same fields: then each is looked for in its place only. */
function fieldsChanged(
  before: readonly FieldState[],
  after: readonly FieldState[],
): Required<Pick<StateChange, 'fields' | 'removed'>> {
  const isInPlace = before.length === after.length && before.every(({ field }, place) => after[place]?.field === field);
  if (isInPlace) return { fields: after.filter((state, place) => state !== before[place]), removed: [] };
  const known = new Set(before);
  const names = new Set(after.map(({ field }) => field));
  return {
    fields: after.filter((state) => !known.has(state)),
    removed: before.map(({ field }) => field).filter((name) => !names.has(name)),
  };
}

function added(before: readonly Resolution[], after: readonly Resolution[]): NonNullable<StateChange['resolutions']> {
  const different = before.findIndex((resolution, index) => resolution !== after[index]);
  const kept = different < 0 ? before.length : different;
  return { kept, added: after.slice(kept) };
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

function changed(before: DocumentState, { fields, removed, escalations, resolutions }: StateChange): DocumentState {
  return {
    fields: changedFields(before.fields, fields, removed),
    escalations: escalations ?? before.escalations,
    resolutions:
      resolutions === undefined
        ? before.resolutions
        : [...before.resolutions.slice(0, resolutions.kept), ...resolutions.added],
  };
}

/** Most changes are new states of fields that are there: those stay where they stand. */
function changedFields(
  before: readonly FieldState[],
  states: readonly FieldState[],
  removed: readonly FieldName[] = [],
): readonly FieldState[] {
  const rest = new Map<FieldName, FieldState>();
  for (const state of states) rest.set(state.field, state);
  const fields: FieldState[] = [];
  for (const state of before) {
    const newer = rest.get(state.field);
    if (newer !== undefined) rest.delete(state.field);
    if (newer !== undefined || !removed.includes(state.field)) fields.push(newer ?? state);
  }
  if (rest.size === 0) return fields;
  return [...fields, ...rest.values()].sort(byField);
}
