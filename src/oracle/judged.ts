/** The writes of a field, each with its fate and what the fate rests on. */

import type { Fate } from '../contract/index.ts';
import type { FieldCase, Issued } from './issued.ts';
import type { Knowledge } from './knowledge.ts';
import type { Presence } from './presence.ts';

export interface JudgedWrite {
  readonly issued: Issued;
  readonly fate: Fate;
  readonly presence: Presence;
  /** A write that replaced it knowingly. */
  readonly replacedBy: Issued | null;
}

export interface JudgedField {
  readonly fieldCase: FieldCase;
  readonly writes: readonly JudgedWrite[];
  /** Worked out when it is first asked for. */
  readonly knowledge: () => Knowledge;
}
