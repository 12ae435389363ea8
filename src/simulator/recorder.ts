/** Keeps what the oracle needs, hashes everything, and tells the story when it is asked for. */

import {
  noUse,
  type Attempt,
  type Micros,
  type ModelCall,
  type NoticeTaken,
  type Observation,
  type Outcome,
  type ProtocolEvent,
  type ReplicaId,
  type StoryEvent,
  type StruckFault,
  type Transaction,
  type TransactionId,
  type TrialFailure,
  type TurnEnd,
  type View,
  type Write,
  type ModelUse,
} from '../contract/index.ts';
import { Digest } from './digest.ts';

/** An attempt while it goes on; what the history calls {@link Attempt}. */
export interface OpenAttempt extends Attempt {
  views: View[];
  writes: readonly Write[];
  replaced: Write[];
  /** The attempt has written anew what stood before it. */
  isRepaired: boolean;
  committedAt: Micros | null;
  outcome: Outcome | null;
  endedAt: Micros;
  thinkMicros: Micros;
  uses: ModelUse;
  blockedMicros: Micros;
  waited: boolean;
}

/** A story event without its time, which is the recorder's to know. */
export type Told = StoryEvent extends infer Event ? (Event extends StoryEvent ? Omit<Event, 'at'> : never) : never;

/** An observation without its time, which is the recorder's to know. */
export type Observed = Observation extends infer Seen ? (Seen extends Observation ? Omit<Seen, 'at'> : never) : never;

/** What machines do all the time. To hash words for it would take longer than most of it does. */
export const steps = { send: 1, receive: 2, append: 3, replace: 4, durable: 5 } as const;

type StepNumber = (typeof steps)[keyof typeof steps];

export class Recorder {
  readonly digest = new Digest();
  readonly attempts: OpenAttempt[] = [];
  /** In the order in which they first ended. */
  readonly turns = new Map<TransactionId, TurnEnd['end']>();
  readonly faults: StruckFault[] = [];
  readonly modelCalls: ModelCall[] = [];
  readonly notices: NoticeTaken[] = [];
  readonly observations: Observation[] = [];
  readonly story: StoryEvent[] = [];
  readonly tellsStory: boolean;
  readonly #now: () => Micros;
  messages = 0;
  bytes = 0;
  failure: TrialFailure | null = null;
  /** Durable changes, settled turns and judgements: while it stands still, nothing happens. */
  activity = 0;
  lastActivityAt: Micros;

  constructor(now: () => Micros, tellsStory: boolean) {
    this.#now = now;
    this.tellsStory = tellsStory;
    this.lastActivityAt = now();
  }

  tell(event: Told): void {
    if (this.tellsStory) this.story.push({ at: this.#now(), ...event });
  }

  observe(observed: Observed): void {
    this.observations.push({ at: this.#now(), ...observed });
  }

  /** What a replica or an agent says of itself. */
  report(replica: ReplicaId, event: ProtocolEvent): void {
    this.observations.push({ at: this.#now(), kind: 'reported', replica, event });
    this.tell({ kind: 'protocol', machine: replica, event });
  }

  /** Something that changes a replica, its disk or an agent. */
  mark(...what: readonly string[]): void {
    this.#act();
    this.hash(...what);
  }

  /** A change of the disk of the machine whose id has this hash is durable. */
  markDurable(idHash: number): void {
    this.#act();
    this.hashStep(steps.durable, idHash, 0);
  }

  /** Word by word: joining them first would cost more than hashing them. */
  hash(...what: readonly string[]): void {
    this.digest.mixLarge(this.#now());
    for (const word of what) this.digest.mixText(word);
  }

  /** A step of a machine, by the hash of its id; `other` is the one to or from which something is sent, 0 if there is none. */
  hashStep(step: StepNumber, machine: number, other: number): void {
    this.digest.mixLarge(this.#now());
    this.digest.mix(step);
    this.digest.mix(machine);
    this.digest.mix(other);
  }

  #act(): void {
    this.activity += 1;
    this.lastActivityAt = this.#now();
  }

  /** Only the first failure counts: what follows may be its consequence. */
  fail(culprit: TrialFailure['culprit'], message: string): void {
    this.failure ??= { culprit, message, at: this.#now() };
  }

  attempt(tx: Transaction): OpenAttempt {
    const now = this.#now();
    const attempt: OpenAttempt = {
      tx,
      beganAt: now,
      views: [],
      writes: [],
      replaced: [],
      isRepaired: false,
      committedAt: null,
      outcome: null,
      endedAt: now,
      thinkMicros: 0 as Micros,
      uses: noUse,
      blockedMicros: 0 as Micros,
      waited: false,
    };
    this.attempts.push(attempt);
    return attempt;
  }
}
