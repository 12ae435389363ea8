/** Values at rest that nobody issued, that the field did not start with, and that no resolution has made up. */

import type { FieldState } from '../contract/index.ts';
import { canonicalJson } from '../contract/index.ts';
import type { Case, FinalState } from './case.ts';
import type { FieldCase } from './issued.ts';
import { initialParts, partsIn, partsOf } from './values.ts';

/** What was invented, in one sentence; null if nothing was. */
export function findInvented({ history, fields, finals }: Case): string | null {
  const cases = new Map(fields.map((fieldCase) => [fieldCase.field, fieldCase]));
  const declarations = new Map(history.schema.fields.map((declaration) => [declaration.field, declaration]));
  for (const final of finals) {
    for (const state of final.state.fields) {
      const fieldCase = cases.get(state.field) ?? {
        field: state.field,
        declaration: declarations.get(state.field) ?? null,
        writes: [],
      };
      const invented = inventedPart(state, fieldCase, final);
      if (invented !== null) return `${final.replica} shows ${invented} in ${state.field}, which nobody wrote`;
    }
  }
  return null;
}

function inventedPart(state: FieldState, fieldCase: FieldCase, { state: { resolutions } }: FinalState): string | null {
  const standing = partsIn(state);
  if (standing.length === 0) return null;
  const known = new Set(initialParts(fieldCase.declaration));
  for (const { versions } of fieldCase.writes)
    for (const version of versions) for (const part of partsOf(version)) known.add(part);
  for (const { field, value } of resolutions) if (field === state.field) known.add(canonicalJson(value));
  return standing.find(({ part }) => !known.has(part))?.part ?? null;
}
