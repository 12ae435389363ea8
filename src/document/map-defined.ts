/** What `of` gives for each item that it gives anything for. For the hot path: `flatMap` pays for each item in the engine's runtime. */
export function mapDefined<Item, Result>(items: Iterable<Item>, of: (item: Item) => Result | undefined): Result[] {
  const results: Result[] = [];
  for (const item of items) {
    const result = of(item);
    if (result !== undefined) results.push(result);
  }
  return results;
}
