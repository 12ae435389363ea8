/**
 * An agent's side of a MESI protocol. It reads from its own copies as long as it trusts them, and writes without asking what
 * it believes to hold alone: whether that was right is for the hub to say, which is told with the commit what the turn has
 * worked with. A turn that is repeated doesn't rely on luck any more: it asks the hub for all that it reads, and reserves it
 * until it ends; and if it had landed before, it hears so with its first request.
 */

import {
  hubId,
  micros,
  type DocumentState,
  type FieldName,
  type Host,
  type Micros,
  type Outcome,
  type Replica,
  type ReplicaId,
  type Transaction,
  type Write,
} from '../contract/index.ts';
import { mapDefined } from '../document/map-defined.ts';
import { decodeShared, encodeShared } from './shared-codec.ts';
import { hear } from './hub-hearing.ts';
import { HubLink } from './hub-link.ts';
import type { Answer, HubMessage } from './hub-messages.ts';
import { Mirror } from './hub-mirror.ts';
import { CopyCache } from './mesi-cache.ts';
import type { ClientNote, Coherence, FieldCopy, HubNote, MesiAsk, MesiReply, TurnClaim } from './mesi-messages.ts';
import { fieldsOf } from './versioned-document.ts';

export interface MesiClientOptions {
  readonly coherence: Coherence;
  /** How long a copy is trusted where coherence is by lease. */
  readonly leaseMicros: Micros;
  /** While it works on a turn or holds a grant, it is never silent for longer; null: it may be. */
  readonly heartbeatMicros: Micros | null;
}

type Message = HubMessage<MesiReply> | { readonly kind: 'note'; readonly note: HubNote };

export class MesiClient implements Replica {
  readonly #host: Host;
  readonly #mirror: Mirror;
  readonly #link: HubLink<MesiAsk, MesiReply>;
  readonly #cache: CopyCache;
  #isAtWork = false;
  /** When the hub was last told anything. */
  #spokeAt: Micros;
  #claims = new Map<FieldName, TurnClaim>();
  #writes: Write[] = [];
  /** What to do with the copies that were asked for. */
  #whenGiven: (copies: readonly FieldCopy[]) => void = () => undefined;

  constructor(host: Host, { coherence, leaseMicros, heartbeatMicros }: MesiClientOptions) {
    this.#host = host;
    this.#mirror = new Mirror(host);
    this.#cache = new CopyCache(coherence, leaseMicros);
    this.#spokeAt = host.now();
    this.#link = new HubLink(host, {
      pingMicros: null,
      answered: (tx, answer) => {
        this.#answered(tx, answer);
      },
    });
    this.#note(recover);
    if (heartbeatMicros !== null) this.#beatAfter(heartbeatMicros, heartbeatMicros);
  }

  begin(tx: Transaction): void {
    this.#link.begin(tx);
    this.#isAtWork = true;
    this.#claims = new Map();
    this.#writes = [];
  }

  read(tx: Transaction, fields: readonly FieldName[]): void {
    const now = this.#host.now();
    const reserves = tx.attempt > 1;
    const used = fields.map((name) => ({ name, copy: reserves ? null : this.#cache.use(name, now) }));
    const copies = used.flatMap(({ copy }) =>
      copy === null || copy === 'expired' || this.#isNews(copy) ? [] : [copy],
    );
    const missing = fields.filter((name) => !copies.some(({ field }) => field === name));
    if (missing.length === 0) {
      this.#show(tx, fields, copies);
      return;
    }
    const expired = used.filter(({ copy }) => copy === 'expired').map(({ name }) => name);
    this.#whenGiven = (given) => {
      this.#show(tx, fields, [...copies, ...given]);
    };
    this.#ask({ kind: 'read', fields: missing, expired, reserves, claims: [...this.#claims.values()] });
  }

  write(tx: Transaction, writes: readonly Write[]): void {
    this.#writes.push(...writes);
    const fields = fieldsOf(writes).filter((name) => !this.#believesToHold(name));
    if (fields.length === 0) {
      this.#host.written(tx);
      return;
    }
    const scalars = fieldsOf(writes.filter(({ kind }) => kind === 'scalar'));
    const overwrites = scalars.filter((name) => this.#claims.get(name)?.shown !== true);
    this.#whenGiven = (copies) => {
      for (const copy of copies) this.#claim(copy, false);
      this.#host.written(tx);
    };
    this.#ask({ kind: 'write', fields, overwrites, claims: [...this.#claims.values()] });
  }

  commit(): void {
    this.#ask({ kind: 'commit', writes: this.#writes, claims: [...this.#claims.values()] });
  }

  receive(_from: ReplicaId, bytes: Uint8Array): void {
    const message = decodeShared(bytes) as Message;
    switch (message.kind) {
      case 'answer':
      case 'queued':
      case 'push':
        hear({ link: this.#link, mirror: this.#mirror }, message, bytes);
        break;
      case 'note':
        this.#noted(message.note);
        break;
    }
  }

  sync(): void {
    this.#mirror.sync();
  }

  state(): DocumentState {
    return this.#mirror.state();
  }

  close(): void {
    this.#link.close();
  }

  /** The turn has worked with another version of the field: the hub will have to tell it so. */
  #isNews({ field, version }: FieldCopy): boolean {
    const claim = this.#claims.get(field);
    return claim !== undefined && claim.version !== version;
  }

  #believesToHold(field: FieldName): boolean {
    const copy = this.#cache.peek(field);
    const claim = this.#claims.get(field);
    if (copy === null || claim === undefined) return false;
    return copy.token !== null && claim.token === copy.token && claim.version === copy.version;
  }

  #show(tx: Transaction, fields: readonly FieldName[], copies: readonly FieldCopy[]): void {
    for (const copy of copies) this.#claim(copy, true);
    const states = mapDefined(fields, (name) => copies.find(({ field }) => field === name)?.state ?? undefined);
    this.#host.view(tx, { fields: states, escalations: [] });
  }

  /** What the turn has worked with first is what its writes are made from; only the grant may be a newer one. */
  #claim({ field, version, generation, token }: FieldCopy, shown: boolean): void {
    const before = this.#claims.get(field);
    this.#claims.set(field, {
      field,
      version: before?.version ?? version,
      generation,
      token,
      shown: shown || before?.shown === true,
    });
  }

  #answered(tx: Transaction, answer: Answer<MesiReply>): void {
    switch (answer.kind) {
      case 'copies':
        for (const copy of answer.copies) this.#cache.put(copy, this.#host.now());
        this.#whenGiven(answer.copies);
        break;
      case 'view':
        this.#host.view(tx, answer.view);
        break;
      case 'written':
        this.#host.written(tx);
        break;
      case 'settle':
        this.#settled(answer.outcome);
        this.#host.settle(tx, answer.outcome);
        break;
    }
  }

  #settled(outcome: Outcome): void {
    this.#isAtWork = false;
    switch (outcome.kind) {
      case 'committed':
        for (const name of fieldsOf(this.#writes)) this.#committed(name);
        break;
      case 'conflict':
        this.#cache.drop(outcome.fields);
        break;
      case 'escalated':
      case 'rejected':
        break;
    }
  }

  #committed(field: FieldName): void {
    const claim = this.#claims.get(field);
    const writes = this.#writes.filter((write) => write.field === field);
    if (claim !== undefined) this.#cache.committed(claim, writes, this.#host.now());
  }

  #noted(note: HubNote): void {
    switch (note.kind) {
      case 'invalidate':
        this.#cache.drop(note.fields);
        break;
      case 'update':
        for (const copy of note.copies) this.#update(copy);
        break;
    }
  }

  #update(copy: FieldCopy): void {
    if ((this.#cache.peek(copy.field)?.version ?? -1) < copy.version) this.#cache.put(copy, this.#host.now());
  }

  /** Whatever the hub is told is a sign of life: it beats only where it has been silent for the whole interval. */
  #beatAfter(delay: Micros, interval: Micros): void {
    this.#host.after(delay, () => {
      const isSilent = this.#host.now() >= this.#spokeAt + interval;
      if (isSilent && (this.#isAtWork || this.#cache.holdsGrants)) this.#note(heartbeat);
      const silence = isSilent ? 0 : this.#host.now() - this.#spokeAt;
      this.#beatAfter(micros(interval - silence), interval);
    });
  }

  #ask(ask: MesiAsk): void {
    this.#spokeAt = this.#host.now();
    this.#link.ask(ask);
  }

  #note(message: Uint8Array): void {
    this.#spokeAt = this.#host.now();
    this.#host.send(hubId, message);
  }
}

/** They are the same each time. */
const heartbeat = messageOf({ kind: 'heartbeat' });
const recover = messageOf({ kind: 'recover' });

function messageOf(note: ClientNote): Uint8Array {
  return encodeShared({ kind: 'note', note });
}
