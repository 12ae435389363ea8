/** Items that many agents put and get, over any strategy. */

export { FieldItems } from './field-items.ts';
export { copyItem } from './input.ts';
export type { FieldKind, KindSchema } from './kinds.ts';
export type { ItemId, JsonObject, Part } from './node.ts';
export type {
  Leaf,
  PutOutcome,
  Settlement,
  StoreContender,
  StoreEscalation,
  StoreItem,
  StoreResolution,
} from './outcome.ts';
export { forgetfulDisk } from './network.ts';
export { Store, type StoreChange, type StoreOptions } from './store.ts';
export type { StoreHost } from './turns.ts';
