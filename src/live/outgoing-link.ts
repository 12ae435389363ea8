/** The connection over which a replica sends to one peer: dialled again and again, lossy while the peer isn't there. */

import { connect, type Socket } from 'node:net';
import type { Address } from './address.ts';
import { encodeFrame } from './frames.ts';

export interface LinkOptions {
  /** Where the peer listens; null if nobody knows. */
  readonly find: () => Address | null;
  /** The first frame of a connection, to one who has this key. */
  readonly greeting: (key: string) => Uint8Array;
  /** What waits for a peer that doesn't read; what doesn't fit is lost. */
  readonly mostWaitingBytes: number;
  readonly connected: () => void;
}

const firstRetryMs = 10;
const longestRetryMs = 500;

export class OutgoingLink {
  readonly #options: LinkOptions;
  #socket: Socket | null = null;
  #isUp = false;
  #retryMs = firstRetryMs;
  #retry: NodeJS.Timeout | null = null;
  #isClosed = false;
  /** Messages that were lost because nobody listened, or because too much was waiting. */
  lost = 0;

  constructor(options: LinkOptions) {
    this.#options = options;
  }

  get isUp(): boolean {
    return this.#isUp;
  }

  get waitingBytes(): number {
    return this.#socket?.writableLength ?? 0;
  }

  /** What is sent while the connection is made waits for it; if nobody answers, it is lost. */
  send(message: Uint8Array): void {
    const socket = this.#socket;
    const waiting = this.waitingBytes;
    const fits = waiting === 0 || waiting + message.length <= this.#options.mostWaitingBytes;
    if (socket === null || !fits) this.lost += 1;
    else socket.write(encodeFrame(message));
  }

  /** Connects now, whenever the next attempt was due: there is reason to believe that the peer is there. */
  dial(): void {
    if (this.#socket !== null || this.#isClosed) return;
    if (this.#retry !== null) clearTimeout(this.#retry);
    this.#retry = null;
    const address = this.#options.find();
    if (address === null) {
      this.#dialLater();
      return;
    }
    const socket = connect(address.at);
    this.#socket = socket;
    socket.setNoDelay(true);
    socket.write(encodeFrame(this.#options.greeting(address.key)));
    socket.once('connect', () => {
      if (isToItself(socket)) {
        socket.destroy();
        return;
      }
      this.#isUp = true;
      this.#retryMs = firstRetryMs;
      this.#options.connected();
    });
    // A peer says nothing on this connection; it is read to notice its end.
    socket.resume();
    socket.once('end', () => socket.destroy());
    socket.on('error', () => undefined);
    socket.once('close', () => {
      this.#socket = null;
      this.#isUp = false;
      this.#dialLater();
    });
  }

  close(): void {
    this.#isClosed = true;
    if (this.#retry !== null) clearTimeout(this.#retry);
    this.#socket?.destroy();
  }

  #dialLater(): void {
    if (this.#isClosed) return;
    this.#retry = setTimeout(() => {
      this.#retry = null;
      this.dial();
    }, this.#retryMs);
    this.#retryMs = Math.min(2 * this.#retryMs, longestRetryMs);
  }
}

/** Where nobody listens at a port, the system may choose that very port for who dials it, and so connect it to itself. */
function isToItself(socket: Socket): boolean {
  return socket.localPort !== undefined && socket.localPort === socket.remotePort;
}
