/** Small lists that are always kept in order, so that equal contents are equal lists, and that nobody ever changes. */

/** Negative, 0 or positive, by code units. */
export function compared(one: string, other: string): number {
  if (one === other) return 0;
  return one < other ? -1 : 1;
}

/** The list with this entry, instead of the one that stands at its place in the order if there is one. Expects it in order. */
export function put<Entry>(
  list: readonly Entry[],
  entry: Entry,
  order: (one: Entry, other: Entry) => number,
): readonly Entry[] {
  let [low, high] = [0, list.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    const distance = order(list[middle] as Entry, entry);
    if (distance === 0) return list.with(middle, entry);
    if (distance < 0) low = middle + 1;
    else high = middle;
  }
  return list.toSpliced(low, 0, entry);
}

/** The order of entries of which there is one per machine. */
export function byReplica(one: { readonly replica: string }, other: { readonly replica: string }): number {
  return compared(one.replica, other.replica);
}

/** The order of entries of which there is one per field. */
export function byField(one: { readonly field: string }, other: { readonly field: string }): number {
  return compared(one.field, other.field);
}
