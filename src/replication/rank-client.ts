/** The client of a hub where turns are written in place: every request carries what the turn rests on and what it wrote. */

import {
  hubId,
  type DocumentState,
  type FieldName,
  type Host,
  type Micros,
  type Replica,
  type ReplicaId,
  type Transaction,
  type Write,
} from '../contract/index.ts';
import { decodeShared } from './shared-codec.ts';
import { hear } from './hub-hearing.ts';
import { HubLink } from './hub-link.ts';
import { tell, type Answer } from './hub-messages.ts';
import { Mirror } from './hub-mirror.ts';
import type { OpenedNote, RankAsk, RankMessage } from './rank-messages.ts';

interface OpenTurn {
  readonly repairs: boolean;
  readonly basis: Map<FieldName, number>;
  /** Null as long as a turn that was opened again has written nothing. */
  writes: readonly Write[] | null;
}

export class RankClient implements Replica {
  readonly #host: Host;
  readonly #link: HubLink<RankAsk>;
  readonly #mirror: Mirror;
  readonly #openedAt: Micros;
  #isHeard = false;
  #turn: OpenTurn = { repairs: false, basis: new Map(), writes: [] };

  constructor(host: Host, pingMicros: Micros) {
    this.#host = host;
    this.#openedAt = host.now();
    this.#mirror = new Mirror(host);
    this.#link = new HubLink(host, {
      pingMicros,
      answered: (tx, answer) => {
        this.#answered(tx, answer);
      },
    });
  }

  begin(tx: Transaction): void {
    const repairs = tx.repairs === true;
    this.#turn = { repairs, basis: new Map(), writes: repairs ? null : [] };
    this.#link.begin(tx);
  }

  read(_tx: Transaction, fields: readonly FieldName[]): void {
    this.#link.ask({ kind: 'read', fields, ...this.#rests() });
  }

  write(tx: Transaction, writes: readonly Write[]): void {
    const all = tx.repairs === true ? writes : [...(this.#turn.writes ?? []), ...writes];
    this.#turn.writes = all;
    this.#link.ask({ kind: 'write', writes: all, ...this.#rests() });
  }

  commit(): void {
    this.#link.ask({ kind: 'commit', writes: this.#turn.writes, ...this.#rests() });
  }

  receive(_from: ReplicaId, bytes: Uint8Array): void {
    const message = decodeShared(bytes) as RankMessage;
    switch (message.kind) {
      case 'answer':
      case 'queued':
      case 'push':
        hear({ link: this.#link, mirror: this.#mirror }, message, bytes);
        break;
      case 'notice':
        this.#host.notify(message.tx, message.fields);
        break;
      case 'heard':
        if (message.openedAt === this.#openedAt) this.#isHeard = true;
        break;
    }
  }

  sync(): void {
    this.#mirror.sync();
    if (!this.#isHeard) this.#sayOpened();
  }

  state(): DocumentState {
    return this.#mirror.state();
  }

  close(): void {
    this.#link.close();
  }

  #rests(): Pick<RankAsk, 'basis' | 'repairs' | 'openedAt'> {
    return { basis: [...this.#turn.basis], repairs: this.#turn.repairs, openedAt: this.#openedAt };
  }

  #sayOpened(): void {
    const note: OpenedNote = { openedAt: this.#openedAt };
    tell(this.#host, hubId, { kind: 'note', note });
  }

  /** What was answered has said when this machine started. */
  #answered(tx: Transaction, answer: Answer): void {
    this.#isHeard = true;
    switch (answer.kind) {
      case 'view':
        for (const [field, version] of answer.versions) this.#turn.basis.set(field, version);
        this.#host.view(tx, answer.view);
        break;
      case 'written':
        this.#host.written(tx);
        break;
      case 'settle':
        this.#host.settle(tx, answer.outcome);
        break;
    }
  }
}
