/** One live trial being run: processes are started, agents work and faults strike, and all is brought to rest. */

import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { mkdirSync } from 'node:fs';
import {
  hubId,
  replicaOf,
  type AgentScript,
  type FieldName,
  type History,
  type Kind,
  type Micros,
  type ReplicaId,
  type TrialSpec,
} from '../contract/index.ts';
import { canonicalState } from '../document/canonical-state.ts';
import { Agent } from '../simulator/agent.ts';
import { Custody } from '../simulator/custody.ts';
import { environment } from '../simulator/environment.ts';
import type { SimulationInput } from '../simulator/index.ts';
import { modelDesk } from '../simulator/model-desk.ts';
import { Recorder } from '../simulator/recorder.ts';
import { SimulatedFiles } from '../simulator/recovery/agent-files.ts';
import { TurnBoard } from '../simulator/turn-board.ts';
import { Backups } from './backups.ts';
import { Changes } from './changes.ts';
import { LiveMachine } from './live-machine.ts';
import type { LiveOptions } from './live-options.ts';
import type { Assignment } from './messages.ts';
import { ReplicaProcess } from './replica-process.ts';
import { comeToRest, type Rest } from './rest.ts';
import { Spares } from './spares.ts';
import { TrialClock } from './trial-clock.ts';
import { Tally, type TrialSurroundings } from './trial-surroundings.ts';
import type { Warden } from './warden.ts';

export interface LiveRunParts {
  readonly spec: TrialSpec;
  readonly trial: SimulationInput;
  readonly options: LiveOptions;
  /** Of this trial alone. */
  readonly folder: string;
  readonly warden: Warden;
}

/** What of its time a trial keeps for coming to rest. */
const shareForRest = 0.3;
/** How long processes may take to start: the time of the trial begins after that. */
const startPatienceMs = 60_000;
/** How long processes may take to find one another when nobody is down. */
const joinPatienceMs = 30_000;

export class LiveRun {
  readonly tally = new Tally();
  readonly #parts: LiveRunParts;
  readonly #around: TrialSurroundings;
  readonly #machines: LiveMachine[] = [];
  readonly #agents: Agent[] = [];
  readonly #spares: Spares;
  #deadlineMs = performance.now() + startPatienceMs;
  #faultsAreOn = true;
  #agentsDoneAt = 0 as Micros;

  constructor(parts: LiveRunParts) {
    const { trial, options } = parts;
    const clock = new TrialClock(options.scale);
    const recorder = new Recorder(() => clock.now, trial.story);
    this.#parts = parts;
    const deaths = trial.tape.filter(({ fault }) => fault.kind !== 'busy').length;
    const machines = trial.plan.agents.length + (trial.strategy.layout === 'hub' ? 1 : 0);
    this.#spares = new Spares(() => this.#startProcess(), machines + deaths);
    this.#around = {
      clock,
      recorder,
      custody: new Custody(),
      environment,
      changes: new Changes(),
      tally: this.tally,
      tape: trial.tape,
      askModel: modelDesk({ ...trial, recorder, loop: clock }),
    };
  }

  /** Rejects with the reason if the trial is aborted, or if the processes can't be brought to work. */
  async history(): Promise<History> {
    const { signal } = this.#parts.options;
    const noticeAbort = (): void => this.#around.changes.announce();
    signal?.addEventListener('abort', noticeAbort);
    try {
      await this.#start();
      await this.#runAgents();
      signal?.throwIfAborted();
      const rest = await this.#rest();
      if (!this.#hasFailed) await Promise.all(this.#machines.map((machine) => machine.close()));
      signal?.throwIfAborted();
      return this.#told(rest);
    } finally {
      signal?.removeEventListener('abort', noticeAbort);
    }
  }

  /** Whatever is still there goes. */
  async end(): Promise<void> {
    this.#around.clock.stop();
    await Promise.all([this.#spares.end(), ...this.#machines.map((machine) => machine.end())]);
  }

  get #hasFailed(): boolean {
    return this.#around.recorder.failure !== null || this.#parts.options.signal?.aborted === true;
  }

  get #remainingMs(): number {
    return this.#deadlineMs - performance.now();
  }

  async #start(): Promise<void> {
    this.#build();
    const { clock } = this.#around;
    await this.#all('load their strategy', (machine) => machine.prepare());
    await Promise.race([this.#spares.ready(), pause(this.#remainingMs, null, { ref: false })]);
    await this.#all('reach one another', (machine) => machine.join(joinPatienceMs));
    clock.begin();
    this.#deadlineMs = performance.now() + this.#parts.options.timeoutSeconds * 1_000;
    const opened = this.#machines.map((machine) => machine.open());
    const areOpen = (): boolean => this.#hasFailed || this.#machines.every(({ isOpening }) => !isOpening);
    await this.#around.changes.until(areOpen, this.#remainingMs);
    this.#loadTape();
    for (const [index, agent] of this.#agents.entries()) {
      const machine = this.#machines[index];
      // Where a fault has come in between, the agent starts when its machine comes back.
      void opened[index]?.then((isOpen) => {
        if (isOpen) machine?.run({ kind: 'agent' }, () => agent.start());
      });
    }
  }

  #startProcess(): ReplicaProcess {
    const { options, spec, warden } = this.#parts;
    const process = new ReplicaProcess(options.entry, [spec.strategy]);
    const { id } = process;
    this.tally.processes += 1;
    if (id !== undefined) {
      warden.watch(id);
      void process.ended.then(() => warden.forget(id));
    }
    return process;
  }

  /** All machines must do it before the trial can go on. */
  async #all(what: string, step: (machine: LiveMachine) => Promise<boolean>): Promise<void> {
    const done = new Set<ReplicaId>();
    for (const machine of this.#machines) {
      void step(machine).then((isDone) => {
        if (isDone) done.add(machine.id);
        this.#around.changes.announce();
      });
    }
    const isOver = (): boolean => this.#hasFailed || done.size === this.#machines.length;
    if (await this.#around.changes.until(isOver, this.#remainingMs)) return;
    const late = this.#machines.flatMap(({ id }) => (done.has(id) ? [] : [id]));
    throw new Error(`the processes of ${late.join(', ')} did not ${what} in time`);
  }

  #build(): void {
    const { plan, strategy, streams, recovery, model, trouble } = this.#parts.trial;
    const thinking = { model, streams, ...(trouble === undefined ? {} : { trouble }) };
    const replicas = plan.agents.map((script) => replicaOf(script.agent));
    const ids = strategy.layout === 'hub' ? [...replicas, hubId] : replicas;
    const kinds = new Map<FieldName, Kind>(plan.schema.fields.map((declared) => [declared.field, declared.kind]));
    const board = new TurnBoard();
    const { clock, recorder, custody } = this.#around;
    for (const id of ids) {
      const script = plan.agents.find((candidate) => replicaOf(candidate.agent) === id);
      const machine = this.#machine(id, ids, script);
      this.#machines.push(machine);
      if (script === undefined) continue;
      const around = {
        loop: clock,
        recorder,
        environment,
        // When a request to commit has reached the replica its process says itself.
        custody: {
          commitRequested: () => undefined,
          acknowledged: custody.acknowledged.bind(custody),
          dropped: custody.dropped.bind(custody),
        },
      };
      const files = new SimulatedFiles(machine, around, streams.stream(`files/${id}`));
      const agent = new Agent({ ...around, script, machine, board, kinds, files, policy: recovery, ...thinking });
      machine.resident = agent;
      this.#agents.push(agent);
    }
  }

  #machine(id: ReplicaId, ids: readonly ReplicaId[], script: AgentScript | undefined): LiveMachine {
    const { folder, options, spec, trial } = this.#parts;
    const diskFolder = join(folder, id);
    mkdirSync(diskFolder);
    const common: Omit<Assignment, 'stream' | 'counts' | 'patienceMs' | 'faults'> = {
      self: id,
      peers: ids.filter((other) => other !== id),
      schema: trial.plan.schema,
      hasAgent: script !== undefined,
      seed: String(spec.seed),
      diskFolder,
      socketFolder: folder,
      transport: options.transport,
      gossipMicros: environment.gossipMicros,
      gossipPhaseMicros: trial.streams.stream(`gossip/${id}`).below(environment.gossipMicros) as Micros,
    };
    const faults = trial.tape.flatMap((entry, place) =>
      entry.machine === id && entry.trigger.kind === 'step' ? [{ place, entry }] : [],
    );
    return new LiveMachine({
      ...this.#around,
      id,
      backups: new Backups(join(diskFolder, `${id}.log`)),
      process: () => this.#spares.take(),
      join: (life, counts, patienceMs) => {
        // A life goes on in a stream of its own: what an earlier one has drawn last, nobody knows.
        const stream = `trial/replica/${id}${life === 1 ? '' : `/${String(life)}`}`;
        return { kind: 'join', assignment: { ...common, stream, counts, patienceMs, faults } };
      },
    });
  }

  #loadTape(): void {
    for (const entry of this.#parts.trial.tape) {
      const machine = this.#machines.find(({ id }) => id === entry.machine);
      if (machine === undefined || entry.trigger.kind === 'step') continue;
      this.#around.clock.schedule(entry.trigger.atMicros, () => {
        if (this.#faultsAreOn) machine.strike(entry);
      });
    }
  }

  async #runAgents(): Promise<void> {
    const patienceMs = this.#remainingMs * (1 - shareForRest);
    const areDone = (): boolean => this.#hasFailed || this.#agents.every((agent) => agent.isDone);
    await this.#around.changes.until(areDone, patienceMs);
    this.#agentsDoneAt = this.#around.clock.now;
    if (this.#hasFailed) return;
    for (const [index, agent] of this.#agents.entries()) {
      if (agent.isDone) continue;
      agent.abandon();
      const machine = this.#machines[index];
      if (machine !== undefined) machine.resident = null;
    }
  }

  async #rest(): Promise<Rest> {
    if (this.#hasFailed) return { restAt: null, states: [] };
    this.#faultsAreOn = false;
    for (const machine of this.#machines) machine.heal();
    return comeToRest({
      machines: this.#machines,
      agents: this.#agents,
      around: this.#around,
      hasFailed: () => this.#hasFailed,
      remainingMs: () => this.#remainingMs,
    });
  }

  #told({ restAt, states }: Rest): History {
    const { plan, trouble } = this.#parts.trial;
    const { recorder } = this.#around;
    for (const { replica, state } of states) recorder.hash(replica, canonicalState(state));
    return {
      schema: plan.schema,
      agents: plan.agents.map((script) => script.agent),
      attempts: recorder.attempts,
      turns: [...recorder.turns].map(([transaction, end]) => ({ transaction, end })),
      finals: states,
      faults: recorder.faults,
      modelCalls: recorder.modelCalls,
      notices: recorder.notices,
      callsFailed: trouble?.failed ?? 0,
      observations: inOrder(recorder.observations),
      messages: recorder.messages,
      bytes: recorder.bytes,
      agentsDoneAt: Math.max(this.#agentsDoneAt, ...this.#agents.map(({ doneAt }) => doneAt)) as Micros,
      restAt,
      failure: recorder.failure,
      digest: recorder.digest.hex(),
      story: inOrder(recorder.story),
    };
  }
}

/** The pipes of the processes are read one after another, and each report says when it was written. */
function inOrder<Timed extends { readonly at: Micros }>(events: readonly Timed[]): readonly Timed[] {
  return events.toSorted((one, other) => one.at - other.at);
}
