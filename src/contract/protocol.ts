/** What a strategy reports of its own protocol, for the protocol invariants and the diagrams. Fates never depend on it. */

import type { AgentId, FieldName, ReplicaId } from './ids.ts';

export type ReclaimTrigger = 'heartbeat' | 'max-hold' | 'expired' | 'deadlock';

export type ProtocolEvent =
  | { readonly kind: 'grant'; readonly field: FieldName; readonly holder: AgentId; readonly token: number }
  | { readonly kind: 'release'; readonly field: FieldName; readonly holder: AgentId; readonly token: number }
  | { readonly kind: 'reclaim'; readonly field: FieldName; readonly holder: AgentId; readonly trigger: ReclaimTrigger }
  | {
      readonly kind: 'accept';
      readonly field: FieldName;
      readonly holder: AgentId;
      readonly version: number;
      readonly token: number | null;
    }
  | {
      readonly kind: 'epoch';
      readonly owner: ReplicaId;
      readonly major: number;
      readonly generation: number;
      readonly active: boolean;
    };
