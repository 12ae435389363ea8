/** Whether the state names the true authors of what survived. Counters and texts name none. */

import type { FieldState } from '../contract/index.ts';
import type { Case } from './case.ts';
import type { JudgedField } from './judged.ts';
import { initialParts, partsIn, partsOf } from './values.ts';

export interface Attribution {
  /** Surviving scalars, set elements and lines, by write. */
  readonly surviving: number;
  /** Those that some replica attributes to somebody who never issued such a value, or to nobody. */
  readonly wrong: number;
}

export function checkAttribution({ finals }: Case, fields: readonly JudgedField[]): Attribution {
  let surviving = 0;
  let wrong = 0;
  for (const field of fields) {
    const survivors = field.writes.filter(({ fate, issued }) => fate === 'survived' && issued.parts.length > 0);
    if (survivors.length === 0) continue;
    surviving += survivors.length;
    const misattributed = misattributedParts(
      field,
      finals.map((final) => final.fields.get(field.fieldCase.field)),
    );
    if (misattributed.size === 0) continue;
    wrong += survivors.filter(({ issued }) => issued.parts.some((part) => misattributed.has(part))).length;
  }
  return { surviving, wrong };
}

/** An equal value may bear the name of anybody who issued it; an initial one bears none. */
function misattributedParts(
  { fieldCase }: JudgedField,
  states: readonly (FieldState | undefined)[],
): ReadonlySet<string> {
  const issuers = new Set<string>();
  for (const { versions } of fieldCase.writes) {
    for (const version of versions) for (const part of partsOf(version)) issuers.add(`${version.id} ${part}`);
  }
  for (const part of initialParts(fieldCase.declaration)) issuers.add(`null ${part}`);
  const wrong = new Set<string>();
  for (const state of states) {
    for (const { part, author } of partsIn(state)) if (!issuers.has(`${String(author)} ${part}`)) wrong.add(part);
  }
  return wrong;
}
