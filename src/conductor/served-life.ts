/**
 * One life of a replica in a process of its own: its host, watched, so that the conductor hears of all that happens. For the
 * replica time stands still while it handles one thing, and what it reports meanwhile has happened then.
 */

import { createStreams } from '../random/index.ts';
import type {
  AgentEars,
  Judgement,
  MergeStrategy,
  Replica,
  ReplicaId,
  Timer,
  Transaction,
  Micros,
} from '../contract/index.ts';
import { FileDisk, LiveHost, type Clock, type Network } from '../live/index.ts';
import {
  monotonicNanos,
  trialMicros,
  type Answer,
  type Assignment,
  type Command,
  type DiskMark,
  type Reported,
  type TimeOfTrial,
} from './messages.ts';
import { messageOf } from './message-of.ts';
import { StepFaults } from './step-faults.ts';
import { stamped, stampedAt } from './stamp.ts';
import { WatchedDisk, type Cause, type DiskWatcher, type MessageHandled } from './watched-disk.ts';

export interface LifeParts {
  readonly assignment: Assignment;
  readonly clock: Clock;
  readonly network: Network;
  readonly time: TimeOfTrial;
  /** `at`: nanoseconds of the monotonic clock. */
  readonly report: (reported: Reported, at: number) => void;
}

export class ServedLife implements DiskWatcher {
  #cause: Cause = { kind: 'boot' };
  /** When it began to do that. */
  #nanos = monotonicNanos();
  readonly #parts: LifeParts;
  readonly #disk: WatchedDisk;
  readonly #faults: StepFaults;
  readonly #host: LiveHost;
  readonly #questions: ((judgement: Judgement) => void)[] = [];
  /** Attempts that are settled: what is still on its way to them comes too late. */
  readonly #settled = new Set<string>();
  #gossips = true;

  constructor(parts: LifeParts) {
    const { assignment } = parts;
    const report = (reported: Reported): void => this.#report(reported);
    const { self, peers, schema, diskFolder, faults, counts, seed, stream, hasAgent } = assignment;
    const broken = ({ message }: Error): void => report({ kind: 'failed', culprit: 'harness', message });
    const drawn = createStreams(seed).stream(stream);
    this.#parts = parts;
    this.#disk = new WatchedDisk(new FileDisk(diskFolder, self, { failed: broken }), this);
    this.#faults = new StepFaults(faults, counts, report);
    this.#host = new LiveHost({
      self,
      peers,
      schema,
      disk: this.#disk,
      clock: { now: () => trialMicros(this.#nanos, parts.time), after: (delay, task) => this.#after(delay, task) },
      random: () => drawn.next(),
      network: { send: (to, message) => this.#send(to, message) },
      ears: hasAgent ? this.#ears : null,
      judge: (conflict, done) => {
        report({ kind: 'question', question: this.#questions.push(done) - 1, conflict });
      },
      trace: (event) => report({ kind: 'trace', event }),
      perform: this.#faults.perform,
      failed: (error) => this.#blame(error),
    });
  }

  get cause(): Cause {
    return this.#cause;
  }

  /** The replica is going to do something. */
  set cause(cause: Cause) {
    this.#cause = cause;
    this.#nanos = monotonicNanos();
  }

  open(strategy: MergeStrategy): void {
    this.#host.open(strategy);
    this.#gossipAfter(this.#parts.assignment.gossipPhaseMicros);
  }

  obey(command: Exclude<Command, { readonly kind: 'join' | 'open' | 'close' }>): void {
    switch (command.kind) {
      case 'begin':
        this.#serve(command.tx, (replica) => replica.begin(command.tx));
        break;
      case 'read':
        this.#serve(command.tx, (replica) => replica.read(command.tx, command.fields));
        break;
      case 'write':
        this.#serve(command.tx, (replica) => replica.write(command.tx, command.writes));
        break;
      case 'commit':
        this.#serve(command.tx, (replica) => {
          this.#report({ kind: 'committing', tx: command.tx });
          replica.commit(command.tx);
        });
        break;
      case 'judged':
        this.cause = { kind: 'judge' };
        this.#questions[command.question]?.(command.judgement);
        break;
      case 'heal':
        this.#gossips = false;
        this.#faults.heal();
        break;
      case 'sync':
        this.#sync();
        this.#report({ kind: 'synced', unsynced: this.#disk.unsynced });
        break;
      case 'show':
        this.#show();
        break;
    }
  }

  receive(from: ReplicaId, bytes: Uint8Array): void {
    const { sentAt, message } = stampedAt(bytes);
    this.cause = { kind: 'message', from, sentAt, unsynced: 0 };
    this.#report({ kind: 'received', from, sentAt, bytes: message.length });
    this.#host.receive(from, message);
  }

  durable(mark: DiskMark): void {
    this.#report({ kind: 'durable', mark });
  }

  stored({ from, sentAt }: MessageHandled): void {
    this.#report({ kind: 'stored', from, sentAt });
  }

  close(): void {
    this.#gossips = false;
    this.cause = { kind: 'boot' };
    this.#host.close();
  }

  #report(reported: Reported): void {
    // It was stopped in the middle of something.
    if (reported.kind === 'resumed') this.#nanos = monotonicNanos();
    this.#parts.report(reported, this.#nanos);
  }

  readonly #ears: AgentEars = {
    view: (tx, view) => this.#answer({ kind: 'view', tx, view }),
    written: (tx) => this.#answer({ kind: 'written', tx }),
    settle: (tx, outcome) => {
      this.#settled.add(attemptOf(tx));
      this.#answer({ kind: 'settle', tx, outcome });
    },
    notify: (tx, changed) => this.#answer({ kind: 'notify', tx, changed }),
  };

  #answer(answer: Answer): void {
    this.#report({ kind: 'answer', cause: this.cause.kind, answer });
  }

  #serve(tx: Transaction, request: (replica: Replica) => void): void {
    if (this.#settled.has(attemptOf(tx))) return;
    this.cause = { kind: 'agent' };
    this.#host.ask(request);
  }

  #send(to: ReplicaId, message: Uint8Array): void {
    this.#report({ kind: 'sent', to, bytes: message.length });
    this.#parts.network.send(to, stamped(message));
  }

  #after(delay: Micros, task: () => void): Timer {
    return this.#parts.clock.after(delay, () => {
      this.cause = { kind: 'timer' };
      task();
    });
  }

  #gossipAfter(delay: Micros): void {
    this.#parts.clock.after(delay, () => {
      if (!this.#gossips) return;
      this.#sync();
      this.#gossipAfter(this.#parts.assignment.gossipMicros);
    });
  }

  #sync(): void {
    this.cause = { kind: 'sync' };
    this.#host.ask((replica) => replica.sync());
  }

  #show(): void {
    this.cause = { kind: 'sync' };
    this.#report({ kind: 'shown', state: this.#host.state() });
  }

  #blame(error: unknown): void {
    const { cause } = this;
    const doing = cause.kind === 'message' ? `handling a message of ${cause.from}` : `handling: ${cause.kind}`;
    const message = `replica ${this.#host.self} threw while ${doing}: ${messageOf(error)}`;
    this.#report({ kind: 'failed', culprit: 'strategy', message });
  }
}

function attemptOf({ id, attempt }: Transaction): string {
  return `${id}/${String(attempt)}`;
}
