/**
 * The machine of the shared disk: it holds the bytes of the journal, the mutex and the content of the document, and decides
 * about no lane. What it does decide is what only storage can: it appends to the journal for the owner of the mutex alone,
 * and takes in a turn only under live leases, by their tokens.
 */

import type {
  AgentId,
  DocumentState,
  Grant,
  Host,
  Outcome,
  ReplicaId,
  TransactionId,
  Write,
} from '../contract/index.ts';
import { AgentlessReplica } from './agentless-replica.ts';
import type { CallTag } from './call-line.ts';
import { decode, encode } from './codec.ts';
import { fileOn } from './disk-files.ts';
import { HubDocument } from './hub-document.ts';
import type { ClientMessage } from './hub-messages.ts';
import { Broadcast } from './hub-mirror.ts';
import type { LaneChange } from './lane-fold.ts';
import { LaneJournal } from './lane-journal.ts';
import {
  asBytes,
  extractOnTheWire,
  type LaneCall,
  type LaneCallName,
  type LaneCalls,
  type LaneReply,
  type Reading,
} from './lane-messages.ts';
import { LaneMutex } from './lane-mutex.ts';
import type { JournalPlace } from './lane-reader.ts';
import { isSameHolder, type Lease } from './lane-records.ts';
import type { LaneRules } from './lane-rules.ts';
import { fieldsOf } from './versioned-document.ts';

type CallOf<Name extends LaneCallName> = Extract<LaneCall, { readonly kind: Name }>;
type MirrorMessage = Extract<ClientMessage<never>, { kind: 'hello' | 'shown' }>;

const reclaimed: Outcome = { kind: 'conflict', cause: 'reclaimed', fields: [] };

export class LaneHub extends AgentlessReplica {
  readonly #host: Host;
  readonly #rules: LaneRules;
  readonly #journal: LaneJournal;
  readonly #mutex: LaneMutex;
  readonly #document: HubDocument;
  readonly #broadcast: Broadcast;
  /** What was written under the mutex and is on its way to the disk. Until it is there, nobody else gets the mutex. */
  readonly #putting = new Set<string>();
  /** They came behind what is being put, which may take back the leases that they name: they are judged when it is durable. */
  #waiting: readonly { readonly from: ReplicaId; readonly call: CallOf<'commit'> }[] = [];
  /** Turns that are on their way to the disk. */
  readonly #landing = new Set<TransactionId>();

  constructor(host: Host, rules: LaneRules) {
    super();
    this.#host = host;
    this.#rules = rules;
    this.#journal = new LaneJournal(host.disk, rules);
    this.#mutex = new LaneMutex(rules);
    this.#document = new HubDocument({
      schema: host.schema,
      disk: fileOn(host.disk, 'turns'),
      trace: (event) => {
        host.trace(event);
      },
    });
    this.#broadcast = new Broadcast(host);
    this.#document.traceRecovered(this.#journal.fold.leases.flatMap(grantsOf));
  }

  receive(from: ReplicaId, bytes: Uint8Array): void {
    const message = decode(bytes) as LaneCall | MirrorMessage;
    switch (message.kind) {
      case 'look':
        this.#reply(from, message, this.#readFrom(message.from));
        break;
      case 'take':
        this.#take(from, message);
        break;
      case 'drop':
        this.#mutex.drop(message.mutex);
        this.#reply(from, message, null);
        break;
      case 'put':
        this.#put(from, message);
        break;
      case 'read':
        this.#read(from, message);
        break;
      case 'commit':
        if (this.#putting.size === 0) this.#commit(from, message);
        else this.#waiting = [...this.#waiting, { from, call: message }];
        break;
      case 'hello':
        this.#broadcast.hello(from);
        break;
      case 'shown':
        this.#broadcast.shown(from, message);
        break;
    }
  }

  sync(): void {
    this.#broadcast.sync(this.#document.version(), () => this.#document.state());
  }

  state(): DocumentState {
    return this.#document.state();
  }

  close(): void {
    this.#putting.clear();
    this.#waiting = [];
  }

  #readFrom(place: JournalPlace): Reading {
    return { journal: extractOnTheWire(this.#journal.readFrom(place)), now: this.#host.now() };
  }

  #take(from: ReplicaId, call: CallOf<'take'>): void {
    const now = this.#host.now();
    const isYours = this.#putting.size === 0 && this.#mutex.take(call.wanted, call.seen, now);
    if (isYours) this.#reply(from, call, { kind: 'yours', ...this.#readFrom(call.from) });
    else this.#reply(from, call, { kind: 'taken', held: this.#mutex.held, now });
  }

  #put(from: ReplicaId, call: CallOf<'put'>): void {
    const { mutex } = call;
    const key = `${mutex.owner.process} ${mutex.number}`;
    if (this.#putting.has(key)) return;
    if (!this.#mutex.covers(mutex) || !this.#rules.isEnd(call.end, this.#journal.end)) {
      this.#reply(from, call, 'fenced');
      return;
    }
    this.#putting.add(key);
    const durable = (changes: readonly LaneChange[]): void => {
      this.#putting.delete(key);
      this.#mutex.drop(mutex);
      for (const change of changes) this.#trace(change);
      this.#reply(from, call, 'durable');
      this.#commitWaiting();
    };
    const bytes = asBytes(call.text);
    if (call.replaces) this.#journal.replace(bytes, () => durable([]));
    else this.#journal.append(bytes, durable);
  }

  #commitWaiting(): void {
    if (this.#putting.size > 0) return;
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const { from, call } of waiting) this.#commit(from, call);
  }

  #read(from: ReplicaId, call: CallOf<'read'>): void {
    const landing = this.#document.landed(call.tx);
    if (landing !== null) this.#reply(from, call, { kind: 'landed', outcome: landing.outcome });
    else this.#reply(from, call, { kind: 'view', view: this.#document.view(call.fields).view });
  }

  #commit(from: ReplicaId, call: CallOf<'commit'>): void {
    const { tx, writes } = call;
    const leases = this.#liveLeases(call);
    const outcome = this.#document.landed(tx)?.outcome ?? this.#refusal(call, leases);
    if (outcome !== null) this.#reply(from, call, outcome);
    if (outcome !== null || this.#landing.has(tx.id)) return;
    this.#landing.add(tx.id);
    const landed = (accepted: Outcome): void => {
      this.#landing.delete(tx.id);
      if (accepted.kind === 'committed') this.#traceAccepted(tx.agent, writes, leases);
      this.#reply(from, call, accepted);
    };
    if (call.tokens === null && writes.length > 0) this.#document.setAside(tx, writes, landed);
    else this.#document.accept(tx, writes, landed);
  }

  /** Why the turn can't be taken in, or null. Without leases it is set aside, and only what fits nowhere is refused. */
  #refusal({ tokens, shown, writes }: CallOf<'commit'>, leases: readonly Lease[]): Outcome | null {
    const { versions } = this.#document.view(shown);
    const refusal = this.#document.refusal(writes, versions, 'version-mismatch');
    if (tokens === null) return refusal?.kind === 'rejected' ? refusal : null;
    return this.#rules.isCovered([...shown, ...fieldsOf(writes)], tokens, leases) ? refusal : reclaimed;
  }

  /** The leases that the holder names and still has. */
  #liveLeases({ tokens, holder }: CallOf<'commit'>): readonly Lease[] {
    return this.#journal.fold.leases.filter(
      (lease) => tokens?.includes(lease.token) === true && isSameHolder(lease.holder, holder),
    );
  }

  #traceAccepted(holder: AgentId, writes: readonly Write[], leases: readonly Lease[]): void {
    for (const field of fieldsOf(writes)) {
      const token = leases.find(({ fields }) => fields.includes(field))?.token ?? null;
      this.#host.trace({ kind: 'accept', field, holder, version: this.#document.fieldVersion(field), token });
    }
  }

  #trace({ kind, lease }: LaneChange): void {
    switch (kind) {
      case 'granted':
        for (const grant of grantsOf(lease)) this.#host.trace({ kind: 'grant', ...grant });
        break;
      case 'released':
        for (const grant of grantsOf(lease)) this.#host.trace({ kind: 'release', ...grant });
        break;
      case 'reclaimed':
        for (const grant of grantsOf(lease)) {
          this.#host.trace({ kind: 'reclaim', ...grant, trigger: 'expired', grounds: null });
        }
        break;
      case 'heard':
        this.#host.trace({ kind: 'heartbeat', holder: lease.holder.agent, at: lease.heardAt });
        break;
    }
  }

  #reply<Name extends LaneCallName>(
    to: ReplicaId,
    { tag }: { readonly kind: Name; readonly tag: CallTag },
    reply: LaneCalls[Name]['reply'],
  ): void {
    const message: LaneReply = { kind: 'reply', tag, reply };
    this.#host.send(to, encode(message));
  }
}

function grantsOf({ fields, holder, token }: Lease): readonly Grant[] {
  return fields.map((field) => ({ field, holder: holder.agent, token }));
}
