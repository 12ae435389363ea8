/**
 * A store that is put to without a check: an agent reads the whole document and later puts the whole document back, its
 * own view plus its change, and the hub replaces everything. So writes are lost in fields that the agent never touched. The
 * journal is the newest document.
 */

import {
  hubId,
  type DocumentState,
  type FieldName,
  type FieldState,
  type Host,
  type Promises,
  type Replica,
  type ReplicaId,
  type Transaction,
  type Write,
} from '../contract/index.ts';
import { byField, initialState, putWrite } from '../document/put.ts';
import { decodeShared, encodeShared } from './shared-codec.ts';
import { hear } from './hub-hearing.ts';
import { HubLink } from './hub-link.ts';
import type { Answer, HubMessage } from './hub-messages.ts';
import { Mirror } from './hub-mirror.ts';
import { hubServer, type HubLogic } from './hub-server.ts';
import type { Session } from './hub-session.ts';

type Fields = readonly FieldState[];

/** Where the hub keeps the document. It is empty when the hub starts, and is filled from the disk. */
export interface Shelf {
  get(): Fields;
  put(fields: Fields): void;
}

/** What the rule can promise, wherever the document is kept. */
export const wholeDocumentPromises: Promises = {
  converges: 'survivable',
  keepsCommittedWrites: false,
  keepsRefusedOut: false,
  exactlyOnce: false,
  allOrNothing: false,
  escalatesTruly: false,
  serializable: false,
  serialInRankOrder: false,
  neverWaits: false,
};

export function wholeDocument(host: Host, shelf: () => Shelf): Replica {
  return host.self === hubId ? hubServer(host, new WholeDocumentHub(host, shelf())) : new WholeDocumentClient(host);
}

type DocumentAsk = { readonly kind: 'get' } | { readonly kind: 'put'; readonly fields: Fields };

type HeldDocument = ReadonlyMap<FieldName, FieldState>;

class WholeDocumentHub implements HubLogic<DocumentAsk> {
  readonly #host: Host;
  readonly #shelf: Shelf;
  #puts = 0;

  constructor(host: Host, shelf: Shelf) {
    this.#host = host;
    this.#shelf = shelf;
    const newest = host.disk.records().at(-1);
    shelf.put(newest === undefined ? initialState(host.schema).fields : (decodeShared(newest) as Fields));
  }

  asked(session: Session<DocumentAsk>, ask: DocumentAsk): void {
    switch (ask.kind) {
      case 'get':
        session.view({ fields: this.#shelf.get(), escalations: [] }, []);
        break;
      case 'put':
        this.#host.disk.replace([encodeShared(ask.fields)], () => {
          // All of it is new to the store, whatever the agent has left as it was.
          this.#shelf.put(ask.fields.map((state) => ({ ...state })));
          this.#puts += 1;
          session.settle({ kind: 'committed' });
        });
        break;
    }
  }

  heard(): void {
    // Nobody holds anything here.
  }

  gone(): void {
    // Nobody holds anything here.
  }

  /** What was put is replaced by the next put: nobody can tell whether it was there. */
  landed(): null {
    return null;
  }

  state(): DocumentState {
    return { fields: this.#shelf.get(), escalations: [], resolutions: [] };
  }

  version(): number {
    return this.#puts;
  }
}

class WholeDocumentClient implements Replica {
  readonly #host: Host;
  readonly #link: HubLink<DocumentAsk>;
  readonly #mirror: Mirror;
  /** The document as the turn first saw it. */
  #held: HeldDocument | null = null;
  #writes: Write[] = [];
  /** What to do once the document is there. */
  #whenHeld: (held: HeldDocument) => void = () => undefined;

  constructor(host: Host) {
    this.#host = host;
    this.#mirror = new Mirror(host);
    this.#link = new HubLink(host, {
      pingMicros: null,
      answered: (tx, answer) => {
        this.#answered(tx, answer);
      },
    });
  }

  begin(tx: Transaction): void {
    this.#link.begin(tx);
    this.#held = null;
    this.#writes = [];
  }

  read(tx: Transaction, fields: readonly FieldName[]): void {
    this.#hold((held) => {
      this.#host.view(tx, { fields: fields.flatMap((name) => held.get(name) ?? []), escalations: [] });
    });
  }

  write(tx: Transaction, writes: readonly Write[]): void {
    this.#writes.push(...writes);
    this.#host.written(tx);
  }

  commit(): void {
    this.#hold((held) => {
      const changed = new Map(held);
      for (const write of this.#writes) changed.set(write.field, putWrite(changed.get(write.field), write));
      this.#link.ask({ kind: 'put', fields: [...changed.values()].sort(byField) });
    });
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

  #hold(then: (held: HeldDocument) => void): void {
    this.#whenHeld = then;
    if (this.#held === null) this.#link.ask({ kind: 'get' });
    else then(this.#held);
  }

  #answered(tx: Transaction, answer: Answer): void {
    switch (answer.kind) {
      case 'view':
        this.#held = new Map(answer.view.fields.map((state) => [state.field, state]));
        this.#whenHeld(this.#held);
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
