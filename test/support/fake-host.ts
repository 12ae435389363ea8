/**
 * Replicas of one strategy on machines that a test steps by hand: nothing happens until the test says so. A message is
 * delivered, dropped or doubled, a disk is synced, a clock is moved and a machine is stopped exactly when it is asked for.
 */

import {
  agentAt,
  hubId,
  maxWritesPerTurn,
  replicaOf,
  transactionId,
  writeId,
  writeNumber,
  type AgentId,
  type Disk,
  type DocumentState,
  type FieldName,
  type Host,
  type MergeStrategy,
  type Micros,
  type ProtocolEvent,
  type Outcome,
  type Replica,
  type ReplicaId,
  type Schema,
  type Transaction,
  type VersionVector,
  type View,
  type Write,
  type WriteDraft,
} from '../../src/contract/index.ts';
import { createStreams } from '../../src/random/index.ts';

export interface Letter {
  readonly from: ReplicaId;
  readonly to: ReplicaId;
  readonly message: Uint8Array;
}

export interface FakeTurn {
  readonly reads?: readonly string[];
  readonly writes: (view: View) => readonly WriteDraft[];
  readonly sees?: VersionVector;
}

/** What an agent was told in an attempt that it began. */
export interface FakeAttempt {
  readonly tx: Transaction;
  view: View | null;
  written: boolean;
  outcome: Outcome | null;
  writes: readonly Write[];
}

const bound = 100_000;

/** All machines, the letters between them and the clock. Agents are named `a1`, `a2`, ... */
export class FakeCluster {
  readonly machines: readonly FakeMachine[];
  /** Letters on their way, in the order in which they were sent. */
  letters: Letter[] = [];
  now = 0 as Micros;
  timers: { readonly due: number; readonly task: () => void; readonly life: () => boolean }[] = [];

  constructor(strategy: MergeStrategy, agents: number, schema: Schema = { fields: [] }, seed = 'fake') {
    const ids = Array.from({ length: agents }, (_, index) => replicaOf(agentAt(index)));
    if (strategy.layout === 'hub') ids.push(hubId);
    this.machines = ids.map((id) => new FakeMachine(this, strategy, id, ids, schema, seed));
  }

  /** The machine of an agent, counted from 0; the hub comes last. */
  machine(index: number): FakeMachine {
    const machine = this.machines[index];
    if (machine === undefined) throw new Error(`there is no machine ${String(index)}`);
    return machine;
  }

  /** Delivers the letter at this place of the queue. A machine that is down loses it. */
  deliver(index = 0): void {
    const [letter] = this.letters.splice(index, 1);
    if (letter === undefined) throw new Error('there is no such letter');
    this.machines.find((machine) => machine.id === letter.to)?.replica?.receive(letter.from, letter.message);
  }

  /** Syncs all disks and delivers all letters, until nothing is on its way. */
  settle(): void {
    for (let step = 0; step < bound; step += 1) {
      const pending = this.machines.find((machine) => machine.pendingSyncs > 0);
      if (pending !== undefined) pending.fsync();
      else if (this.letters.length > 0) this.deliver();
      else return;
    }
    throw new Error(`the replicas were still talking after ${String(bound)} steps`);
  }

  /** One anti-entropy round everywhere, then everything settles; as often as asked. */
  syncRounds(rounds: number): void {
    for (let round = 0; round < rounds; round += 1) {
      this.advance(5_000_000);
      for (const machine of this.machines) machine.replica?.sync();
      this.settle();
    }
  }

  /** Moves the clock and fires what is due, in the order of the due times. */
  advance(micros: number): void {
    const until = this.now + micros;
    for (;;) {
      const due = this.timers.filter((timer) => timer.due <= until).sort((one, other) => one.due - other.due)[0];
      if (due === undefined) break;
      this.timers.splice(this.timers.indexOf(due), 1);
      this.now = Math.max(this.now, due.due) as Micros;
      if (due.life()) due.task();
    }
    this.now = until as Micros;
  }

  states(): readonly DocumentState[] {
    return this.machines.map((machine) => machine.state());
  }

  close(): void {
    for (const machine of this.machines) if (machine.replica !== null) machine.crash();
  }
}

/** One machine with its disk and the agent on it. */
export class FakeMachine {
  readonly id: ReplicaId;
  replica: Replica | null = null;
  /** What survives a crash. */
  durable: Uint8Array[] = [];
  attempts: FakeAttempt[] = [];
  /** What the replica has reported of its protocol. */
  readonly reports: ProtocolEvent[] = [];
  /** Added to the cluster's clock: a skewed machine. */
  clockOffset = 0;
  #visible: Uint8Array[] = [];
  #syncs: (() => void)[] = [];
  #life = 0;
  #turn = 0;
  #attempt = 0;
  readonly #open: () => Replica;

  constructor(
    cluster: FakeCluster,
    strategy: MergeStrategy,
    id: ReplicaId,
    ids: readonly ReplicaId[],
    schema: Schema,
    seed: string,
  ) {
    this.id = id;
    const random = createStreams(seed).stream(id);
    const peers = ids.filter((other) => other !== id);
    this.#open = () => strategy.open(this.#host(cluster, peers, schema, () => random.next()));
    this.replica = this.#open();
  }

  get pendingSyncs(): number {
    return this.#syncs.length;
  }

  /** Makes the oldest append durable and says so. */
  fsync(): void {
    this.#syncs.shift()?.();
  }

  /** Begins the agent's next turn, or repeats the last one after a crash, up to its commit; nothing waits here. */
  begin(turn: FakeTurn, repeat = false): FakeAttempt {
    if (repeat) this.#attempt += 1;
    else [this.#turn, this.#attempt] = [this.#turn + (this.#attempt === 0 ? 0 : 1), 1];
    const agent = this.id as string as AgentId;
    const sees = turn.sees === undefined ? {} : { sees: turn.sees };
    const tx = { id: transactionId(agent, this.#turn), agent, turn: this.#turn, attempt: this.#attempt, ...sees };
    const attempt: FakeAttempt = { tx, view: null, written: false, outcome: null, writes: [] };
    this.attempts.push(attempt);
    this.up().begin(tx);
    if (turn.reads !== undefined && !isOver(attempt)) this.up().read(tx, turn.reads as readonly FieldName[]);
    return attempt;
  }

  /** What is begun again next is this turn, counted from 0, and not the newest. */
  comeBackTo(turn: number): void {
    this.#turn = turn;
  }

  write(attempt: FakeAttempt, turn: FakeTurn): void {
    const { tx } = attempt;
    const drafts = turn.writes(attempt.view ?? { fields: [], escalations: [] });
    if (drafts.length > maxWritesPerTurn) throw new Error('too many writes');
    attempt.writes = drafts.map((draft, index) => ({
      id: writeId(tx.id, index),
      agent: tx.agent,
      number: writeNumber(tx.turn, index),
      attempt: tx.attempt,
      ...draft,
    }));
    if (drafts.length > 0) this.up().write(tx, attempt.writes);
  }

  commit(attempt: FakeAttempt): void {
    this.up().commit(attempt.tx);
  }

  /** A whole turn whose answers need no other machine: begun, read, written, committed and durable. */
  run(turn: FakeTurn, repeat = false): FakeAttempt {
    const attempt = this.begin(turn, repeat);
    if (!isOver(attempt)) this.write(attempt, turn);
    if (!isOver(attempt)) this.commit(attempt);
    while (this.pendingSyncs > 0) this.fsync();
    return attempt;
  }

  /** The machine stops: memory, timers and what was not durable are gone. */
  crash(): void {
    this.#life += 1;
    this.#syncs = [];
    this.up().close();
    this.replica = null;
  }

  /** Comes back from its disk, or from a backup that held only the first so many records. */
  restart(records = this.durable.length): void {
    this.durable = this.durable.slice(0, records);
    this.#visible = this.durable.slice();
    this.replica = this.#open();
  }

  state(): DocumentState {
    return this.up().state();
  }

  up(): Replica {
    if (this.replica === null) throw new Error(`${this.id} is down`);
    return this.replica;
  }

  #host(cluster: FakeCluster, peers: readonly ReplicaId[], schema: Schema, random: () => number): Host {
    const life = this.#life;
    const alive = (): boolean => life === this.#life;
    return {
      self: this.id,
      peers,
      schema,
      random,
      disk: this.#disk(alive),
      now: () => (cluster.now + this.clockOffset) as Micros,
      send: (to, message) => {
        if (alive()) cluster.letters.push({ from: this.id, to, message });
      },
      after: (delay, task) => {
        const timer = { due: cluster.now + delay, task, life: alive };
        cluster.timers.push(timer);
        return { cancel: () => void (cluster.timers = cluster.timers.filter((other) => other !== timer)) };
      },
      view: (tx, view) => {
        this.#attemptOf(tx).view = view;
      },
      written: (tx) => {
        this.#attemptOf(tx).written = true;
      },
      settle: (tx, outcome) => {
        const attempt = this.#attemptOf(tx);
        if (attempt.outcome !== null) throw new Error(`${tx.id} was settled twice`);
        attempt.outcome = outcome;
      },
      notify: () => undefined,
      judge: (_conflict, done) => {
        done({ kind: 'abstain' });
      },
      trace: (event) => {
        this.reports.push(event);
      },
    };
  }

  #disk(alive: () => boolean): Disk {
    const sync = (change: () => void, done: () => void): void => {
      this.#syncs.push(() => {
        change();
        if (alive()) done();
      });
    };
    return {
      append: (record, done) => {
        if (!alive()) return;
        this.#visible.push(record);
        sync(() => this.durable.push(record), done);
      },
      replace: (records, done) => {
        if (!alive()) return;
        this.#visible = records.slice();
        sync(() => void (this.durable = records.slice()), done);
      },
      records: () => this.#visible,
    };
  }

  #attemptOf(tx: Transaction): FakeAttempt {
    const attempt = this.attempts.findLast((other) => other.tx.id === tx.id && other.tx.attempt === tx.attempt);
    if (attempt === undefined) throw new Error(`${tx.id} was answered, but never begun`);
    return attempt;
  }
}

function isOver(attempt: FakeAttempt): boolean {
  return attempt.outcome !== null;
}
