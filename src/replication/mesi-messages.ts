/** What the agents of a MESI protocol and their hub say to each other. */

import type { AgentId, FieldName, FieldState, Write } from '../contract/index.ts';
import type { CopyClaim } from './mesi-directory.ts';

/** How copies of others are kept from being used for too long after a commit. */
export const coherences = ['lazy', 'eager', 'lease', 'access-count', 'broadcast'] as const;
/**
 * - `lazy`: they are invalidated, and fetched again when they are needed
 * - `eager`: whoever ever had one is sent the new content
 * - `broadcast`: everybody is sent the new content
 * - `lease`, `access-count`: nobody is told; a copy is fetched again after a time, or after so many uses
 */
export type Coherence = (typeof coherences)[number];

/** A content as an agent may keep it. */
export interface FieldCopy extends CopyClaim {
  /** Null while the field was never set. */
  readonly state: FieldState | null;
  /** Whose commit made it. */
  readonly author: AgentId | null;
}

/** What a turn has worked with. */
export interface TurnClaim extends CopyClaim {
  /** The agent was shown the content; otherwise only its replica knows it. */
  readonly shown: boolean;
}

/** `claims` are all that the turn has worked with so far. */
export type MesiAsk = { readonly claims: readonly TurnClaim[] } & (
  | {
      readonly kind: 'read';
      readonly fields: readonly FieldName[];
      /** Of these the agent has thrown away a shared copy that was too old. */
      readonly expired: readonly FieldName[];
      /** The turn will not let anybody else change what it reads now. */
      readonly reserves: boolean;
    }
  /** `overwrites`: scalars whose content the agent was not shown. */
  | { readonly kind: 'write'; readonly fields: readonly FieldName[]; readonly overwrites: readonly FieldName[] }
  | { readonly kind: 'commit'; readonly writes: readonly Write[] }
);

export interface MesiReply {
  readonly kind: 'copies';
  readonly copies: readonly FieldCopy[];
}

/**
 * What a client says outside of its requests.
 * - `heartbeat`: it is alive
 * - `recover`: it has started anew, with no copies
 */
export type ClientNote = { readonly kind: 'heartbeat' } | { readonly kind: 'recover' };

/** What the hub says unasked. */
export type HubNote =
  | { readonly kind: 'invalidate'; readonly fields: readonly FieldName[] }
  | { readonly kind: 'update'; readonly copies: readonly FieldCopy[] };
