/** What a document needs of a CRDT library: root containers by name, and changes as updates. Each name is used for one kind of container. */

export interface CrdtLibrary {
  /** The entries of a map, in any order. */
  entries(map: string): readonly (readonly [key: string, value: string])[];
  set(map: string, key: string, value: string): void;
  /** The items of a list, in the order that all replicas agree on. */
  items(list: string): readonly string[];
  push(list: string, item: string): void;
  content(text: string): string;
  /** Position and length are within the text and count UTF-16 code units. */
  splice(text: string, position: number, deleted: number, inserted: string): void;
  length(text: string): number;
  /** Makes the changes here as one, and returns the update that makes them elsewhere. */
  change(edit: () => void): Uint8Array;
  apply(updates: readonly Uint8Array[]): void;
  /** Frees what the garbage collector can't. */
  close(): void;
}
