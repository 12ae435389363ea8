/** State that many agents share, for programs: `lostwrites/shared-state`. */

export { FolderInUseError, type Damage } from '../live/index.ts';
export type {
  FieldKind,
  JsonObject,
  KindSchema,
  Leaf,
  Part,
  PutOutcome,
  Settlement,
  StoreContender,
  StoreEscalation,
  StoreResolution,
} from '../store/index.ts';
export { loro } from '../../strategies/loro.ts';
export { occ } from '../../strategies/occ.ts';
export { yjs } from '../../strategies/yjs.ts';
export {
  openSharedState,
  type AgentState,
  type ChangeListener,
  type SharedState,
  type SharedStateOptions,
} from './shared-state.ts';
