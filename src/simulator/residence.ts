/** Where an agent lives, as the agent sees it: the machine may be a simulated one or a process that is really there. */

import type { Micros, Replica, ReplicaId } from '../contract/index.ts';
import type { Custody } from './custody.ts';
import type { Environment } from './environment.ts';
import type { Recorder } from './recorder.ts';

/** Virtual time, or real time on the scale of the trial. */
export interface Clock {
  readonly now: Micros;
  /** The next number of a total order over all that happens. */
  nextSequence(): number;
  schedule(delay: Micros, task: () => void): void;
}

/** Why a machine does what it does: a message of another machine, or something of its own. */
export type CauseKind = 'agent' | 'disk' | 'timer' | 'sync' | 'judge' | 'boot' | 'message';

/** What an agent asks of the replica on its machine. */
export type Requests = Pick<Replica, 'begin' | 'read' | 'write' | 'commit'>;

export interface Residence {
  readonly id: ReplicaId;
  readonly isUp: boolean;
  /** Raised at every crash: what belongs to an earlier life is dropped. */
  readonly life: number;
  /** Durable changes of the disk so far. */
  readonly disk: { readonly version: number };
  /** Of what it is doing now. */
  readonly cause: { readonly kind: CauseKind };
  /** Null while the machine is down. */
  readonly replica: Requests | null;
  /** Runs a task of this machine now, later if it is stalled, never if it is down. */
  run(cause: { readonly kind: 'agent' }, task: () => void): void;
  /** Schedules a task of this life of the machine. */
  schedule(delay: Micros, cause: { readonly kind: 'agent' }, task: () => void): void;
}

/** What all agents of a trial share. */
export interface Neighbourhood {
  readonly loop: Clock;
  readonly recorder: Recorder;
  readonly custody: Pick<Custody, 'commitRequested' | 'acknowledged' | 'dropped'>;
  readonly environment: Environment;
}

/** The agent, as its machine sees it. */
export interface Resident {
  /** The machine stopped, and the agent on it died. */
  died(): void;
  /** The machine is back, and the agent is started again. */
  revived(): void;
}
