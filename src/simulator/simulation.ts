/** One trial being run: machines, agents and faults are put together, run until the agents are done, and brought to rest. */

import {
  hubId,
  replicaOf,
  type DocumentState,
  type FieldName,
  type History,
  type Judge,
  type Kind,
  type MergeStrategy,
  type Micros,
  type ModelPreset,
  type Plan,
  type RandomStreams,
  type Replica,
  type ReplicaId,
  type TapeEntry,
} from '../contract/index.ts';
import { canonicalState } from '../document/canonical-state.ts';
import { haveSameParts } from '../document/index.ts';
import { Agent } from './agent.ts';
import type { CallTrouble } from './call-trouble.ts';
import { Custody } from './custody.ts';
import { SimulatedDisk } from './disk.ts';
import { bounds, environment } from './environment.ts';
import { EventLoop } from './event-loop.ts';
import { SimulatedHost } from './host.ts';
import { horizonOf } from './horizon.ts';
import { Machine, type Surroundings } from './machine.ts';
import { modelDesk } from './model-desk.ts';
import { Network } from './network.ts';
import { Recorder, steps } from './recorder.ts';
import { SimulatedFiles } from './recovery/agent-files.ts';
import type { RecoveryPolicy } from './recovery/policy.ts';
import { TurnBoard } from './turn-board.ts';

export interface SimulationInput {
  readonly strategy: MergeStrategy;
  readonly plan: Plan;
  readonly tape: readonly TapeEntry[];
  /** The trial's own streams. The plan and the tape were drawn from others. */
  readonly streams: RandomStreams;
  /** What the agents think with. */
  readonly model: ModelPreset;
  readonly judge: Judge;
  /** What befalls the calls of the agents' model. */
  readonly trouble?: CallTrouble;
  readonly recovery: RecoveryPolicy;
  /** Whether to keep every event for `replay`; the digest is the same either way. */
  readonly story: boolean;
}

/** Asked after every event. */
const isWorking = (agent: Agent): boolean => !agent.isDone;

interface ReplicaState {
  readonly replica: ReplicaId;
  readonly state: DocumentState;
  readonly canonical: string;
}

/** Replicas mostly agree: one that shows the very parts that the one before it shows is not looked at again. */
function shownBy(replica: ReplicaId, state: DocumentState, before: ReplicaState | undefined): ReplicaState {
  if (before !== undefined && haveSameParts(state, before.state)) return { ...before, replica };
  return { replica, state, canonical: canonicalState(state) };
}

export class Simulation {
  readonly #input: SimulationInput;
  readonly #loop = new EventLoop();
  readonly #recorder: Recorder;
  readonly #around: Surroundings;
  readonly #network: Network;
  readonly #machines = new Map<ReplicaId, Machine>();
  readonly #agents: Agent[] = [];
  #faultsAreOn = true;
  #events = 0;
  #agentsDoneAt = 0 as Micros;
  #restAt: Micros | null = null;
  /** What the replicas held when they were last compared: nothing happens between that and the end. */
  #lastStates: readonly ReplicaState[] | null = null;

  constructor(input: SimulationInput) {
    this.#input = input;
    this.#recorder = new Recorder(() => this.#loop.now, input.story);
    this.#around = { loop: this.#loop, recorder: this.#recorder, custody: new Custody(), environment };
    this.#network = new Network(this.#loop, input.streams, environment);
  }

  get now(): Micros {
    return this.#loop.now;
  }

  run(): History {
    this.#build();
    for (const machine of this.#machines.values()) machine.boot();
    this.#loadTape();
    this.#startGossip();
    for (const agent of this.#agents) agent.start();
    this.#runAgents();
    if (!this.#hasFailed) this.#comeToRest();
    return this.#finish();
  }

  get #hasFailed(): boolean {
    return this.#recorder.failure !== null;
  }

  #build(): void {
    const { plan, strategy, streams, recovery, model, trouble, judge } = this.#input;
    const thinking = { model, streams, ...(trouble === undefined ? {} : { trouble }) };
    const replicas = plan.agents.map((script) => replicaOf(script.agent));
    const ids = strategy.layout === 'hub' ? [...replicas, hubId] : replicas;
    const kinds = new Map<FieldName, Kind>(plan.schema.fields.map((declared) => [declared.field, declared.kind]));
    const board = new TurnBoard();
    const askModel = modelDesk({ judge, plan, streams, ...this.#around });
    for (const id of ids) {
      const disk = new SimulatedDisk(this.#loop, streams.stream(`disk/${id}`), environment.syncMicros);
      const random = streams.stream(`replica/${id}`);
      const peers = ids.filter((other) => other !== id);
      const script = plan.agents.find((candidate) => replicaOf(candidate.agent) === id);
      const open = (): Replica => strategy.open(new SimulatedHost({ agent, ...parts }));
      const machine = new Machine(id, disk, this.#around, open);
      const files = new SimulatedFiles(machine, this.#around, streams.stream(`files/${id}`));
      const agent =
        script === undefined
          ? null
          : new Agent({ script, machine, board, kinds, files, policy: recovery, ...thinking, ...this.#around });
      const parts = {
        machine,
        peers,
        random,
        schema: plan.schema,
        transmit: this.#transmit,
        askModel,
        ...this.#around,
      };
      machine.resident = agent;
      if (agent !== null) this.#agents.push(agent);
      this.#machines.set(id, machine);
    }
  }

  #loadTape(): void {
    for (const entry of this.#input.tape) {
      const machine = this.#machines.get(entry.machine);
      if (machine === undefined) continue;
      if (entry.trigger.kind === 'step') {
        machine.expect(entry);
        continue;
      }
      this.#loop.schedule(entry.trigger.atMicros, () => {
        if (this.#faultsAreOn) machine.strike(entry);
      });
    }
  }

  /** Each machine gossips at its own phase, so that not all of them speak at once. */
  #startGossip(): void {
    for (const machine of this.#machines.values()) {
      const phase = this.#input.streams.stream(`gossip/${machine.id}`).below(environment.gossipMicros);
      const round = (): void => {
        if (!this.#faultsAreOn) return;
        if (machine.isUp) machine.gossip();
        this.#loop.schedule(environment.gossipMicros, round);
      };
      this.#loop.schedule(phase as Micros, round);
    }
  }

  #runAgents(): void {
    const horizon = horizonOf(this.#input.plan) * this.#agents.length;
    const limit = (horizon * bounds.slowdown + bounds.graceMicros) as Micros;
    while (!this.#hasFailed && this.#agents.some(isWorking)) {
      if (!this.#step(limit)) break;
    }
    this.#agentsDoneAt = this.#loop.now;
    if (!this.#hasFailed) for (const agent of this.#agents) agent.abandon();
  }

  /** Runs one task; false when there is none until the limit or the trial has run for too long. */
  #step(limit: Micros): boolean {
    this.#events += 1;
    if (this.#events > bounds.events) {
      this.#recorder.fail('strategy', `did not come to an end within ${String(bounds.events)} events`);
      return false;
    }
    return this.#loop.step(limit);
  }

  /** Faults stop, machines come back, and anti-entropy goes on until nothing changes. */
  #comeToRest(): void {
    this.#faultsAreOn = false;
    for (const machine of this.#machines.values()) machine.heal();
    let quietRounds = 0;
    for (let round = 0; round < bounds.restRounds && !this.#hasFailed; round += 1) {
      quietRounds = this.#restRound() ? quietRounds + 1 : 0;
      if (quietRounds < bounds.quietRounds) continue;
      if (this.#replicasAgree() || quietRounds >= bounds.divergedRounds) {
        // Agents that repair what others rest on for ever have not come to rest, although they were stopped.
        this.#restAt = this.#isLivelocked() ? null : this.#recorder.lastActivityAt;
        return;
      }
    }
  }

  #isLivelocked(): boolean {
    return [...this.#recorder.turns.values()].includes('livelocked');
  }

  /** True when nothing happened in the round but talk. */
  #restRound(): boolean {
    const before = this.#recorder.activity;
    for (const machine of this.#machines.values()) machine.gossip();
    const end = (this.#loop.now + environment.gossipMicros) as Micros;
    while (!this.#hasFailed && this.#step(end));
    return this.#recorder.activity === before && !this.#agents.some(isWorking);
  }

  #replicasAgree(): boolean {
    this.#lastStates = this.#states();
    const [first, ...others] = this.#lastStates;
    return others.every((other) => other.canonical === first?.canonical);
  }

  #states(): readonly ReplicaState[] {
    const states: ReplicaState[] = [];
    for (const machine of this.#machines.values()) {
      machine.run({ kind: 'sync' }, () => {
        const state = machine.replica?.state();
        if (state !== undefined) states.push(shownBy(machine.id, state, states.at(-1)));
      });
    }
    return states;
  }

  #finish(): History {
    const states = this.#hasFailed ? [] : (this.#lastStates ?? this.#states());
    let before: string | null = null;
    for (const { replica, canonical } of states) {
      // Replicas mostly agree: what the one before showed is not hashed again.
      this.#recorder.digest.mixText(replica);
      this.#recorder.digest.mixText(canonical === before ? 'the same' : canonical);
      before = canonical;
    }
    for (const machine of this.#machines.values()) machine.close();
    const recorder = this.#recorder;
    return {
      schema: this.#input.plan.schema,
      agents: this.#input.plan.agents.map((script) => script.agent),
      attempts: recorder.attempts,
      turns: [...recorder.turns].map(([transaction, end]) => ({ transaction, end })),
      finals: states.map(({ replica, state }) => ({ replica, state })),
      faults: recorder.faults,
      modelCalls: recorder.modelCalls,
      notices: recorder.notices,
      callsFailed: this.#input.trouble?.failed ?? 0,
      observations: recorder.observations,
      messages: recorder.messages,
      bytes: recorder.bytes,
      agentsDoneAt: Math.max(this.#agentsDoneAt, ...this.#agents.map(({ doneAt }) => doneAt)) as Micros,
      restAt: this.#restAt,
      failure: recorder.failure,
      digest: recorder.digest.hex(),
      story: recorder.story,
    };
  }

  readonly #transmit = (sender: Machine, to: ReplicaId, message: Uint8Array): void => {
    const target = this.#machines.get(to);
    if (target === undefined || target === sender)
      throw new Error(`sent a message to ${to}, which is not one of its peers`);
    const recorder = this.#recorder;
    const from = sender.id;
    recorder.messages += 1;
    recorder.bytes += message.length;
    recorder.hashStep(steps.send, sender.idHash, target.idHash);
    recorder.digest.mixBytes(message);
    // Nobody listens where a machine is down; what is under way to it when it stops is lost with its connections.
    if (target.isDown) return;
    const { life } = target;
    const sentMicros = this.#loop.now;
    const sentAt = this.#loop.nextSequence();
    this.#network.deliver(from, to, () => {
      if (life !== target.life) return;
      target.run({ kind: 'message', from, sentAt, unsynced: 0 }, () => {
        target.perform('receive', () => {
          recorder.hashStep(steps.receive, target.idHash, sender.idHash);
          recorder.tell({ kind: 'receive', machine: to, from, sentAt: sentMicros, bytes: message.length });
          target.replica?.receive(from, message);
        });
      });
    });
  };
}
