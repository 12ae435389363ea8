/**
 * The hub of a MESI protocol. Every request is a few steps: wait until nobody has reserved what it needs, object if the turn
 * has worked with something that is no longer so, decide in the directory, write that down, and only then tell anybody.
 */

import {
  replicaOf,
  type AgentId,
  type DocumentState,
  type FieldName,
  type Host,
  type Outcome,
  type ReplicaId,
  type Transaction,
  type TransactionId,
  type Write,
} from '../contract/index.ts';
import { encodeShared } from './shared-codec.ts';
import { intactRecords, type Landing } from './hub-journal.ts';
import type { HubLogic } from './hub-server.ts';
import type { Session } from './hub-session.ts';
import { MesiContents, type FieldContent } from './mesi-contents.ts';
import { MesiExaminer, type MesiRules } from './mesi-examiner.ts';
import { MesiDirectory, type SweepLimits, type Transition } from './mesi-directory.ts';
import { decodeDecision, encodeDecision, type Decision, type FieldPut } from './mesi-journal.ts';
import type { ClientNote, Coherence, FieldCopy, HubNote, MesiAsk, MesiReply, TurnClaim } from './mesi-messages.ts';
import { Reservations } from './mesi-reservations.ts';
import { SweepAlarm } from './mesi-alarm.ts';
import { fieldsOf } from './versioned-document.ts';

export interface MesiHubOptions {
  readonly coherence: Coherence;
  /** Null: nothing is reclaimed. */
  readonly limits: SweepLimits | null;
  readonly rules: MesiRules;
}

type MesiSession = Session<MesiAsk, MesiReply>;

const committed: Outcome = { kind: 'committed' };

export class MesiHub implements HubLogic<MesiAsk, MesiReply> {
  readonly #host: Host;
  readonly #options: MesiHubOptions;
  readonly #directory: MesiDirectory;
  readonly #contents: MesiContents;
  readonly #examiner: MesiExaminer;
  readonly #landed = new Map<TransactionId, Landing>();
  readonly #reservations = new Reservations<MesiSession>();
  readonly #requests = new Map<MesiSession, MesiAsk>();
  /** Their commits are on their way to the disk. */
  readonly #landing = new Set<MesiSession>();
  readonly #sessions = new Map<AgentId, MesiSession>();
  /** The newest turn of each agent, with its place in the order in which turns began. */
  readonly #ages = new Map<AgentId, { readonly turn: TransactionId; readonly age: number }>();
  #begun = 0;
  readonly #alarm: SweepAlarm;

  constructor(host: Host, options: MesiHubOptions) {
    this.#host = host;
    this.#options = options;
    this.#directory = new MesiDirectory(options.limits);
    this.#contents = new MesiContents(host.schema);
    this.#examiner = new MesiExaminer(options.rules, this.#directory, this.#contents);
    for (const record of intactRecords(host)) this.#recover(decodeDecision(record));
    const grants = this.#directory.grants();
    host.trace({ kind: 'recovered', grants, versions: this.#directory.versions(), contains: {} });
    for (const { holder } of grants) this.#heardOf(holder);
    this.#alarm = new SweepAlarm(host, () => this.#sweep());
    this.#alarm.set(this.#directory.dueAt());
  }

  asked(session: MesiSession, ask: MesiAsk): void {
    this.#noteAge(session.tx);
    this.#sessions.set(session.tx.agent, session);
    this.#requests.set(session, ask);
    this.#goOn(session);
  }

  heard({ tx }: MesiSession): void {
    this.#heardOf(tx.agent);
  }

  noted(from: ReplicaId, note: unknown): void {
    const agent = from as string as AgentId;
    switch ((note as ClientNote).kind) {
      case 'heartbeat':
        this.#heardOf(agent);
        break;
      case 'recover': {
        const session = this.#sessions.get(agent);
        this.#directory.flush(agent, this.#host.now());
        this.#record(agent, null, () => undefined);
        if (session !== undefined) this.gone(session);
        break;
      }
    }
  }

  gone(session: MesiSession): void {
    if (!this.#landing.has(session)) this.#end(session);
  }

  landed({ id }: Transaction): Landing | null {
    return this.#landed.get(id) ?? null;
  }

  state(): DocumentState {
    return this.#contents.state();
  }

  version(): number {
    return this.#landed.size;
  }

  #recover({ transitions, turn }: Decision): void {
    for (const transition of transitions) this.#directory.restore(transition);
    if (turn === null) return;
    const contents = this.#put(turn.tx, turn.puts);
    for (const content of contents) this.#directory.committed(content.field, content);
    this.#contents.publish(contents);
    this.#landed.set(turn.tx.id, { tx: turn.tx, outcome: committed });
  }

  #goOn(session: MesiSession): void {
    const ask = this.#requests.get(session);
    if (ask === undefined) return;
    const passage = ask.kind === 'read' && !ask.reserves ? 'pass' : 'hold';
    for (const field of this.#needs(ask)) {
      if (this.#reservations.enter(session, field, passage)) continue;
      this.#breakCircles(session);
      return;
    }
    this.#requests.delete(session);
    const refusal = this.#examiner.refusal(session.tx.agent, ask);
    if (refusal !== null) this.#settle(session, refusal);
    else this.#serve(session, ask);
  }

  /** In the order of the names, so that requests of one step don't wait for each other in a circle. */
  #needs(ask: MesiAsk): readonly FieldName[] {
    if (this.#options.rules.acquire === 'preempt') return [];
    const fields = ask.kind === 'commit' ? fieldsOf(ask.writes) : ask.fields;
    return fields.length > 1 ? fields.toSorted() : fields;
  }

  /** Of those who wait in a circle the youngest thinks again. It keeps its age, so nobody starves. */
  #breakCircles(session: MesiSession): void {
    for (let circle = this.#reservations.circle(session); circle; circle = this.#reservations.circle(session)) {
      const [victim] = circle.toSorted((one, other) => this.#ageOf(other) - this.#ageOf(one));
      if (victim !== undefined) this.#settle(victim, { kind: 'conflict', cause: 'deadlock-victim', fields: [] });
    }
  }

  #serve(session: MesiSession, ask: MesiAsk): void {
    const { agent } = session.tx;
    const now = this.#host.now();
    switch (ask.kind) {
      case 'read':
        for (const field of ask.expired) this.#directory.expire(agent, field, now);
        for (const field of ask.fields) {
          if (ask.reserves) this.#acquire(agent, field);
          else this.#directory.fetch(agent, field, now);
        }
        this.#hand(session, ask.fields);
        break;
      case 'write':
        for (const field of ask.fields) this.#acquire(agent, field);
        this.#hand(session, ask.fields);
        break;
      case 'commit':
        this.#commit(session, ask);
        break;
    }
  }

  /** The first to write a field that has nothing in it registers it. */
  #acquire(agent: AgentId, field: FieldName): void {
    const isNew = this.#contents.newest(field).state === undefined;
    this.#directory.acquire(agent, field, isNew ? 'register' : 'write', this.#host.now());
  }

  #hand(session: MesiSession, fields: readonly FieldName[]): void {
    this.#record(session.tx.agent, null, () => {
      const copies = fields.map((field) => this.#copyFor(session.tx.agent, field));
      if (!session.isSettled) session.answer({ kind: 'copies', copies });
    });
  }

  #copyFor(agent: AgentId, field: FieldName): FieldCopy {
    const { version, state, author } = this.#contents.published(field);
    const generation = this.#directory.generation(field);
    return { field, version, generation, token: this.#directory.token(agent, field), state: state ?? null, author };
  }

  #commit(session: MesiSession, { writes, claims }: Extract<MesiAsk, { kind: 'commit' }>): void {
    const { tx } = session;
    if (writes.length === 0) {
      this.#settle(session, committed);
      return;
    }
    const puts = putsOf(writes, claims);
    const believed = new Map(
      claims.filter((claim) => this.#examiner.holds(tx.agent, claim)).map((claim) => [claim.field, claim]),
    );
    for (const { field } of puts) if (!believed.has(field)) this.#acquire(tx.agent, field);
    const contents = this.#put(tx, puts);
    const now = this.#host.now();
    for (const { field, version, hash } of contents) {
      const token = believed.get(field)?.token ?? this.#directory.token(tx.agent, field);
      const trigger = believed.has(field) ? 'commit' : 'commit_cas';
      this.#directory.commit(tx.agent, field, { version, hash, token, trigger }, now);
    }
    const updates = contents.map(({ field }) => ({ field, readers: this.#readersToUpdate(tx.agent, field) }));
    for (const { field, readers } of updates) this.#directory.update(field, readers, now);
    this.#landing.add(session);
    this.#record(tx.agent, { tx, puts }, () => {
      this.#contents.publish(contents);
      this.#landed.set(tx.id, { tx, outcome: committed });
      this.#landing.delete(session);
      this.#settle(session, committed);
      this.#sendUpdates(updates);
    });
  }

  #put(tx: Transaction, puts: readonly FieldPut[]): readonly FieldContent[] {
    return puts.map(({ field, base, writes }) => this.#contents.put(tx.agent, field, base, writes));
  }

  #readersToUpdate(author: AgentId, field: FieldName): readonly AgentId[] {
    switch (this.#options.coherence) {
      case 'eager':
        return this.#directory.readers(field).filter((reader) => reader !== author);
      case 'broadcast':
        return this.#host.peers.map((peer) => peer as string as AgentId).filter((reader) => reader !== author);
      case 'lazy':
      case 'lease':
      case 'access-count':
        return [];
    }
  }

  #sendUpdates(updates: readonly { readonly field: FieldName; readonly readers: readonly AgentId[] }[]): void {
    for (const [agent, fields] of grouped(
      updates.flatMap(({ field, readers }) => readers.map((agent) => ({ agent, field }))),
    )) {
      this.#tell(agent, { kind: 'update', copies: fields.map((field) => this.#copyFor(agent, field)) });
    }
  }

  #settle(session: MesiSession, outcome: Outcome): void {
    session.settle(outcome);
    this.#end(session);
  }

  #end(session: MesiSession): void {
    this.#requests.delete(session);
    for (const served of this.#reservations.release(session)) this.#goOn(served);
  }

  /** Writes down what was decided at somebody's request; nobody hears of it before it is durable. */
  #record(asker: AgentId | null, turn: Decision['turn'], durable: () => void): void {
    const { transitions, events } = this.#directory.drain();
    const tell = (): void => {
      this.#directory.takeEffect(transitions, this.#host.now());
      this.#alarm.set(this.#directory.dueAt());
      for (const event of events) this.#host.trace(event);
      this.#invalidate(transitions, asker);
      durable();
    };
    if (transitions.length === 0 && turn === null) tell();
    else this.#host.disk.append(encodeDecision({ transitions, turn }), tell);
  }

  /** Whoever has lost a grant to a sweep is told so; whoever has lost a copy to a writer, where coherence is lazy. */
  #invalidate(transitions: readonly Transition[], asker: AgentId | null): void {
    const lost = transitions.filter(
      ({ agent, trigger, to }) => agent !== asker && to === 'I' && this.#isToldOf(trigger),
    );
    if (lost.length === 0) return;
    for (const [agent, fields] of grouped(lost)) this.#tell(agent, { kind: 'invalidate', fields });
  }

  #isToldOf(trigger: Transition['trigger']): boolean {
    if (trigger === 'invalidate') return this.#options.coherence === 'lazy';
    return trigger === 'reclaim_heartbeat' || trigger === 'reclaim_max_hold';
  }

  #tell(agent: AgentId, note: HubNote): void {
    this.#host.send(replicaOf(agent), encodeShared({ kind: 'note', note }));
  }

  #heardOf(agent: AgentId): void {
    const at = this.#host.now();
    if (this.#directory.heartbeat(agent, at)) this.#host.trace({ kind: 'heartbeat', holder: agent, at });
  }

  #sweep(): void {
    const reclaimed = this.#directory.sweep(this.#host.now());
    this.#record(null, null, () => {
      for (const { field, holder } of reclaimed) this.#takeBack(holder, field);
    });
  }

  #takeBack(agent: AgentId, field: FieldName): void {
    if (this.#reservations.holder(field)?.tx.agent !== agent) return;
    for (const served of this.#reservations.takeBack(field)) this.#goOn(served);
  }

  #noteAge({ agent, id }: Transaction): void {
    if (this.#ages.get(agent)?.turn === id) return;
    this.#begun += 1;
    this.#ages.set(agent, { turn: id, age: this.#begun });
  }

  #ageOf({ tx }: MesiSession): number {
    return this.#ages.get(tx.agent)?.age ?? 0;
  }
}

/** Each written field with the version that its writes were made from. */
function putsOf(writes: readonly Write[], claims: readonly TurnClaim[]): readonly FieldPut[] {
  return fieldsOf(writes).map((field) => {
    const claim = claims.find((other) => other.field === field);
    if (claim === undefined) throw new Error(`a turn wrote ${field} without ever having had a copy of it`);
    return { field, base: claim.version, writes: writes.filter((write) => write.field === field) };
  });
}

function grouped(pairs: readonly { readonly agent: AgentId; readonly field: FieldName }[]): Map<AgentId, FieldName[]> {
  const fields = new Map<AgentId, FieldName[]>();
  for (const { agent, field } of pairs) fields.set(agent, [...(fields.get(agent) ?? []), field]);
  return fields;
}
