/** What a caller can decide by. */
export const exitCodes = {
  /** All promises kept. */
  kept: 0,
  /** A promise broken, a trial failed, or the suite saw less than it must. */
  broken: 1,
  /** Wrong usage or bad input. */
  badInput: 2,
  /** The harness itself failed, or was stopped before it could decide. */
  undecided: 3,
} as const;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];
