/**
 * One machine of the simulator, alone. Its replica, its agent, its host and its disk are the simulator's own, but nothing
 * happens by itself: a timer, a sync of the disk or the agent's next step waits until it is chosen, and what is sent is put
 * aside. The same happenings always have the same effects.
 */

import {
  replicaOf,
  type DocumentState,
  type FieldName,
  type Kind,
  type MergeStrategy,
  type Micros,
  type Observation,
  type Plan,
  type RandomStream,
  type RandomStreams,
  type ReplicaId,
  type StoryEvent,
} from '../contract/index.ts';
import { Agent } from '../simulator/agent.ts';
import { Custody } from '../simulator/custody.ts';
import { SimulatedDisk } from '../simulator/disk.ts';
import { environment } from '../simulator/environment.ts';
import type { SimulatedHost } from '../simulator/host.ts';
import { firstContender } from '../simulator/model.ts';
import { defaultModel } from '../simulator/models.ts';
import { SimulatedFiles } from '../simulator/recovery/agent-files.ts';
import type { RecoveryPolicy, StartedTurn } from '../simulator/recovery/policy.ts';
import { Recorder } from '../simulator/recorder.ts';
import { TurnBoard } from '../simulator/turn-board.ts';
import { StandingLoop, StationHost, StationMachine, type Cut, type StationHostParts } from './station-machine.ts';

export interface StationPlan {
  readonly strategy: MergeStrategy;
  readonly plan: Plan;
  readonly id: ReplicaId;
  readonly peers: readonly ReplicaId[];
  readonly streams: RandomStreams;
}

/** What can happen to a machine. Of what waits on it, the first is meant. */
export type Happening =
  | { readonly kind: 'boot' | 'synced' | 'agent' | 'judged' | 'timer' | 'gossip' | 'restart' }
  | { readonly kind: 'receive'; readonly from: ReplicaId; readonly message: Uint8Array }
  | { readonly kind: 'crash'; readonly kept: number };

/** What others notice of it. */
export interface Effects {
  readonly sent: readonly { readonly to: ReplicaId; readonly message: Uint8Array }[];
  readonly observations: readonly Observation[];
  /** By effect, how many changes of the disk were not durable just before it; null where a crash would be none in the middle. */
  readonly cuts: readonly (number | null)[];
  readonly sawClock: boolean;
  readonly failure: string | null;
}

/** What may happen next on the machine. */
export interface Standing {
  readonly isUp: boolean;
  readonly isDone: boolean;
  readonly agentWaits: boolean;
  readonly judgementWaits: boolean;
  /** Changes of the disk that are not durable yet. */
  readonly unsynced: number;
  /** Of the first timer; null if there is none. */
  readonly timerDue: number | null;
}

/** What is drawn is walked as it comes; that a judgement is wrong is not what is looked for here. */
const unerring = { ...defaultModel, misjudges: 0 };

export class Station {
  readonly recorder: Recorder;
  readonly machine: StationMachine;
  readonly #agent: Agent | null;
  readonly #diskLoop = new StandingLoop(() => 0 as Micros);
  readonly #disk: SimulatedDisk;
  #clock = 0 as Micros;
  #kept = 0;
  #draws = 0;
  #sent: { to: ReplicaId; message: Uint8Array }[] = [];
  #cuts: (number | null)[] = [];

  /** With `tells`, times are those of the clock and everything is told as a story. */
  constructor({ strategy, plan, id, peers, streams }: StationPlan, tells: boolean) {
    const now = (): Micros => (tells ? this.#clock : (0 as Micros));
    this.recorder = new Recorder(now, tells);
    const around = { loop: new StandingLoop(now), recorder: this.recorder, custody: new Custody(), environment };
    this.#disk = new SimulatedDisk(this.#diskLoop, this.#keeping(), 0 as Micros);
    const open = (): ReturnType<MergeStrategy['open']> => strategy.open(this.#host(parts));
    this.machine = new StationMachine(id, this.#disk, around, open);
    this.machine.beforeEffect = () => this.#noteCut();
    const script = plan.agents.find((candidate) => replicaOf(candidate.agent) === id);
    const kinds = new Map<FieldName, Kind>(plan.schema.fields.map((declared) => [declared.field, declared.kind]));
    const board = new TurnBoard();
    const residence = { machine: this.machine, kinds, board, model: unerring, streams, ...around };
    const files = new SimulatedFiles(this.machine, around, never);
    this.#agent = script === undefined ? null : new Agent({ script, files, policy: remembering(), ...residence });
    this.machine.resident = this.#agent;
    const rightChoice = plan.rightChoice?.bind(plan) ?? firstContender;
    const parts: StationHostParts = {
      machine: this.machine,
      peers,
      schema: plan.schema,
      random: this.#counting(streams.stream(`replica/${id}`)),
      agent: this.#agent,
      transmit: (_from, to, message) => this.#sent.push({ to, message }),
      askModel: (asker, conflict, done) => {
        asker.schedule(0 as Micros, { kind: 'judge' }, () => done({ kind: 'keep', write: rightChoice(conflict) }));
      },
      ...around,
    };
  }

  perform(happening: Happening, clock: Micros, cut: Cut | null): Effects {
    const { machine, recorder } = this;
    this.#clock = clock;
    machine.clock = clock;
    machine.sawClock = false;
    machine.effects = 0;
    machine.cut = cut;
    this.#kept = cut?.kept ?? 0;
    this.#sent = [];
    this.#cuts = [];
    recorder.observations.length = 0;
    this.#let(happening);
    if (!machine.isUp) this.#diskLoop.waiting.length = 0;
    const failure = recorder.failure?.message ?? null;
    const observations = recorder.observations.slice();
    return { sent: this.#sent, observations, cuts: this.#cuts, sawClock: machine.sawClock, failure };
  }

  standing(): Standing {
    const { machine } = this;
    return {
      isUp: machine.isUp,
      isDone: this.#agent?.isDone ?? true,
      agentWaits: machine.waiting.agent.length > 0,
      judgementWaits: machine.waiting.judge.length > 0,
      unsynced: this.#diskLoop.waiting.length,
      timerDue: machine.waiting.timer[0]?.due ?? null,
    };
  }

  /** What has been told since the last call. */
  takeStory(): readonly StoryEvent[] {
    return this.recorder.story.splice(0);
  }

  /** What the disk holds, and how many random numbers were drawn: all that outlives a crash, but for the agent. */
  get remains(): string {
    return JSON.stringify([this.#draws, this.#disk.records.map((record) => Buffer.from(record).toString('latin1'))]);
  }

  /** What the replica shows now. Ask only a machine to which nothing else will happen, or at the end of a trial. */
  state(): DocumentState | null {
    let state: DocumentState | null = null;
    this.machine.run({ kind: 'sync' }, () => {
      state = this.machine.replica?.state() ?? null;
    });
    return state;
  }

  close(): void {
    this.machine.close();
  }

  #let(happening: Happening): void {
    const { machine } = this;
    switch (happening.kind) {
      case 'boot':
        machine.boot();
        this.#agent?.start();
        break;
      case 'receive':
        this.#receive(happening.from, happening.message);
        break;
      case 'synced':
        this.#diskLoop.waiting.shift()?.task();
        break;
      case 'agent':
      case 'timer':
        machine.waiting[happening.kind].shift()?.task();
        break;
      case 'judged':
        machine.waiting.judge.shift()?.task();
        break;
      case 'gossip':
        machine.gossip();
        break;
      case 'crash':
        this.#kept = happening.kept;
        machine.crash();
        break;
      case 'restart':
        machine.heal();
        break;
    }
  }

  #receive(from: ReplicaId, message: Uint8Array): void {
    const { machine, recorder } = this;
    machine.run({ kind: 'message', from, sentAt: 0, unsynced: 0 }, () => {
      const bytes = message.length;
      recorder.tell({ kind: 'receive', machine: machine.id, from, sentAt: machine.clock, bytes });
      machine.replica?.receive(from, message);
    });
  }

  /** Before its first effect a machine that has reported nothing has done nothing. */
  #noteCut(): void {
    const isInTheMiddle = this.machine.effects > 0 || this.recorder.observations.length > 0;
    this.#cuts.push(isInTheMiddle ? this.#diskLoop.waiting.length : null);
  }

  #host(parts: StationHostParts): SimulatedHost {
    return new StationHost(parts);
  }

  #counting(random: RandomStream): RandomStream {
    return {
      ...random,
      next: () => {
        this.#draws += 1;
        return random.next();
      },
    };
  }

  /** What a crash leaves of the unsynced tail is a choice of the walk. */
  #keeping(): RandomStream {
    return {
      ...never,
      chance: () => this.#kept > 0,
      below: () => this.#kept,
    };
  }
}

/** How agents recover is another question: they know for sure which turn they were working on, and repeat it. */
function remembering(): RecoveryPolicy {
  let inHand: readonly StartedTurn[] = [];
  return {
    name: 'remembering',
    summary: 'repeats the turn in flight',
    open: () => ({
      interrupted: () => inHand,
      starting: (turn, start) => {
        inHand = [turn];
        start();
      },
      ended: () => {
        inHand = [];
      },
      stop: (stopped) => {
        stopped();
      },
    }),
  };
}

function neverDraw(): never {
  throw new Error('nothing may be left to chance in a walk');
}

const never: RandomStream = {
  next: neverDraw,
  below: neverDraw,
  pick: neverDraw,
  shuffle: neverDraw,
  chance: neverDraw,
  logNormal: neverDraw,
};
