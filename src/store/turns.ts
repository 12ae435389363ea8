/**
 * Puts as turns of a strategy. Each is one turn of its agent, from the beginning to the answer, with nothing else in between:
 * so strategies that lock or grant hold nothing while agents think. What the agent knows is what the turn reads first.
 *
 * A replica that serves many agents stands alone; of a strategy with a hub there are the hub and a client for each agent.
 */

import {
  conditionsOf,
  hubId,
  type AgentId,
  type Disk,
  type FieldName,
  type Host,
  type Json,
  type Judgement,
  type MergeStrategy,
  type Outcome,
  type PromiseScope,
  type Replica,
  type ReplicaId,
  type Schema,
  type Transaction,
  type TransactionId,
  type View,
  type Write,
  type WriteId,
} from '../contract/index.ts';
import { forgetfulDisk, LocalNetwork } from './network.ts';

/** What a store asks of the place where it runs. Without `judge` no conflict is ever put to a model. */
export type StoreHost = Pick<Host, 'now' | 'random' | 'after'> & {
  readonly disk: Disk;
  readonly judge?: Host['judge'];
};

export interface TurnWrite {
  readonly field: FieldName;
  /** Whose write it is; the turn may be another one's. */
  readonly agent: AgentId;
  readonly value: Json;
  /** Whether the turn reads the field before it writes it. */
  readonly knows: boolean;
}

/** A turn that is refused is made again this often. */
const maxAttempts = 20;
/** Reads what came of a turn. No agent of a program has this name: theirs begin with @. */
const reader = 'reader' as AgentId;
const loner = 'store' as ReplicaId;
const noFields: Schema = { fields: [] };

/** Who waits for an answer of a replica. */
interface Expectation {
  readonly view: (view: View) => void;
  readonly written: () => void;
  readonly settle: (outcome: Outcome) => void;
}

export class Turns {
  readonly #host: StoreHost;
  readonly #strategy: MergeStrategy;
  readonly #network = new LocalNetwork();
  readonly #replicas = new Map<ReplicaId, Replica>();
  readonly #clients: ReplicaId[] = [];
  readonly #expectations = new Map<TransactionId, Expectation>();
  #turns = 0;
  #writes = 0;

  /** Throws if one process can't run the strategy for any number of agents. */
  constructor(host: StoreHost, strategy: MergeStrategy) {
    const missing = lacks(strategy);
    if (missing !== null) throw new TypeError(`the strategy "${strategy.name}" can't run a store: it needs ${missing}`);
    this.#host = host;
    this.#strategy = strategy;
    this.#open(strategy.layout === 'hub' ? hubId : loner);
  }

  /** `writes` are made again for every attempt: what stands there may have changed. None means that there is nothing to do. */
  write(agent: AgentId, writes: () => readonly TurnWrite[], done: (outcome: Outcome) => void): void {
    this.#turns += 1;
    this.#attempt(`@${agent}` as AgentId, this.#turns, 1, writes, done);
  }

  read(fields: readonly FieldName[], done: (view: View) => void): void {
    this.#turns += 1;
    const tx = transaction(reader, this.#turns, 1);
    let seen: View = { fields: [], escalations: [] };
    const replica = this.#replicaOf(reader);
    this.#expect(tx, {
      view: (view) => {
        seen = view;
        replica.commit(tx);
      },
      written: () => undefined,
      settle: () => {
        done(seen);
      },
    });
    replica.begin(tx);
    if (this.#expectations.has(tx.id)) replica.read(tx, fields);
    this.#network.deliver();
  }

  close(): void {
    this.#expectations.clear();
    for (const replica of this.#replicas.values()) replica.close();
    this.#replicas.clear();
  }

  #attempt(
    agent: AgentId,
    turn: number,
    attempt: number,
    makeWrites: () => readonly TurnWrite[],
    done: (outcome: Outcome) => void,
  ): void {
    const drafts = makeWrites();
    if (drafts.length === 0) {
      done({ kind: 'committed' });
      return;
    }
    const tx = transaction(agent, turn, attempt);
    const replica = this.#replicaOf(agent);
    const writes = drafts.map((draft) => this.#issue(attempt, draft));
    const write = (): void => replica.write(tx, writes);
    this.#expect(tx, {
      view: write,
      written: () => replica.commit(tx),
      settle: (outcome) => {
        if (outcome.kind !== 'conflict' || attempt === maxAttempts) done(outcome);
        else this.#attempt(agent, turn, attempt + 1, makeWrites, done);
      },
    });
    replica.begin(tx);
    const known = drafts.filter(({ knows }) => knows).map(({ field }) => field);
    if (!this.#expectations.has(tx.id)) return;
    if (known.length > 0) replica.read(tx, known);
    else write();
    this.#network.deliver();
  }

  #issue(attempt: number, { field, agent, value }: TurnWrite): Write {
    this.#writes += 1;
    return { id: `w${this.#writes}` as WriteId, agent, number: this.#writes, attempt, field, kind: 'scalar', value };
  }

  #expect(tx: Transaction, expectation: Expectation): void {
    this.#expectations.set(tx.id, expectation);
  }

  #replicaOf(agent: AgentId): Replica {
    const id = this.#strategy.layout === 'hub' ? (agent as string as ReplicaId) : loner;
    return this.#replicas.get(id) ?? this.#open(id);
  }

  #open(id: ReplicaId): Replica {
    if (id !== hubId && id !== loner) this.#clients.push(id);
    const replica = this.#strategy.open(this.#hostOf(id));
    this.#replicas.set(id, replica);
    this.#network.join(id, (from, message) => replica.receive(from, message));
    return replica;
  }

  #hostOf(self: ReplicaId): Host {
    const host = this.#host;
    const settled = (tx: Transaction): Expectation | undefined => {
      const expectation = this.#expectations.get(tx.id);
      this.#expectations.delete(tx.id);
      return expectation;
    };
    return {
      self,
      peers: self === hubId ? this.#clients : self === loner ? [] : [hubId],
      schema: noFields,
      disk: forgetfulDisk,
      now: () => host.now(),
      random: () => host.random(),
      send: (to, message) => this.#network.send(self, to, message),
      after: (delay, task) =>
        host.after(delay, () => {
          task();
          this.#network.deliver();
        }),
      view: (tx, view) => this.#expectations.get(tx.id)?.view(view),
      written: (tx) => this.#expectations.get(tx.id)?.written(),
      settle: (tx, outcome) => settled(tx)?.settle(outcome),
      notify: () => undefined,
      judge: (conflict, answer) => {
        const answered = (judgement: Judgement): void => {
          answer(judgement);
          this.#network.deliver();
        };
        if (host.judge === undefined) answered({ kind: 'abstain' });
        else host.judge(conflict, answered);
      },
      trace: () => undefined,
    };
  }
}

function transaction(agent: AgentId, turn: number, attempt: number): Transaction {
  return { id: `${agent}.${turn}` as TransactionId, agent, turn, attempt };
}

/** What the strategy needs and a store in one process doesn't have; null if there is nothing. */
function lacks(strategy: MergeStrategy): string | null {
  if (strategy.layout === 'peers' && strategy.servesManyAgents !== true) {
    return 'a replica for each agent, known from the start';
  }
  const relies = Object.values(strategy.promises).some(
    (scope: PromiseScope) => (conditionsOf(scope)?.given ?? null) !== null,
  );
  return relies ? 'agents that answer its notices' : null;
}
