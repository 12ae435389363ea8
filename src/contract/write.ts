/** One field's change. Never altered after it is issued. */

import type { AgentId, FieldName, WriteId } from './ids.ts';
import type { Json } from './json.ts';

/** Agent to the highest write number of that agent that is contained. An agent that isn't named contributes nothing. */
export type VersionVector = Readonly<Record<string, number>>;

/** Replace `deleted` characters at `position` by `inserted`. Positions and lengths count Unicode code points. */
export interface TextEdit {
  readonly position: number;
  readonly deleted: number;
  readonly inserted: string;
}

/** Edits, applied one after another, to the version of the text that contained exactly the writes of `basis`. */
export interface TextChange {
  readonly basis: VersionVector;
  readonly edits: readonly TextEdit[];
}

/** What is written, by kind: the new value, the elements or lines or amount added, or the edits. */
export type Change =
  | { readonly kind: 'scalar'; readonly value: Json }
  | { readonly kind: 'grow_set'; readonly value: readonly Json[] }
  | { readonly kind: 'append_text'; readonly value: readonly string[] }
  | { readonly kind: 'counter'; readonly value: number }
  | { readonly kind: 'text'; readonly value: TextChange };

/** A write before it has an identity: what an agent's script returns. */
export type WriteDraft = { readonly field: FieldName } & Change;

/**
 * A turn that is repeated issues its writes under the same `id` and `number` with a higher `attempt`; its value may differ,
 * and the one of the last attempt counts.
 */
export type Write = {
  readonly id: WriteId;
  readonly agent: AgentId;
  readonly number: number;
  readonly attempt: number;
  readonly field: FieldName;
} & Change;
