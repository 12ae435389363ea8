/** A machine with one replica on it: up, stalled or down. Everything that a strategy does happens inside `run`. */

import type { Fault, Micros, ProtocolStep, Replica, ReplicaId, TapeEntry } from '../contract/index.ts';
import type { Custody } from './custody.ts';
import type { SimulatedDisk } from './disk.ts';
import { hashOfName } from './digest.ts';
import type { Environment } from './environment.ts';
import type { EventLoop } from './event-loop.ts';
import type { Recorder } from './recorder.ts';
import type { CauseKind, Residence, Resident } from './residence.ts';
import { WorkloadError } from './workload-error.ts';

export type Cause = { readonly kind: Exclude<CauseKind, 'message'> } | MessageCause;

export interface MessageCause {
  readonly kind: 'message';
  readonly from: ReplicaId;
  readonly sentAt: number;
  /** Changes of the disk that were asked for while the message was handled and that are not durable yet. */
  unsynced: number;
}

/** What all machines of a trial share. */
export interface Surroundings {
  readonly loop: EventLoop;
  readonly recorder: Recorder;
  readonly custody: Custody;
  readonly environment: Environment;
}

/** Machines gossip more often than they do anything else. */
const atGossip: Cause = { kind: 'sync' };

interface Deferred {
  readonly cause: Cause;
  readonly task: () => void;
}

export class Machine implements Residence {
  readonly id: ReplicaId;
  /** What stands for its id in the digest. */
  readonly idHash: number;
  readonly disk: SimulatedDisk;
  resident: Resident | null = null;
  replica: Replica | null = null;
  /** Raised at every crash: what belongs to an earlier life is dropped. */
  life = 0;
  cause: Cause = { kind: 'boot' };
  #state: 'up' | 'stalled' | 'down' = 'up';
  #backUntil = 0;
  #backlog: Deferred[] = [];
  readonly #doomed: Replica[] = [];
  readonly #open: (machine: Machine) => Replica;
  readonly #around: Surroundings;
  readonly #stepCounts: Record<ProtocolStep, number> = { append: 0, send: 0, receive: 0, settle: 0 };
  #stepFaults: TapeEntry[] = [];
  readonly #sync = (): void => this.replica?.sync();

  constructor(id: ReplicaId, disk: SimulatedDisk, around: Surroundings, open: (machine: Machine) => Replica) {
    this.id = id;
    this.idHash = hashOfName(id);
    this.disk = disk;
    this.#around = around;
    this.#open = open;
  }

  get isUp(): boolean {
    return this.#state === 'up';
  }

  get isDown(): boolean {
    return this.#state === 'down';
  }

  boot(): void {
    this.#state = 'up';
    this.run({ kind: 'boot' }, () => {
      this.replica = this.#open(this);
    });
  }

  /** Runs a task of this machine now, later if it is stalled, never if it is down. */
  run(cause: Cause, task: () => void): void {
    if (this.#state === 'down') return;
    if (this.#state === 'stalled') {
      this.#backlog.push({ cause, task });
      return;
    }
    const life = this.life;
    this.cause = cause;
    try {
      task();
    } catch (error) {
      if (life === this.life) this.#blame(cause, error);
    }
    if (this.#doomed.length > 0) this.#closeDoomed();
  }

  /** A round of anti-entropy. */
  gossip(): void {
    this.run(atGossip, this.#sync);
  }

  /** Schedules a task of this life of the machine. */
  schedule(delay: Micros, cause: Cause, task: () => void): void {
    const life = this.life;
    this.#around.loop.schedule(delay, () => {
      if (life === this.life) this.run(cause, task);
    });
  }

  /** Goes on with what the machine is doing, unless a fault has just stopped it: then later or never. */
  proceed(life: number, effect: () => void): void {
    if (life !== this.life || this.#state === 'down') return;
    if (this.#state === 'stalled') this.#backlog.push({ cause: this.cause, task: effect });
    else effect();
  }

  /** Whether anything can strike around a step. */
  protected get mayBeStruck(): boolean {
    return this.#stepFaults.length > 0;
  }

  /** Takes one protocol step, with the faults that the tape has for just before and just after it. */
  perform(step: ProtocolStep, effect: () => void): void {
    const nth = this.count(step);
    if (!this.mayBeStruck && this.#state === 'up') {
      effect();
      return;
    }
    const life = this.life;
    this.strikeAround(step, 'before', nth);
    this.proceed(life, () => {
      effect();
      this.strikeAround(step, 'after', nth);
    });
  }

  /** By name: a name that is worked out takes the engine longer than the step. */
  count(step: ProtocolStep): number {
    const counts = this.#stepCounts;
    switch (step) {
      case 'append':
        return (counts.append += 1);
      case 'send':
        return (counts.send += 1);
      case 'receive':
        return (counts.receive += 1);
      case 'settle':
        return (counts.settle += 1);
    }
  }

  strikeAround(step: ProtocolStep, moment: 'before' | 'after', nth: number): void {
    if (this.#stepFaults.length === 0) return;
    for (const entry of this.#stepFaults) {
      const { trigger } = entry;
      if (trigger.kind === 'step' && trigger.step === step && trigger.moment === moment && trigger.nth === nth) {
        this.strike(entry);
      }
    }
  }

  expect(entry: TapeEntry): void {
    this.#stepFaults.push(entry);
  }

  /** A fault strikes, unless the machine is down already. */
  strike(entry: TapeEntry): void {
    if (this.#state === 'down') return;
    const recordsLost = this.#suffer(entry.fault);
    const { recorder, loop } = this.#around;
    recorder.faults.push({ at: loop.now, entry, recordsLost });
    recorder.mark('fault', this.id, entry.fault.kind, String(recordsLost));
    const step = entry.trigger.kind === 'step' ? entry.trigger : null;
    recorder.tell({ kind: 'fault', machine: this.id, fault: entry.fault, step, recordsLost });
  }

  /** The faults are over: whatever is stalled or down comes back now. */
  heal(): void {
    this.#stepFaults = [];
    if (this.#state === 'down') this.#restart('crash');
    if (this.#state === 'stalled') this.#resume();
  }

  /** The end of the trial. */
  close(): void {
    if (this.replica !== null) this.#doomed.push(this.replica);
    this.replica = null;
    this.#closeDoomed();
  }

  #suffer(fault: Fault): number {
    switch (fault.kind) {
      case 'busy':
        this.#stall(fault.stallMicros);
        return 0;
      case 'crash':
        this.#crash(fault.downMicros, 'crash');
        return 0;
      case 'restore': {
        this.#crash(fault.downMicros, 'restore');
        return this.#rollBack(fault.backupsBack);
      }
    }
  }

  #stall(stallMicros: Micros): void {
    this.#state = 'stalled';
    const until = this.#around.loop.now + stallMicros;
    if (until <= this.#backUntil) return;
    this.#backUntil = until;
    const life = this.life;
    this.#around.loop.schedule(stallMicros, () => {
      if (life === this.life && this.#state === 'stalled' && this.#backUntil === until) this.#resume();
    });
  }

  #resume(): void {
    this.#state = 'up';
    this.#backUntil = 0;
    this.#around.recorder.tell({ kind: 'back', machine: this.id, from: 'busy' });
    const waiting = this.#backlog;
    this.#backlog = [];
    const life = this.life;
    // A task may stall the machine again: `run` then puts the rest aside in the same order.
    for (const { cause, task } of waiting) if (life === this.life) this.run(cause, task);
  }

  #crash(downMicros: Micros, from: 'crash' | 'restore'): void {
    this.#state = 'down';
    this.life += 1;
    this.#backUntil = 0;
    this.#backlog = [];
    if (this.replica !== null) this.#doomed.push(this.replica);
    this.replica = null;
    this.disk.crash();
    this.#around.custody.crashed(this.id, this.#around.loop.nextSequence());
    this.#around.recorder.observe({ kind: 'stopped', replica: this.id, by: from });
    this.resident?.died();
    const life = this.life;
    this.#around.loop.schedule(downMicros, () => {
      if (life === this.life && this.#state === 'down') this.#restart(from);
    });
  }

  #rollBack(backupsBack: number): number {
    const { custody, environment, loop } = this.#around;
    const current = this.disk.version;
    const version = custody.restoredVersion(this.id, current, backupsBack, environment.backupEvery);
    if (version === current) return 0;
    custody.rolledBack(this.id, version, loop.nextSequence());
    return this.disk.rollBack(version);
  }

  #restart(from: Fault['kind']): void {
    this.#closeDoomed();
    const { recorder, custody, loop } = this.#around;
    custody.returned(this.id, loop.nextSequence());
    recorder.observe({ kind: 'returned', replica: this.id });
    recorder.tell({ kind: 'back', machine: this.id, from });
    this.boot();
    this.resident?.revived();
  }

  #closeDoomed(): void {
    for (const replica of this.#doomed.splice(0)) this.#close(replica);
  }

  #close(replica: Replica): void {
    try {
      replica.close();
    } catch (error) {
      this.#blame({ kind: 'boot' }, error);
    }
  }

  #blame(cause: Cause, error: unknown): void {
    const message = error instanceof Error ? error.message : String(error);
    if (error instanceof WorkloadError) {
      this.#around.recorder.fail('workload', message);
      return;
    }
    const doing = cause.kind === 'message' ? `handling a message of ${cause.from}` : `handling: ${cause.kind}`;
    this.#around.recorder.fail('strategy', `replica ${this.id} threw while ${doing}: ${message}`);
  }
}
