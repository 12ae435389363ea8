/**
 * Messages between replicas in processes of their own, as frames over sockets of this machine. Each replica dials each of its
 * peers and sends on the connections that it has dialled, so messages come in order on each link. What is sent to a peer that
 * isn't there is lost; when it comes back it dials, and is dialled at once.
 */

import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import type { ReplicaId } from '../contract/index.ts';
import { openAddressBook, type AddressBook, type Transport } from './address.ts';
import { FrameReader } from './frames.ts';
import type { Network } from './host.ts';
import { OutgoingLink } from './outgoing-link.ts';

export interface SocketNetworkOptions {
  readonly self: ReplicaId;
  readonly peers: readonly ReplicaId[];
  readonly transport: Transport;
  /** Where all replicas of this document say where they listen. */
  readonly folder: string;
  /** A message that is longer is refused; 64 MiB without it. */
  readonly longestMessageBytes?: number;
  /** What waits for a peer that doesn't read is bounded: what is sent beyond is lost; 64 MiB without it. */
  readonly mostWaitingBytes?: number;
  /** A connection was closed because what came over it was wrong. */
  readonly refused?: (error: Error) => void;
}

export type Receive = (from: ReplicaId, message: Uint8Array) => void;

const mebibyte = 1024 * 1024;
/** Whoever dials and does not say at once who it is, is nobody whom we know. */
const greetingTimeoutMs = 5_000;
const longestGreetingBytes = 4_096;

export class SocketNetwork implements Network {
  readonly #options: SocketNetworkOptions;
  readonly #longestMessageBytes: number;
  readonly #addresses: AddressBook;
  readonly #server: Server;
  readonly #links: ReadonlyMap<ReplicaId, OutgoingLink>;
  readonly #incoming = new Set<Socket>();
  /** By peer, the end of its newest connection: a later one is read when it has been read to its end. */
  readonly #ends = new Map<ReplicaId, Promise<void>>();
  readonly #watching = new Set<() => void>();
  #receive: Receive = () => undefined;
  #key = '';
  #isClosed = false;

  constructor(options: SocketNetworkOptions) {
    const { self, peers, folder, transport } = options;
    this.#options = options;
    this.#longestMessageBytes = options.longestMessageBytes ?? 64 * mebibyte;
    this.#addresses = openAddressBook(folder, transport, self, peers);
    this.#server = createServer((socket) => void this.#serve(socket));
    this.#links = new Map(peers.map((peer) => [peer, this.#linkTo(peer)]));
  }

  /** Messages that this replica sent and that were lost on this machine. */
  get lost(): number {
    return [...this.#links.values()].reduce((sum, link) => sum + link.lost, 0);
  }

  /** What this replica sent and the system has not taken yet. */
  get waitingBytes(): number {
    return [...this.#links.values()].reduce((sum, link) => sum + link.waitingBytes, 0);
  }

  /** Listens, says where, and dials all peers. `receive` must not throw. */
  async open(receive: Receive): Promise<void> {
    this.#receive = receive;
    await listening(this.#server, this.#addresses.listenAt());
    if (this.#isClosed) {
      this.#server.close();
      throw new Error('the network was closed before it was open');
    }
    const address = this.#server.address() as AddressInfo | string;
    this.#key = this.#addresses.announce(typeof address === 'string' ? null : address.port);
    for (const link of this.#links.values()) link.dial();
  }

  /** Resolves when every peer is connected. */
  connected(): Promise<void> {
    return new Promise((resolve) => {
      const look = (): void => {
        if (![...this.#links.values()].every(({ isUp }) => isUp)) return;
        this.#watching.delete(look);
        resolve();
      };
      this.#watching.add(look);
      look();
    });
  }

  send(to: ReplicaId, message: Uint8Array): void {
    const link = this.#links.get(to);
    if (link === undefined) throw new Error(`${to} is no peer of ${this.#options.self}`);
    if (message.length > this.#longestMessageBytes) {
      throw new Error(
        `a message of ${String(message.length)} bytes: the longest may have ${String(this.#longestMessageBytes)}`,
      );
    }
    link.send(message);
  }

  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    for (const link of this.#links.values()) link.close();
    for (const socket of this.#incoming) socket.destroy();
    if (this.#server.listening) {
      await new Promise((resolve) => this.#server.close(resolve));
      this.#addresses.withdraw();
    }
    this.#addresses.close();
  }

  #linkTo(peer: ReplicaId): OutgoingLink {
    return new OutgoingLink({
      find: () => this.#addresses.find(peer),
      greeting: (key) => Buffer.from(JSON.stringify([this.#options.self, peer, key])),
      mostWaitingBytes: this.#options.mostWaitingBytes ?? 64 * mebibyte,
      connected: () => {
        for (const look of this.#watching) look();
      },
    });
  }

  /** Reads one connection to its end. */
  async #serve(socket: Socket): Promise<void> {
    let ended = (): void => undefined;
    this.#incoming.add(socket);
    socket.setTimeout(greetingTimeoutMs, () => socket.destroy());
    try {
      const reader = new FrameReader(longestGreetingBytes);
      let from: ReplicaId | null = null;
      for await (const piece of socket as AsyncIterable<Buffer>) {
        for (const message of reader.read(piece)) {
          if (this.#isClosed) return;
          if (from !== null) {
            this.#receive(from, message);
            continue;
          }
          from = this.#greeted(message);
          reader.longestBytes = this.#longestMessageBytes;
          socket.setTimeout(0);
          const before = this.#ends.get(from);
          this.#ends.set(from, new Promise((resolve) => (ended = resolve)));
          this.#links.get(from)?.dial();
          await before;
        }
      }
    } catch (error) {
      if (!isBrokenConnection(error)) this.#options.refused?.(error as Error);
    } finally {
      this.#incoming.delete(socket);
      socket.destroy();
      ended();
    }
  }

  /** Who has dialled. Where a peer has moved, somebody else may listen at its old address. */
  #greeted(greeting: Uint8Array): ReplicaId {
    const { self } = this.#options;
    const [from, to, key] = parseGreeting(greeting);
    if (to !== self || key !== this.#key || !this.#links.has(from)) {
      throw new Error(`${self} was dialled by ${from}, who was looking for ${to} or doesn't know its key`);
    }
    return from;
  }
}

function parseGreeting(greeting: Uint8Array): readonly [from: ReplicaId, to: ReplicaId, key: string] {
  try {
    const parts: unknown = JSON.parse(Buffer.from(greeting).toString());
    if (Array.isArray(parts) && parts.length === 3) return parts as [ReplicaId, ReplicaId, string];
  } catch {
    // What is no JSON is no greeting either.
  }
  throw new Error('a connection did not begin with a greeting');
}

function listening(server: Server, at: Parameters<Server['listen']>[0]): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(at, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

/** The other side is gone: that is no news. */
function isBrokenConnection(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return code !== undefined && ['ECONNRESET', 'EPIPE', 'ERR_STREAM_PREMATURE_CLOSE'].includes(code);
}
