/** A replica on a live host, with an agent that waits for its answers: real time, a real file, real sockets, one process. */

import {
  maxWritesPerTurn,
  micros,
  transactionId,
  writeId,
  writeNumber,
  type AgentId,
  type DocumentState,
  type FieldName,
  type MergeStrategy,
  type Outcome,
  type ReplicaId,
  type Schema,
  type Transaction,
  type View,
  type WriteDraft,
} from '../../src/contract/index.ts';
import { FileDisk, LiveClock, LiveHost, SocketNetwork, systemRandom } from '../../src/live/index.ts';

export interface LiveMachineParts {
  readonly strategy: MergeStrategy;
  readonly self: ReplicaId;
  readonly replicas: readonly ReplicaId[];
  readonly schema: Schema;
  readonly folder: string;
  readonly transport: 'unix' | 'tcp';
}

/** Leases and back-offs of seconds take hundredths of them. */
const scale = 100;
const attempts = 50;

export class LiveMachine {
  readonly self: ReplicaId;
  readonly disk: FileDisk;
  readonly network: SocketNetwork;
  readonly #host: LiveHost;
  readonly #clock = new LiveClock({ scale });
  readonly #strategy: MergeStrategy;
  #view: (view: View) => void = () => undefined;
  #written: () => void = () => undefined;
  #settle: (outcome: Outcome) => void = () => undefined;
  #failed: (error: Error) => void = () => undefined;
  /** Rejects when the replica fails. */
  readonly #failure = new Promise<never>((_resolve, reject) => (this.#failed = reject));

  constructor({ strategy, self, replicas, schema, folder, transport }: LiveMachineParts) {
    const peers = replicas.filter((replica) => replica !== self);
    this.self = self;
    this.#strategy = strategy;
    this.#failure.catch(() => undefined);
    this.disk = new FileDisk(folder, self, { failed: (error) => this.#host.fail(error) });
    this.network = new SocketNetwork({ self, peers, transport, folder });
    this.#host = new LiveHost({
      self,
      peers,
      schema,
      disk: this.disk,
      clock: this.#clock,
      random: systemRandom,
      network: this.network,
      ears: {
        view: (_tx, view) => this.#view(view),
        written: () => this.#written(),
        settle: (_tx, outcome) => this.#settle(outcome),
        notify: () => undefined,
      },
      trace: () => undefined,
      failed: this.#failed,
    });
  }

  async open(): Promise<void> {
    await this.network.open((from, message) => this.#host.receive(from, message));
    this.#host.open(this.#strategy);
  }

  /** A turn of the agent on this machine, as often as it takes; returns how it was settled in the end. */
  async turn(turn: number, fields: readonly FieldName[], drafts: (view: View) => WriteDraft[]): Promise<Outcome> {
    const agent = this.self as string as AgentId;
    const id = transactionId(agent, turn);
    for (let attempt = 1; attempt <= attempts; attempt += 1) {
      const outcome = await Promise.race([this.#attempt({ id, agent, turn, attempt }, fields, drafts), this.#failure]);
      if (outcome.kind !== 'conflict') return outcome;
      await new Promise<void>((resolve) => this.#clock.after(micros(systemRandom() * 1_000_000 * attempt), resolve));
    }
    throw new Error(`${id} met a conflict ${String(attempts)} times`);
  }

  sync(): void {
    this.#host.ask((replica) => {
      replica.sync();
    });
  }

  state(): DocumentState {
    const state = this.#host.state();
    if (state === null) throw new Error(`${this.self} holds nothing`);
    return state;
  }

  async close(): Promise<void> {
    this.#host.close();
    await this.network.close();
    await this.disk.close();
  }

  async #attempt(
    tx: Transaction,
    fields: readonly FieldName[],
    drafts: (view: View) => WriteDraft[],
  ): Promise<Outcome> {
    const settled = new Promise<Outcome>((resolve) => (this.#settle = resolve));
    const viewed = new Promise<View>((resolve) => (this.#view = resolve));
    this.#host.ask((replica) => {
      replica.begin(tx);
      replica.read(tx, fields);
    });
    const seen = await Promise.race([settled, viewed]);
    if ('kind' in seen) return seen;
    const writes = drafts(seen).map((draft, index) => ({
      id: writeId(tx.id, index),
      agent: tx.agent,
      number: writeNumber(tx.turn, index),
      attempt: tx.attempt,
      ...draft,
    }));
    if (writes.length > maxWritesPerTurn) throw new Error('too many writes');
    const written = new Promise<null>((resolve) => (this.#written = () => resolve(null)));
    this.#host.ask((replica) => {
      replica.write(tx, writes);
    });
    const refusal = await Promise.race([settled, written]);
    if (refusal !== null) return refusal;
    this.#host.ask((replica) => {
      replica.commit(tx);
    });
    return settled;
  }
}
