/** The host of one replica in the simulator: the contract's `Host` on virtual time, a simulated disk and a simulated network. */

import type {
  AgentEars,
  Conflict,
  Disk,
  FieldName,
  Host,
  Judgement,
  Micros,
  Outcome,
  ProtocolEvent,
  RandomStream,
  ReplicaId,
  Schema,
  Timer,
  Transaction,
  View,
} from '../contract/index.ts';
import type { Machine, Surroundings } from './machine.ts';
import type { AskModel } from './model-desk.ts';
import { steps } from './recorder.ts';

export interface HostParts extends Surroundings {
  readonly machine: Machine;
  readonly peers: readonly ReplicaId[];
  readonly schema: Schema;
  readonly random: RandomStream;
  readonly agent: AgentEars | null;
  readonly transmit: (from: Machine, to: ReplicaId, message: Uint8Array) => void;
  readonly askModel: AskModel;
}

/** A host serves one life of its machine; what a dead replica still asks is ignored. */
export class SimulatedHost implements Host {
  readonly self: ReplicaId;
  readonly peers: readonly ReplicaId[];
  readonly schema: Schema;
  readonly disk: Disk;
  readonly #parts: HostParts;
  readonly #life: number;

  constructor(parts: HostParts) {
    this.self = parts.machine.id;
    this.peers = parts.peers;
    this.schema = parts.schema;
    this.#parts = parts;
    this.#life = parts.machine.life;
    this.disk = {
      append: (record, done) => {
        this.#write(record, (durable) => parts.machine.disk.append(record, durable), done);
      },
      replace: (records, done) => {
        this.#write(records, (durable) => parts.machine.disk.replace(records, durable), done);
      },
      records: () => parts.machine.disk.records,
    };
  }

  now(): Micros {
    return this.#parts.loop.now;
  }

  random(): number {
    return this.#parts.random.next();
  }

  send(to: ReplicaId, message: Uint8Array): void {
    this.#go(() => {
      const { machine } = this.#parts;
      machine.perform('send', () => {
        this.#parts.transmit(machine, to, message);
      });
    });
  }

  after(delay: Micros, task: () => void): Timer {
    if (!(delay >= 0)) throw new Error(`a timer was set with the delay ${String(delay)}, which is not 0 or more`);
    let cancelled = false;
    this.#go(() => {
      this.#parts.machine.schedule(Math.round(delay) as Micros, { kind: 'timer' }, () => {
        if (!cancelled) task();
      });
    });
    return {
      cancel: () => {
        cancelled = true;
      },
    };
  }

  view(tx: Transaction, view: View): void {
    this.#go(() => {
      this.#agent().view(tx, view);
    });
  }

  written(tx: Transaction): void {
    this.#go(() => {
      this.#agent().written(tx);
    });
  }

  settle(tx: Transaction, outcome: Outcome): void {
    this.#go(() => {
      this.#parts.machine.perform('settle', () => {
        this.#agent().settle(tx, outcome);
      });
    });
  }

  notify(tx: Transaction, changed: readonly FieldName[]): void {
    this.#go(() => {
      this.#agent().notify(tx, changed);
    });
  }

  judge(conflict: Conflict, done: (judgement: Judgement) => void): void {
    this.#go(() => {
      this.#parts.askModel(this.#parts.machine, conflict, done);
    });
  }

  trace(event: ProtocolEvent): void {
    this.#go(() => {
      this.#parts.recorder.report(this.self, event);
    });
  }

  #go(effect: () => void): void {
    this.#parts.machine.proceed(this.#life, effect);
  }

  #agent(): AgentEars {
    if (this.#parts.agent === null) throw new Error(`${this.self} answered an agent, but no agent works on it`);
    return this.#parts.agent;
  }

  /** `before` an append: nothing is written yet. `after` it: the record is durable, and nobody knows. */
  #write(what: Uint8Array | readonly Uint8Array[], start: (durable: () => void) => void, done: () => void): void {
    const { machine } = this.#parts;
    this.#go(() => {
      const nth = machine.count('append');
      machine.strikeAround('append', 'before', nth);
      this.#go(() => {
        this.#hash(what);
        const { cause } = machine;
        if (cause.kind === 'message') cause.unsynced += 1;
        start(() => {
          this.#becameDurable(nth, cause, done);
        });
      });
    });
  }

  #becameDurable(nth: number, cause: Machine['cause'], done: () => void): void {
    const { machine, custody, recorder, loop } = this.#parts;
    const { version } = machine.disk;
    recorder.markDurable(machine.idHash);
    if (cause.kind === 'message') {
      cause.unsynced -= 1;
      if (cause.unsynced === 0) custody.stored(this.self, cause.from, cause.sentAt, version);
    }
    machine.run({ kind: 'disk' }, () => {
      recorder.tell({ kind: 'durable', machine: this.self, records: machine.disk.records.length });
      machine.strikeAround('append', 'after', nth);
      this.#go(() => {
        custody.ownDiskChanged(this.self, version, loop.nextSequence());
        done();
      });
    });
  }

  #hash(what: Uint8Array | readonly Uint8Array[]): void {
    const { recorder, machine } = this.#parts;
    const isOne = what instanceof Uint8Array;
    recorder.hashStep(isOne ? steps.append : steps.replace, machine.idHash, 0);
    if (isOne) recorder.digest.mixBytes(what);
    else for (const record of what) recorder.digest.mixBytes(record);
  }
}
