/** The host of one replica on a real machine: the contract's `Host` on the clock, the disk and the network that it is given. */

import type {
  AgentEars,
  Conflict,
  Disk,
  DocumentState,
  FieldName,
  Host,
  Judgement,
  MergeStrategy,
  Micros,
  Outcome,
  ProtocolEvent,
  ProtocolStep,
  Replica,
  ReplicaId,
  Schema,
  Timer,
  Transaction,
  View,
} from '../contract/index.ts';
import type { Clock } from './clock.ts';

/** Where a host sends its messages. What comes in is given to `LiveHost.receive`. */
export interface Network {
  send(to: ReplicaId, message: Uint8Array): void;
}

/**
 * Takes a step of the protocol: `effect` takes it, and calls `taken` when that is done: at once, or, if it appends to the
 * disk, when that is durable.
 */
export type Perform = (step: ProtocolStep, effect: (taken: () => void) => void) => void;

export interface LiveHostParts {
  readonly self: ReplicaId;
  readonly peers: readonly ReplicaId[];
  readonly schema: Schema;
  readonly disk: Disk;
  readonly clock: Clock;
  /** Must go on over restarts: an id that is drawn after one must be a fresh one. */
  readonly random: () => number;
  readonly network: Network;
  /** Who hears the answers; null where no agent works. */
  readonly ears: AgentEars | null;
  /** Without it nobody judges: every conflict is answered with `abstain`. */
  readonly judge?: (conflict: Conflict, done: (judgement: Judgement) => void) => void;
  readonly trace: (event: ProtocolEvent) => void;
  readonly perform?: Perform;
  /** Called once if the strategy throws, or `fail` is called: this life is over. */
  readonly failed: (error: Error) => void;
}

const abstain: NonNullable<LiveHostParts['judge']> = (_conflict, done) => {
  done({ kind: 'abstain' });
};

const takeStep: Perform = (_step, effect) => {
  effect(() => undefined);
};

/**
 * Serves one life of a replica: from `open` until it is closed or fails; what the replica asks for after that is ignored.
 * The replica does one thing at a time: what it is asked while it answers waits until it has answered.
 */
export class LiveHost implements Host {
  readonly self: ReplicaId;
  readonly peers: readonly ReplicaId[];
  readonly schema: Schema;
  readonly disk: Disk;
  readonly #parts: LiveHostParts;
  readonly #perform: Perform;
  readonly #timers = new Set<Timer>();
  readonly #waiting: (() => void)[] = [];
  #replica: Replica | null = null;
  #isBusy = false;
  #isOver = false;
  #hasFailed = false;

  constructor(parts: LiveHostParts) {
    this.self = parts.self;
    this.peers = parts.peers;
    this.schema = parts.schema;
    this.#parts = parts;
    this.#perform = parts.perform ?? takeStep;
    const { disk } = parts;
    this.disk = {
      append: (record, done) => {
        this.#write((durable) => {
          disk.append(record, durable);
        }, done);
      },
      replace: (records, done) => {
        this.#write((durable) => {
          disk.replace(records, durable);
        }, done);
      },
      records: () => disk.records(),
    };
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  /** Begins the life: the replica opens from what its disk holds. */
  open(strategy: MergeStrategy): void {
    this.#run(() => {
      this.#replica = strategy.open(this);
    });
  }

  /** Asks the replica for something: a step of a turn, a round of anti-entropy. */
  ask(task: (replica: Replica) => void): void {
    this.#run(() => {
      if (this.#replica !== null) task(this.#replica);
    });
  }

  receive(from: ReplicaId, message: Uint8Array): void {
    this.ask((replica) => {
      this.#perform('receive', (taken) => {
        replica.receive(from, message);
        taken();
      });
    });
  }

  /** What the replica holds; null before and after its life. */
  state(): DocumentState | null {
    try {
      return this.#replica?.state() ?? null;
    } catch (error) {
      this.fail(error);
      return null;
    }
  }

  /** Ends the life because of an error: one of the strategy, or of the disk that can't acknowledge anything any more. */
  fail(error: unknown): void {
    if (this.#isOver) return;
    this.#hasFailed = true;
    this.close();
    this.#parts.failed(error instanceof Error ? error : new Error(String(error)));
  }

  /** Ends the life. The disk and the network stay open: they are whose they were. */
  close(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    for (const timer of this.#timers) timer.cancel();
    this.#timers.clear();
    this.#waiting.length = 0;
    // A replica that is in the middle of something is closed when it has finished.
    if (!this.#isBusy) this.#closeReplica();
  }

  now(): Micros {
    return this.#parts.clock.now();
  }

  random(): number {
    return this.#parts.random();
  }

  send(to: ReplicaId, message: Uint8Array): void {
    if (this.#isOver) return;
    if (!this.peers.includes(to)) throw new Error(`sent a message to ${to}, which is not one of its peers`);
    this.#perform('send', (taken) => {
      this.#parts.network.send(to, message);
      taken();
    });
  }

  after(delay: Micros, task: () => void): Timer {
    if (this.#isOver) return { cancel: () => undefined };
    const inner = this.#parts.clock.after(delay, () => {
      this.#timers.delete(timer);
      this.#run(() => {
        if (!cancelled) task();
      });
    });
    let cancelled = false;
    const timer: Timer = {
      cancel: () => {
        cancelled = true;
        this.#timers.delete(timer);
        inner.cancel();
      },
    };
    this.#timers.add(timer);
    return timer;
  }

  view(tx: Transaction, view: View): void {
    this.#tell((ears) => {
      ears.view(tx, view);
    });
  }

  written(tx: Transaction): void {
    this.#tell((ears) => {
      ears.written(tx);
    });
  }

  settle(tx: Transaction, outcome: Outcome): void {
    if (this.#isOver) return;
    this.#perform('settle', (taken) => {
      this.#tell((ears) => {
        ears.settle(tx, outcome);
      });
      taken();
    });
  }

  notify(tx: Transaction, changed: readonly FieldName[]): void {
    this.#tell((ears) => {
      ears.notify(tx, changed);
    });
  }

  judge(conflict: Conflict, done: (judgement: Judgement) => void): void {
    if (this.#isOver) return;
    const judge = this.#parts.judge ?? abstain;
    judge(conflict, (judgement) => {
      this.#run(() => {
        done(judgement);
      });
    });
  }

  trace(event: ProtocolEvent): void {
    if (!this.#isOver) this.#parts.trace(event);
  }

  #write(start: (durable: () => void) => void, done: () => void): void {
    if (this.#isOver) return;
    this.#perform('append', (taken) => {
      start(() => {
        this.#run(() => {
          taken();
          done();
        });
      });
    });
  }

  #tell(say: (ears: AgentEars) => void): void {
    if (this.#isOver) return;
    if (this.#parts.ears === null) throw new Error(`${this.self} answered an agent, but no agent works on it`);
    say(this.#parts.ears);
  }

  #run(task: () => void): void {
    if (this.#isOver) return;
    this.#waiting.push(task);
    if (this.#isBusy) return;
    this.#isBusy = true;
    try {
      for (let next = this.#waiting.shift(); next !== undefined; next = this.#waiting.shift()) next();
    } catch (error) {
      this.fail(error);
    } finally {
      this.#isBusy = false;
    }
    if (this.isOver) this.#closeReplica();
  }

  #closeReplica(): void {
    const replica = this.#replica;
    this.#replica = null;
    try {
      replica?.close();
    } catch (error) {
      // A replica that has failed may well be unable to close.
      if (!this.#hasFailed) this.#parts.failed(error instanceof Error ? error : new Error(String(error)));
    }
  }
}
