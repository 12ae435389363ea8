/**
 * The machine of the shared disk: it holds the bytes of the journal, the mutex and the content of the document, and decides
 * about no lane. What it does decide is what only storage can: it appends to the journal for the owner of the mutex alone,
 * and takes in a turn only under live leases, by their tokens.
 */

import type {
  AgentId,
  DocumentState,
  FieldName,
  Grant,
  Host,
  Outcome,
  ReplicaId,
  TransactionId,
  Write,
} from '../contract/index.ts';
import { AgentlessReplica } from './agentless-replica.ts';
import type { CallTag } from './call-line.ts';
import { decodeShared, encodeShared } from './shared-codec.ts';
import { fileOn } from './disk-files.ts';
import { HubDocument } from './hub-document.ts';
import type { ClientMessage } from './hub-messages.ts';
import { Broadcast } from './hub-mirror.ts';
import { blockersOf } from './lane-arbiter.ts';
import type { LaneChange } from './lane-fold.ts';
import { LaneJournal } from './lane-journal.ts';
import {
  type FreedMessage,
  type JournalEntry,
  type LaneCall,
  type LaneCallName,
  type LaneCallOf,
  type LaneCalls,
  type LaneReply,
  type ReadAsk,
  type Reading,
  type ReleaseAsk,
  type Shown,
} from './lane-messages.ts';
import { isSameMutex, LaneMutex, type MutexValue } from './lane-mutex.ts';
import { isSamePlace, type JournalPlace } from './lane-reader.ts';
import { isSameHolder, overlap, type Holder, type Lease } from './lane-records.ts';
import { rowOf } from './lane-rows.ts';
import type { LaneRules } from './lane-rules.ts';
import { fieldsOf } from './versioned-document.ts';

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
  #putting: MutexValue | null = null;
  /** They came behind what is being put, which may take back the leases that they name: they are judged when it is durable. */
  #waiting: readonly { readonly from: ReplicaId; readonly call: LaneCallOf<'commit'> }[] = [];
  /** How far each client has read: what it is told unasked goes on from there. */
  readonly #places = new Map<ReplicaId, JournalPlace>();
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
    const message = decodeShared(bytes) as LaneCall | MirrorMessage;
    switch (message.kind) {
      case 'look':
        this.#reply(from, message, this.#readFrom(from, message.from));
        break;
      case 'take':
        this.#take(from, message);
        break;
      case 'drop':
        this.#mutex.drop(mutexOf(from, message.line, message.mutex));
        this.#reply(from, message, null);
        break;
      case 'put':
        this.#put(from, message);
        break;
      case 'read':
        this.#reply(from, message, this.#show(message));
        break;
      case 'commit':
        if (this.#putting === null) this.#commit(from, message);
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
    this.#putting = null;
    this.#waiting = [];
  }

  #readFrom(reader: ReplicaId, place: JournalPlace): Reading {
    this.#places.set(reader, this.#journal.end);
    const { from, rows, end } = this.#journal.readFrom(place);
    return { from, rows, end, now: this.#host.now() };
  }

  #take(from: ReplicaId, call: LaneCallOf<'take'>): void {
    const { seen, from: place, entry } = call;
    const wanted = mutexOf(from, call.line, call.mutex);
    if (this.#isPutting(wanted)) return;
    const now = this.#host.now();
    const isYours = this.#putting === null && this.#mutex.take(wanted, seen, now);
    if (!isYours) this.#reply(from, call, { kind: 'taken', held: this.#mutex.held, now });
    else if (entry !== null && isSamePlace(place, this.#journal.end)) this.#write(from, call, wanted, entry);
    else this.#reply(from, call, { kind: 'yours', ...this.#readFrom(from, place) });
  }

  #put(from: ReplicaId, call: LaneCallOf<'put'>): void {
    const { from: place, entry } = call;
    const mutex = mutexOf(from, call.line, call.mutex);
    if (this.#isPutting(mutex)) return;
    if (!this.#mutex.covers(mutex) || !this.#rules.isEnd(place, this.#journal.end))
      this.#reply(from, call, { kind: 'fenced' });
    else this.#write(from, call, mutex, entry);
  }

  #write(from: ReplicaId, call: LaneCallOf<'take' | 'put'>, mutex: MutexValue, entry: JournalEntry): void {
    const { show } = entry;
    this.#writeDown(mutex, entry, () => {
      const { end } = this.#journal;
      this.#places.set(from, end);
      this.#reply(from, call, { kind: 'written', end: end.offset, shown: show === null ? null : this.#show(show) });
    });
  }

  /** The request is repeated: it is answered when what it puts is durable. */
  #isPutting(mutex: MutexValue): boolean {
    return this.#putting !== null && isSameMutex(this.#putting, mutex);
  }

  #writeDown(
    mutex: MutexValue,
    { rows, replaces }: Pick<JournalEntry, 'rows' | 'replaces'>,
    written: () => void,
  ): void {
    this.#putting = mutex;
    const durable = (changes: readonly LaneChange[]): void => {
      this.#putting = null;
      this.#mutex.drop(mutex);
      for (const change of changes) this.#trace(change);
      written();
      this.#tellFreed(changes);
      this.#commitWaiting();
    };
    if (replaces) this.#journal.replace(rows, () => durable([]));
    else this.#journal.append(rows, durable);
  }

  /** Those who were refused something need not look all the time: they hear when nothing is in their way any more. */
  #tellFreed(changes: readonly LaneChange[]): void {
    const freed: FieldName[] = [];
    for (const { kind, lease } of changes) {
      if (kind === 'released' || kind === 'reclaimed') freed.push(...lease.fields);
    }
    if (freed.length === 0) return;
    const { fold, end } = this.#journal;
    for (const refusal of fold.refused) {
      const { host } = refusal.holder;
      if (!overlap(refusal.fields, freed) || blockersOf(refusal, fold.leases).length > 0) continue;
      if (!this.#host.peers.includes(host)) continue;
      const message: FreedMessage = { kind: 'freed', ...this.#readFrom(host, this.#places.get(host) ?? end) };
      this.#host.send(host, encodeShared(message));
    }
  }

  #commitWaiting(): void {
    if (this.#putting !== null) return;
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const { from, call } of waiting) this.#commit(from, call);
  }

  #show({ tx, fields }: ReadAsk): Shown {
    const landing = this.#document.landed(tx);
    if (landing !== null) return { kind: 'landed', outcome: landing.outcome };
    return { kind: 'view', view: this.#document.view(fields).view };
  }

  #commit(from: ReplicaId, call: LaneCallOf<'commit'>): void {
    const { tx, writes } = call;
    const holder: Holder = { agent: tx.agent, host: from, process: call.line };
    const leases = this.#liveLeases(call, holder);
    const outcome = this.#document.landed(tx)?.outcome ?? this.#refusal(call, leases);
    if (outcome === null && this.#landing.has(tx.id)) return;
    let settled = outcome;
    let isReleased: boolean | null = null;
    const answer = (): void => {
      if (settled === null || isReleased === null) return;
      this.#reply(from, call, { outcome: settled, isReleased, ...this.#readFrom(from, call.from) });
    };
    if (outcome === null) {
      this.#land(call, (accepted) => {
        if (accepted.kind === 'committed') this.#traceAccepted(tx.agent, writes, leases);
        settled = accepted;
        answer();
      });
    }
    this.#release(call.release, holder, (done) => {
      isReleased = done;
      answer();
    });
  }

  #land({ tx, tokens, writes }: LaneCallOf<'commit'>, landed: (outcome: Outcome) => void): void {
    this.#landing.add(tx.id);
    const durable = (outcome: Outcome): void => {
      this.#landing.delete(tx.id);
      landed(outcome);
    };
    if (tokens === null && writes.length > 0) this.#document.setAside(tx, writes, durable);
    else this.#document.accept(tx, writes, durable);
  }

  /** What gives back leases stands behind the turn that needed them. */
  #release(release: ReleaseAsk | null, holder: Holder, released: (isReleased: boolean) => void): void {
    const mutex = release === null ? null : mutexOf(holder.host, holder.process, release.mutex);
    const isTaken = mutex !== null && this.#putting === null && this.#mutex.take(mutex, null, this.#host.now());
    if (!isTaken || release === null) {
      released(false);
      return;
    }
    const rows = release.tokens.map((token) => rowOf({ op: 'RELEASE', token, holder }));
    this.#writeDown(mutex, { rows, replaces: false }, () => released(true));
  }

  /** Why the turn can't be taken in, or null. Without leases it is set aside, and only what fits nowhere is refused. */
  #refusal({ tokens, shown, writes }: LaneCallOf<'commit'>, leases: readonly Lease[]): Outcome | null {
    const refusal = this.#document.refusal(writes, this.#document.versions(shown), 'version-mismatch');
    if (tokens === null) return refusal?.kind === 'rejected' ? refusal : null;
    return this.#rules.isCovered([...shown, ...fieldsOf(writes)], tokens, leases) ? refusal : reclaimed;
  }

  /** The leases that the holder names and still has. */
  #liveLeases({ tokens }: LaneCallOf<'commit'>, holder: Holder): readonly Lease[] {
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
    const { fields, token, heardAt: at } = lease;
    const holder = lease.holder.agent;
    switch (kind) {
      case 'granted':
        for (const field of fields) this.#host.trace({ kind: 'grant', field, holder, token });
        break;
      case 'released':
        for (const field of fields) this.#host.trace({ kind: 'release', field, holder, token });
        break;
      case 'reclaimed':
        for (const field of fields)
          this.#host.trace({ kind: 'reclaim', field, holder, token, trigger: 'expired', grounds: null });
        break;
      case 'heard':
        this.#host.trace({ kind: 'heartbeat', holder, at });
        break;
    }
  }

  #reply<Name extends LaneCallName>(
    to: ReplicaId,
    { line, number }: CallTag & { readonly kind: Name },
    reply: LaneCalls[Name]['reply'],
  ): void {
    const message: LaneReply = { kind: 'reply', line, number, reply };
    this.#host.send(to, encodeShared(message));
  }
}

function mutexOf(host: ReplicaId, process: string, number: number): MutexValue {
  return { host, process, number };
}

function grantsOf({ fields, holder, token }: Lease): readonly Grant[] {
  return fields.map((field) => ({ field, holder: holder.agent, token }));
}
