/** The client of a hub for strategies whose decisions are all taken there: it asks, waits, and shows what it was last told. */

import {
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
import { decodeShared } from './shared-codec.ts';
import { hear } from './hub-hearing.ts';
import { HubLink } from './hub-link.ts';
import type { Answer, Basis, HubMessage, TurnAsk } from './hub-messages.ts';
import { Mirror } from './hub-mirror.ts';

export interface HubClientOptions {
  /** Whether the hub hears of writes as they are issued, or with the commit. */
  readonly writes: 'at-once' | 'with-commit';
  /** How often the client says that it still works on its turn; null for never. */
  readonly pingMicros: Micros | null;
  /** How long the client waits before its agent hears of a conflict and begins anew; not at all without it. */
  readonly backOff?: (tx: Transaction) => Micros;
}

export function hubClient(host: Host, options: HubClientOptions): Replica {
  return new HubClient(host, options);
}

class HubClient implements Replica {
  readonly #host: Host;
  readonly #options: HubClientOptions;
  readonly #link: HubLink<TurnAsk>;
  readonly #mirror: Mirror;
  readonly #basis = new Map<FieldName, number>();
  #writes: Write[] = [];

  constructor(host: Host, options: HubClientOptions) {
    this.#host = host;
    this.#options = options;
    this.#mirror = new Mirror(host);
    this.#link = new HubLink(host, {
      pingMicros: options.pingMicros,
      answered: (tx, answer) => {
        this.#answered(tx, answer);
      },
    });
  }

  begin(tx: Transaction): void {
    this.#link.begin(tx);
    this.#basis.clear();
    this.#writes = [];
  }

  read(_tx: Transaction, fields: readonly FieldName[]): void {
    this.#link.ask({ kind: 'read', fields, basis: this.#shownVersions() });
  }

  write(tx: Transaction, writes: readonly Write[]): void {
    this.#writes.push(...writes);
    switch (this.#options.writes) {
      case 'at-once':
        this.#link.ask({ kind: 'write', writes, basis: this.#shownVersions() });
        break;
      case 'with-commit':
        this.#host.written(tx);
        break;
    }
  }

  commit(): void {
    this.#link.ask({ kind: 'commit', writes: this.#writes, basis: this.#shownVersions() });
  }

  receive(_from: ReplicaId, bytes: Uint8Array): void {
    const message = decodeShared(bytes) as HubMessage;
    hear({ link: this.#link, mirror: this.#mirror }, message, bytes);
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

  #shownVersions(): Basis {
    return [...this.#basis];
  }

  #answered(tx: Transaction, answer: Answer): void {
    switch (answer.kind) {
      case 'view':
        for (const [field, version] of answer.versions) this.#basis.set(field, version);
        this.#host.view(tx, answer.view);
        break;
      case 'written':
        this.#host.written(tx);
        break;
      case 'settle':
        this.#settle(tx, answer.outcome);
        break;
    }
  }

  #settle(tx: Transaction, outcome: Outcome): void {
    const wait = outcome.kind === 'conflict' ? (this.#options.backOff?.(tx) ?? 0) : 0;
    const settle = (): void => {
      this.#host.settle(tx, outcome);
    };
    if (wait === 0) settle();
    else this.#host.after(micros(wait), settle);
  }
}
