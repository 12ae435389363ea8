/**
 * Journalling, acknowledging and gossip for replicas that merge. A commit becomes an entry of a log that every replica holds
 * in the end. An agent is told `committed` when the entry is durable on its own disk, and only then do others hear of it.
 *
 * An entry that is durable has landed, whether its agent was told or not. When the agent repeats the turn after a crash, it
 * is told what became of it instead of being let in a second time: others may have built on what it wrote.
 *
 * An agent that has seen a text names positions in what it has seen: until it commits, the entries of others wait. A recorded
 * session is shown what it saw when it was recorded, no more and no less.
 */

import type {
  AgentId,
  DocumentState,
  FieldName,
  Host,
  Replica,
  ReplicaId,
  Transaction,
  VersionVector,
  Write,
} from '../contract/index.ts';
import { EntryLog } from './entry-log.ts';
import {
  covers,
  decodeMessage,
  decodeRecord,
  encodeEntry,
  encodeMessage,
  encodeRecord,
  raise,
  type Entry,
  type Message,
  type Vector,
} from './entry.ts';
import { Integration } from './integration.ts';
import type { Identity, Merge } from './merge.ts';

/** A replica whose whole behaviour but the merge is here. `createMerge` is called with an id that is fresh in every life. */
export function gossiping(host: Host, createMerge: (identity: Identity) => Merge): Replica {
  return new GossipingReplica(host, createMerge);
}

interface OpenTurn {
  readonly tx: Transaction;
  readonly writes: Write[];
  sawText: boolean;
}

class GossipingReplica implements Replica {
  readonly #host: Host;
  readonly #agent: AgentId;
  readonly #createMerge: (identity: Identity) => Merge;
  readonly #merge: Merge;
  readonly #origin: Identity;
  readonly #texts: ReadonlySet<FieldName>;
  readonly #log = new EntryLog();
  readonly #integration = new Integration();
  /** By peer, what it certainly has. */
  readonly #heard = new Map<ReplicaId, Vector>();
  /** Peers that have said in this life of the replica what they have. */
  readonly #met = new Set<ReplicaId>();
  #nextSequence = 0;
  #nextPeer = 0;
  #open: OpenTurn | null = null;
  /** By agent: a replica without peers may serve several. */
  readonly #landedTurns = new Map<AgentId, Set<number>>();
  /** What a recorded session has seen; null outside of one. */
  #limit: VersionVector | null = null;
  /** The state of so many entries, where not all of them are integrated. */
  #whole: { readonly entries: number; readonly state: DocumentState } | null = null;
  /** A request that can't be answered before more has arrived. */
  #parked: (() => void) | null = null;

  constructor(host: Host, createMerge: (identity: Identity) => Merge) {
    this.#host = host;
    this.#agent = host.self as string as AgentId;
    this.#createMerge = createMerge;
    this.#origin = drawIdentity(host);
    this.#merge = createMerge(this.#origin);
    this.#texts = new Set(host.schema.fields.filter(({ kind }) => kind === 'text').map(({ field }) => field));
    for (const entry of host.disk.records().flatMap(decodeRecord)) this.#take(entry);
    this.#integrate();
    host.trace({ kind: 'recovered', grants: [], versions: [], contains: this.#logged() });
  }

  begin(tx: Transaction): void {
    this.#parked = null;
    if (this.#landedTurns.get(tx.agent)?.has(tx.turn) === true) {
      this.#open = null;
      this.#host.settle(tx, { kind: 'committed' });
      return;
    }
    this.#open = { tx, writes: [], sawText: false };
    this.#limit = tx.sees ?? null;
    this.#integrate();
    this.#merge.begin(tx);
  }

  read(tx: Transaction, fields: readonly FieldName[]): void {
    this.#whenReady(() => {
      const view = this.#merge.view(tx, fields);
      const showsText =
        fields.some((field) => this.#texts.has(field)) || view.fields.some(({ kind }) => kind === 'text');
      if (this.#open !== null && showsText) this.#open.sawText = true;
      this.#host.view(tx, view);
    });
  }

  write(tx: Transaction, writes: readonly Write[]): void {
    this.#whenReady(() => {
      this.#open?.writes.push(...writes);
      this.#host.written(tx);
    });
  }

  commit(tx: Transaction): void {
    this.#whenReady(() => {
      const writes = this.#open?.writes ?? [];
      this.#open = null;
      if (writes.length > 0) this.#journal(tx, writes);
      else this.#host.settle(tx, { kind: 'committed' });
    });
  }

  receive(from: ReplicaId, bytes: Uint8Array): void {
    const message = decodeMessage(bytes);
    if (message.kind !== 'push') this.#met.add(from);
    const hasGap = this.#accept(message.entries);
    if (this.#parked !== null) this.#retry(this.#parked);
    switch (message.kind) {
      case 'push':
        for (const entry of message.entries) raise(this.#heardFrom(from), entry.origin, entry.sequence + 1);
        if (hasGap) this.#tell(from, 'ask', []);
        break;
      case 'ask': {
        this.#heard.set(from, message.vector);
        const kind = covers(this.#log.vector, message.vector) ? 'tell' : 'ask';
        this.#tell(from, kind, this.#log.missingIn(message.vector));
        break;
      }
      case 'tell':
        this.#heard.set(from, message.vector);
        break;
    }
  }

  /**
   * Asks one of the peers that may lack something, in turn; silent when all are known to have everything. A replica that has
   * just opened asks all of them once: a backup may have taken from it what they believe that it has.
   */
  sync(): void {
    const { peers } = this.#host;
    for (let tried = 0; tried < peers.length; tried += 1) {
      const peer = peers[this.#nextPeer % peers.length];
      this.#nextPeer += 1;
      if (peer === undefined || (this.#met.has(peer) && covers(this.#heardFrom(peer), this.#log.vector))) continue;
      this.#tell(peer, 'ask', []);
      return;
    }
  }

  /** Everything that this replica holds, also what a recorded session has not seen yet. */
  state(): DocumentState {
    this.#integrate();
    if (!this.#integration.hasWaiting) return this.#merge.state();
    const { entries } = this.#log;
    if (this.#whole?.entries === entries.length) return this.#whole.state;
    const merge = this.#createMerge(0);
    merge.apply(entries.map(({ update }) => update));
    this.#whole = { entries: entries.length, state: merge.state() };
    merge.close();
    return this.#whole.state;
  }

  close(): void {
    this.#merge.close();
  }

  /** The highest write number of each agent that is in the log. */
  #logged(): VersionVector {
    const logged: Record<AgentId, number> = {};
    for (const { agent, number } of this.#log.entries) logged[agent] = Math.max(logged[agent] ?? 0, number);
    return logged;
  }

  #journal(tx: Transaction, writes: readonly Write[]): void {
    const entry = encodeEntry({
      origin: this.#origin,
      sequence: this.#nextSequence,
      dependencies: this.#integration.dependencies(this.#origin),
      agent: tx.agent,
      turn: tx.turn,
      attempt: tx.attempt,
      number: writes.reduce((highest, { number }) => Math.max(highest, number), 0),
      recorded: tx.sees !== undefined,
      update: this.#merge.commit(tx, writes),
    });
    this.#nextSequence += 1;
    this.#integration.integrated(entry);
    this.#host.disk.append(encodeRecord([entry]), () => {
      this.#log.add(entry);
      this.#landed(entry);
      this.#host.settle(tx, { kind: 'committed' });
      this.#push(entry);
    });
  }

  /** Takes what is new. Returns whether something came too early: that is dropped, and asked for with what it lacks. */
  #accept(entries: readonly Entry[]): boolean {
    const news: Entry[] = [];
    let hasGap = false;
    for (const entry of entries) {
      if (this.#log.holds(entry)) continue;
      if (this.#log.isNext(entry)) {
        this.#take(entry);
        news.push(entry);
      } else hasGap = true;
    }
    if (news.length > 0) this.#host.disk.append(encodeRecord(news), () => undefined);
    return hasGap;
  }

  /** An entry of a recorded session says that one goes on here too: the next turn tells what it may show. */
  #take(entry: Entry): void {
    if (entry.recorded) this.#limit ??= {};
    this.#log.add(entry);
    this.#landed(entry);
    this.#integration.await(entry);
  }

  #landed({ agent, turn }: Entry): void {
    const turns = this.#landedTurns.get(agent);
    if (turns === undefined) this.#landedTurns.set(agent, new Set([turn]));
    else turns.add(turn);
  }

  /** Merges what waits, as far as it may be shown. Many entries at once cost a library little more than one. */
  #integrate(): void {
    if (!this.#integration.hasWaiting || (this.#limit === null && this.#open?.sawText === true)) return;
    const ready =
      this.#limit === null ? this.#integration.takeAll() : this.#integration.takeWithin(this.#limit, this.#agent);
    if (ready.length > 0) this.#merge.apply(ready.map(({ update }) => update));
  }

  #retry(request: () => void): void {
    this.#parked = null;
    this.#whenReady(request);
  }

  #whenReady(request: () => void): void {
    this.#integrate();
    const sees = this.#open?.tx.sees;
    if (sees === undefined || this.#integration.contains(sees, this.#agent)) request();
    else this.#parked = request;
  }

  #push(entry: Entry): void {
    const message = encodeMessage({ kind: 'push', entries: [entry] });
    for (const peer of this.#host.peers) this.#host.send(peer, message);
  }

  #tell(peer: ReplicaId, kind: Exclude<Message['kind'], 'push'>, entries: readonly Entry[]): void {
    this.#host.send(peer, encodeMessage({ kind, vector: this.#log.vector, entries }));
  }

  #heardFrom(peer: ReplicaId): Vector {
    const known = this.#heard.get(peer);
    if (known !== undefined) return known;
    const vector: Vector = new Map();
    this.#heard.set(peer, vector);
    return vector;
  }
}

/** Two draws of 24 bits: a generator may yield no more than 32 at once. */
function drawIdentity(host: Host): Identity {
  const high = Math.floor(host.random() * 2 ** 24);
  return high * 2 ** 24 + Math.floor(host.random() * 2 ** 24);
}
