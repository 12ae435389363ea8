/**
 * How the clients of a hub come to show its state. The hub pushes what has changed, each time what has changed since the last
 * push, and is silent when nothing has. A client that has missed something sees that the next push rests on it and asks for
 * the whole; one that has missed the last of all is silent, and gets the whole unasked. A client keeps what it shows on its
 * disk, so that it has something to show after a restart; nothing is ever decided by it.
 */

import { hubId, type DocumentState, type Host, type ReplicaId } from '../contract/index.ts';
import { initialState } from '../document/index.ts';
import { decodeShared, encodeShared } from './shared-codec.ts';
import { tell, type ClientMessage, type HubMessage } from './hub-messages.ts';
import { applyChange, changeBetween, emptyState } from './state-change.ts';

type Push = Extract<HubMessage, { kind: 'push' }>;

const hello = encodeShared({ kind: 'hello' } satisfies ClientMessage<never>);

/** A client's cache holds at most so many changes before it is written anew as a whole. */
const longestCache = 16;
/** After so many rounds without a push a client says what it shows. */
const roundsToConfirm = 6;
/** After so many rounds without a word from a client the hub pushes the whole state to it. */
const roundsToWait = 8;

export class Mirror {
  readonly #host: Host;
  #shown: DocumentState;
  /** The newest push that this life of the client shows. */
  #latest: Pick<Push, 'epoch' | 'number'> | null = null;
  /** Rounds since it came; null: the hub knows that it is shown. */
  #quietRounds: number | null = null;
  /** How many records the cache holds. */
  #cached = 0;

  constructor(host: Host) {
    this.#host = host;
    this.#shown = cachedState(host) ?? initialState(host.schema);
  }

  state(): DocumentState {
    return this.#shown;
  }

  /** Until the hub is heard from, it may believe that this client still shows what it showed before it stopped. */
  sync(): void {
    if (this.#latest === null) {
      this.#host.send(hubId, hello);
      return;
    }
    if (this.#quietRounds === null) return;
    this.#quietRounds += 1;
    if (this.#quietRounds === roundsToConfirm) this.#confirm(this.#latest);
  }

  /** Returns whether the hub has started anew since it was last heard from. */
  receive(push: Push, message: Uint8Array): boolean {
    const before = this.#latest;
    if (before !== null && !isLater(push, before)) {
      this.#confirm(before);
      return false;
    }
    if (push.base !== 0 && (before?.epoch !== push.epoch || before.number !== push.base)) {
      this.#host.send(hubId, hello);
      return false;
    }
    this.#latest = { epoch: push.epoch, number: push.number };
    this.#shown = applyChange(push.base === 0 ? emptyState : this.#shown, push.change);
    this.#quietRounds = 0;
    this.#cache(push, message);
    return before !== null && before.epoch !== push.epoch;
  }

  #confirm(shown: Pick<Push, 'epoch' | 'number'>): void {
    this.#quietRounds = null;
    tell(this.#host, hubId, { kind: 'shown', ...shown });
  }

  #cache(push: Push, message: Uint8Array): void {
    const done = (): void => undefined;
    if (push.base !== 0 && this.#cached < longestCache) {
      this.#cached += 1;
      this.#host.disk.append(message, done);
      return;
    }
    this.#cached = 1;
    this.#host.disk.replace([push.base === 0 ? message : wholeAt(push, this.#shown)], done);
  }
}

const wholes = new WeakMap<Push, { readonly state: DocumentState; readonly message: Uint8Array }>();

/** The push as it would be if it told all of the state that it leads to. Clients that show the same write down the same. */
function wholeAt(push: Push, state: DocumentState): Uint8Array {
  const known = wholes.get(push);
  if (known?.state === state) return known.message;
  const whole: Push = { ...push, base: 0, change: changeBetween(emptyState, state) };
  const message = encodeShared(whole);
  wholes.set(push, { state, message });
  return message;
}

function isLater(push: Push, than: Pick<Push, 'epoch' | 'number'>): boolean {
  return push.epoch > than.epoch || (push.epoch === than.epoch && push.number > than.number);
}

/** A cache that can't be read is no loss: the hub is asked anyway. */
function cachedState(host: Host): DocumentState | null {
  const records = host.disk.records();
  if (records.length === 0) return null;
  try {
    const pushes = records.map((record) => decodeShared(record) as Push);
    return pushes.reduce((state, { change }) => applyChange(state, change), emptyState);
  } catch {
    return null;
  }
}

interface Pushed {
  readonly number: number;
  readonly version: number;
  readonly state: DocumentState;
  /** The pushes that lead to it, by the number of what they are based on: clients that show the same get the same one. */
  readonly messages: Map<number, Uint8Array>;
}

/** What was pushed to a client last. */
interface ClientCopy {
  readonly pushed: Pushed;
  /** Rounds since then; null: the client has said that it shows it. */
  readonly rounds: number | null;
}

/** The hub's side: what each client shows. */
export class Broadcast {
  readonly #host: Host;
  readonly #epoch: number;
  readonly #copies = new Map<ReplicaId, ClientCopy>();
  #numbers = 0;
  #newest: Pushed | null = null;

  constructor(host: Host) {
    this.#host = host;
    this.#epoch = host.now();
  }

  /** Pushes the state, which has this version, to every client to which it wasn't pushed yet. */
  sync(version: number, state: () => DocumentState): void {
    if (this.#newest?.version !== version) {
      this.#newest = this.#pushed(version, state());
    }
    for (const client of this.#host.peers) this.#syncWith(client, this.#newest);
  }

  /** What an earlier life of the client has confirmed, or will be heard to confirm, is worth nothing. */
  hello(client: ReplicaId): void {
    this.#copies.delete(client);
    if (this.#newest === null) return;
    this.#newest = this.#pushed(this.#newest.version, this.#newest.state);
  }

  shown(client: ReplicaId, { epoch, number }: Extract<ClientMessage<never>, { kind: 'shown' }>): void {
    const pushed = this.#copies.get(client)?.pushed;
    if (pushed === undefined || epoch !== this.#epoch || number !== pushed.number) return;
    this.#copies.set(client, { pushed, rounds: null });
  }

  #syncWith(client: ReplicaId, newest: Pushed): void {
    const copy = this.#copies.get(client);
    if (copy === undefined) this.#pushTo(client, null, newest);
    else if (copy.pushed.version !== newest.version) this.#pushTo(client, copy.pushed, newest);
    else if (copy.rounds === roundsToWait) this.#pushTo(client, null, newest);
    else if (copy.rounds !== null) this.#copies.set(client, { pushed: copy.pushed, rounds: copy.rounds + 1 });
  }

  #pushTo(client: ReplicaId, base: Pushed | null, newest: Pushed): void {
    const number = base?.number ?? 0;
    const message = newest.messages.get(number) ?? this.#push(base, newest);
    newest.messages.set(number, message);
    this.#copies.set(client, { pushed: newest, rounds: 0 });
    this.#host.send(client, message);
  }

  #pushed(version: number, state: DocumentState): Pushed {
    this.#numbers += 1;
    return { number: this.#numbers, version, state, messages: new Map() };
  }

  #push(base: Pushed | null, { number, state }: Pushed): Uint8Array {
    const change = changeBetween(base?.state ?? emptyState, state);
    const push: Push = { kind: 'push', epoch: this.#epoch, number, base: base?.number ?? 0, change };
    return encodeShared(push);
  }
}
