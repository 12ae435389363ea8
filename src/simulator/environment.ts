/** The numbers of the simulated world that no strategy or workload chooses. Reports print them with the tables. */

import { milliseconds, seconds, type Micros } from '../contract/index.ts';

export interface Environment {
  /** One-way latency of a message: log-normal with this median and shape, in order on each link. */
  readonly networkMedianMicros: Micros;
  readonly networkSigma: number;
  /** From an append to its durability. */
  readonly syncMicros: Micros;
  /** How often a replica is asked for a round of anti-entropy. */
  readonly gossipMicros: Micros;
  /** Durable changes of a disk between two backups of it. */
  readonly backupEvery: number;
  /** An agent gives up a turn after this many attempts ended in a conflict. */
  readonly maxConflicts: number;
  /** An agent gives up a turn after this many restarts on it (hermes). */
  readonly maxRestarts: number;
}

export const environment: Environment = {
  networkMedianMicros: milliseconds(10),
  networkSigma: 0.5,
  syncMicros: milliseconds(2),
  gossipMicros: seconds(5),
  backupEvery: 4,
  maxConflicts: 20,
  maxRestarts: 3,
};

/** Bounds that turn an endless trial into a verdict. */
export const bounds = {
  /** Tasks of one trial. */
  events: 20_000_000,
  /** Virtual time for the agents, as a multiple of their own time one after another, plus a constant for leases to run out. */
  slowdown: 4,
  graceMicros: seconds(3 * 3600),
  /** Rounds of anti-entropy after the agents are done. */
  restRounds: 1_000,
  /** Quiet rounds after which equal replicas are at rest, and after which unequal ones are given up as diverged. */
  quietRounds: 2,
  divergedRounds: 24,
  /** Times a finished turn is opened again: one that goes on after that goes round in circles with others. */
  reopenings: 64,
} as const;
