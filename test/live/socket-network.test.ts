import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ReplicaId } from '../../src/contract/index.ts';
import { encodeFrame, FrameReader } from '../../src/live/frames.ts';
import { OutgoingLink } from '../../src/live/outgoing-link.ts';
import { SocketNetwork, type SocketNetworkOptions } from '../../src/live/index.ts';

const a1 = 'a1' as ReplicaId;
const a2 = 'a2' as ReplicaId;
const mebibyte = 1024 * 1024;

let folder = '';
const open: { close(): Promise<void> | void }[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lostwrites-network-'));
});
afterEach(async () => {
  for (const part of open.splice(0)) await part.close();
  rmSync(folder, { recursive: true });
});

/** A replica that keeps what it hears, each message as text with its sender in front. */
class Station {
  readonly network: SocketNetwork;
  readonly heard: string[] = [];
  readonly refused: string[] = [];
  readonly #waiting: (() => void)[] = [];

  constructor(self: ReplicaId, peer: ReplicaId, options: Partial<SocketNetworkOptions> = {}) {
    const refused = (error: Error): void => this.#note(this.refused, error.message);
    this.network = new SocketNetwork({ self, peers: [peer], transport: 'unix', folder, refused, ...options });
    open.push(this.network);
  }

  async open(): Promise<this> {
    await this.network.open((from, message) => {
      this.#note(
        this.heard,
        `${from}: ${message.length > 100 ? String(message.length) : Buffer.from(message).toString()}`,
      );
    });
    return this;
  }

  /** Waits until something is so that can only become so when something is heard or refused. */
  async until(isSo: () => boolean): Promise<void> {
    while (!isSo()) await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  #note(list: string[], text: string): void {
    list.push(text);
    for (const resolve of this.#waiting.splice(0)) resolve();
  }
}

const text = (message: string): Uint8Array => Buffer.from(message);

describe.each(['unix', 'tcp'] as const)('replicas on %s sockets', (transport) => {
  const pair = async (options: Partial<SocketNetworkOptions> = {}): Promise<[Station, Station]> => {
    const stations = [new Station(a1, a2, { transport, ...options }), new Station(a2, a1, { transport })] as const;
    for (const station of stations) await station.open();
    await Promise.all(stations.map(({ network }) => network.connected()));
    return [...stations];
  };

  it('hear each other, in order, also messages of many megabytes and of none', async () => {
    const [one, two] = await pair();
    one.network.send(a2, text('first'));
    one.network.send(a2, new Uint8Array(4 * mebibyte));
    one.network.send(a2, text(''));
    two.network.send(a1, text('back'));
    await two.until(() => two.heard.length === 3);
    await one.until(() => one.heard.length === 1);
    expect(two.heard).toEqual(['a1: first', `a1: ${String(4 * mebibyte)}`, 'a1: ']);
    expect(one.heard).toEqual(['a2: back']);
  });

  it('lose what is sent to a peer that is not there, and are connected at once when it comes back', async () => {
    const [one, two] = await pair();
    await two.network.close();
    // Whether the first ones are lost on this machine or on the way depends on when the end is noticed.
    for (let sent = 0; one.network.lost === 0; sent += 1) {
      one.network.send(a2, text(`lost ${String(sent)}`));
      await new Promise(setImmediate);
    }
    const again = await new Station(a2, a1, { transport }).open();
    await Promise.all([again.network.connected(), one.network.connected()]);
    one.network.send(a2, text('you are back'));
    again.network.send(a1, text('I am back'));
    await Promise.all([one.until(() => one.heard.length === 1), again.until(() => again.heard.length === 1)]);
    expect([one.heard, again.heard]).toEqual([['a2: I am back'], ['a1: you are back']]);
  });

  it('take the place of one that was killed, whatever it left in the folder', async () => {
    const gone = createServer();
    const at = transport === 'unix' ? join(folder, 'other') : 0;
    await new Promise<void>((resolve) => gone.listen(at, resolve));
    const { port } = gone.address() as AddressInfo;
    writeFileSync(join(folder, transport === 'unix' ? 'a2.socket' : 'a2.port'), `${String(port)} old-key`);
    await new Promise((resolve) => gone.close(resolve));
    const [one, two] = await pair();
    one.network.send(a2, text('hello'));
    await two.until(() => two.heard.length === 1);
  });

  it('keep no more for a peer that does not read than they are told to', async () => {
    const one = await new Station(a1, a2, { transport, mostWaitingBytes: 2 * mebibyte }).open();
    const accepted: Socket[] = [];
    const deaf = createServer({ pauseOnConnect: true }, (socket) => accepted.push(socket));
    await new Promise<void>((resolve) => {
      deaf.listen(transport === 'unix' ? join(folder, 'a2.socket') : { host: '127.0.0.1', port: 0 }, resolve);
    });
    open.push({
      close: () => {
        for (const socket of accepted) socket.destroy();
        deaf.close();
      },
    });
    writeFileSync(join(folder, 'a2.port'), `${String((deaf.address() as AddressInfo).port)} key`);
    await one.network.connected();
    let mostWaiting = 0;
    // The system's own buffers take some megabytes before anything waits here.
    for (let sent = 0; sent < 64; sent += 1) {
      one.network.send(a2, Buffer.alloc(mebibyte));
      mostWaiting = Math.max(mostWaiting, one.network.waitingBytes);
      await new Promise(setImmediate);
    }
    expect(one.network.lost).toBeGreaterThan(40);
    expect(mostWaiting).toBeLessThan(3 * mebibyte);
  });

  it('refuse to send what nobody would take', async () => {
    const [one] = await pair({ longestMessageBytes: 1000 });
    expect(() => {
      one.network.send(a2, new Uint8Array(1001));
    }).toThrow('a message of 1001 bytes: the longest may have 1000');
  });
});

describe('a connection', () => {
  const address = (station: 'a1' | 'a2'): { port: number; key: string } => {
    const [port, key] = readFileSync(join(folder, `${station}.port`), 'utf8').split(' ');
    return { port: Number(port), key: key! };
  };

  it.each([
    ['is from nobody it knows', () => ['a9', 'a1', address('a1').key], /dialled by a9/],
    ['was meant for another one', () => ['a2', 'a7', address('a1').key], /looking for a7/],
    ["doesn't know the key", () => ['a2', 'a1', ''], /its key/],
    ['does not greet', () => ({}), /did not begin with a greeting/],
  ])('is refused if it %s', async (_what, greeting, message) => {
    const one = await new Station(a1, a2, { transport: 'tcp' }).open();
    const stranger = connect(address('a1').port, '127.0.0.1');
    open.push({ close: () => void stranger.destroy() });
    stranger.write(encodeFrame(text(JSON.stringify(greeting()))));
    stranger.write(encodeFrame(text('a lie')));
    await one.until(() => one.refused.length === 1);
    expect(one.refused[0]).toMatch(message);
    expect(one.heard).toEqual([]);
  });

  it.each([
    ['a greeting', [], /4294967295 bytes: the longest may have 4096/],
    ['a message', ['greeting'], /4294967295 bytes: the longest may have 1000/],
  ])('is refused if %s claims an absurd length', async (_what, before, message) => {
    const one = await new Station(a1, a2, { transport: 'tcp', longestMessageBytes: 1000 }).open();
    const liar = connect(address('a1').port, '127.0.0.1');
    open.push({ close: () => void liar.destroy() });
    for (const _ of before) liar.write(encodeFrame(text(JSON.stringify(['a2', 'a1', address('a1').key]))));
    liar.write(Buffer.from('ffffffff', 'hex'));
    await one.until(() => one.refused.length === 1);
    expect(one.refused[0]).toMatch(message);
  });

  it('is made as soon as there is reason to, not only when the next attempt is due', () => {
    let attempts = 0;
    const find = (): null => {
      attempts += 1;
      return null;
    };
    const greeting = (): Uint8Array => new Uint8Array();
    const link = new OutgoingLink({ find, greeting, mostWaitingBytes: 0, connected: () => undefined });
    open.push(link);
    link.dial();
    link.dial();
    expect(attempts).toBe(2);
  });

  it('is read to its end before a newer one of the same peer is read', async () => {
    const one = await new Station(a1, a2).open();
    const dialled = [1, 2].map(() => connect(join(folder, 'a1.socket')));
    open.push(...dialled.map((socket) => ({ close: () => void socket.destroy() })));
    const [older, newer] = dialled as [Socket, Socket];
    const greeting = encodeFrame(text(JSON.stringify(['a2', 'a1', ''])));
    older.write(Buffer.concat([greeting, encodeFrame(text('1'))]));
    await one.until(() => one.heard.length === 1);
    newer.write(Buffer.concat([greeting, encodeFrame(text('3'))]));
    // It is dialled when the newer one has greeted: that has been read.
    await new Promise<void>((resolve) => {
      const server = createServer((socket) => {
        socket.destroy();
        server.close();
        resolve();
      }).listen(join(folder, 'a2.socket'));
    });
    older.end(encodeFrame(text('2')));
    await one.until(() => one.heard.length === 3);
    expect(one.heard).toEqual(['a2: 1', 'a2: 2', 'a2: 3']);
  });
});

it('works in a folder whose path is too long for a socket, with names that no file may have', async () => {
  const deep = join(folder, 'x'.repeat(150));
  mkdirSync(deep);
  const slash = 'an/agent' as ReplicaId;
  const one = await new Station(a1, slash, { folder: deep }).open();
  const two = await new Station(slash, a1, { folder: deep }).open();
  await Promise.all([one.network.connected(), two.network.connected()]);
  two.network.send(a1, text('hello'));
  await one.until(() => one.heard.length === 1);
  expect(one.heard).toEqual(['an/agent: hello']);
});

describe('frames', () => {
  it('come out as they went in, wherever the stream is cut', () => {
    fc.assert(
      fc.property(
        fc.array(fc.uint8Array({ maxLength: 30 })),
        fc.infiniteStream(fc.integer({ min: 1, max: 20 })),
        (messages, cuts) => {
          const stream = Buffer.concat(messages.map(encodeFrame));
          const reader = new FrameReader(30);
          const read: Buffer[] = [];
          let start = 0;
          for (const length of cuts) {
            read.push(...reader.read(stream.subarray(start, start + length)));
            start += length;
            if (start >= stream.length) break;
          }
          expect(read.map((message) => message.toString('hex'))).toEqual(
            messages.map((message) => Buffer.from(message).toString('hex')),
          );
        },
      ),
    );
  });
});
