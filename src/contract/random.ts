/** Named random streams: adding a stream, or a draw to one, shifts no draw of another. */

export interface RandomStream {
  /** The next number in [0, 1). */
  next(): number;
  /** A whole number in [0, bound). */
  below(bound: number): number;
  /** One of the items; throws on an empty list. */
  pick<Item>(items: readonly Item[]): Item;
  /** A new list in random order. */
  shuffle<Item>(items: readonly Item[]): Item[];
  /** True with this probability. */
  chance(probability: number): boolean;
  /** exp(mu + sigma * N(0, 1)). */
  logNormal(mu: number, sigma: number): number;
}

export interface RandomStreams {
  /** The stream with this name; the same name gives the same draws from the start. */
  stream(name: string): RandomStream;
}
