/** What the end of a trial shows by itself: replicas that differ, and values that should not stand, or not so often. */

import { canonicalJson, type FieldState, type Json } from '../../contract/index.ts';
import { canonicalField } from '../../document/canonical-state.ts';
import type { FinalState } from '../case.ts';
import { count, partsIn, quoteChange, quotePart } from '../values.ts';
import { findingOf, type Finding, type Scene } from './scene.ts';

/** Replicas that differ from the first one count, as far as they differ from each other as well. */
export function findDivergence({ opened: { finals } }: Scene): Finding | null {
  const [first, ...others] = finals;
  const [other] = others;
  if (first === undefined || other === undefined) return null;
  return { count: others.length, evidence: firstDifference(first, other) };
}

function firstDifference(one: FinalState, other: FinalState): string {
  const names = [...new Set([...one.fields.keys(), ...other.fields.keys()])].sort();
  const name = names.find((field) => text(one.fields.get(field)) !== text(other.fields.get(field)));
  if (name === undefined) return `${one.replica} and ${other.replica} list different escalations or resolutions`;
  const [left, right] = [one, other].map(({ fields }) => quotePart(shown(fields.get(name))));
  if (left === right) return `${name} has different authors on ${one.replica} and on ${other.replica}`;
  return `${name} is ${String(left)} on ${one.replica} and ${String(right)} on ${other.replica}`;
}

function text(state: FieldState | undefined): string {
  return state === undefined ? '' : canonicalField(state);
}

function shown(state: FieldState | undefined): string {
  switch (state?.kind) {
    case undefined:
      return 'not set';
    case 'scalar':
    case 'counter':
      return canonicalJson(state.value);
    case 'grow_set':
    case 'append_text':
      return canonicalJson(partsIn(state).map(({ part }): Json => part));
    case 'text':
      return JSON.stringify(state.content);
  }
}

/** What stands more often than it was issued, on the replica with most. */
export function findDuplicates({ opened, presence: { duplicates, duplicatesByField } }: Scene): Finding | null {
  const [found] = duplicatesByField;
  if (found === undefined) return null;
  const { field, replica } = found;
  const state = opened.finals.find((final) => final.replica === replica)?.fields.get(field);
  if (state?.kind === 'counter')
    return {
      count: duplicates,
      evidence: `${field} on ${replica} stands at ${String(state.value)}, which is more than was added`,
    };
  const repeated = [...count(partsIn(state).map(({ part }) => part))].find(([, times]) => times > 1);
  const what =
    repeated === undefined ? 'something' : `${quotePart(repeated[0])} (it stands there ${String(repeated[1])} times)`;
  return { count: duplicates, evidence: `${field} on ${replica} holds ${what} more often than it was issued` };
}

/** Writes that were refused and stand nevertheless. */
export function findPhantoms({ fields, counts }: Scene): Finding | null {
  if (counts.phantom === 0) return null;
  return findingOf(
    fields.flatMap(({ writes }) =>
      writes.flatMap(({ fate, presence, issued: { write, attempt } }) => {
        if (fate !== 'phantom') return [];
        const told = attempt.outcome?.kind ?? 'nothing';
        return [
          `${write.id} (${write.field}: ${quoteChange(write)}) was told ${told}, and stands on ${presence.shownBy ?? 'a replica'}`,
        ];
      }),
    ),
  );
}

/** Of the invariants that say who alone may write, those that were violated. */
export function findTwoOwners({ protocol }: Scene): Finding | null {
  return findingOf(
    protocol.flatMap(({ invariant, violation }) =>
      violation !== null && ownership.includes(invariant) ? [`${invariant}: ${violation.violation}`] : [],
    ),
  );
}

export const ownership: readonly string[] = ['SingleWriter', 'OneOwner'];
