/** What a click on something shows. */

/** Something of which a trial can be shown, and what stands in the address while it is. */
export interface Subject {
  readonly hash: string;
  readonly title: string;
  readonly about: string;
  /** What was promised and doesn't hold. */
  readonly broken: string | null;
  readonly trial: ShownTrial | null;
}

export interface ShownTrial {
  readonly heading: string;
  /** What is wrong with it; null: nothing, or what its ending says. */
  readonly evidence: string | null;
  readonly command: string;
  /** Position of its diagram in the page; null if it has none. */
  readonly diagram: number | null;
}
