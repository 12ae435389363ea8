/**
 * The process of one replica. It is told what to do on its standard input, and reports on a pipe of its own before it goes on:
 * what it has reported is seen even if it is killed in the next instant. It ends when its input ends, so that it doesn't
 * outlive whoever started it.
 */

import { writeSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import type { MergeStrategy } from '../contract/index.ts';
import { LiveClock, SocketNetwork } from '../live/index.ts';
import { encodeFrame, FrameReader } from '../live/frames.ts';
import {
  longestFrameBytes,
  monotonicNanos,
  type Assignment,
  type Command,
  type Reported,
  type TimeOfTrial,
} from './messages.ts';
import { messageOf } from './message-of.ts';
import { ServedLife } from './served-life.ts';

/** The file descriptor on which the process reports. */
const reportChannel = 3;

/** `load` finds the strategy. The process ends when its input does. */
export async function serveReplica(load: () => Promise<MergeStrategy>): Promise<void> {
  process.on('uncaughtException', (error) => {
    fail('harness', error);
  });
  // An interrupt from the terminal reaches all processes: the conductor is the one that acts on it.
  process.on('SIGINT', () => undefined);
  try {
    const served = new ServedReplica(await load());
    const reader = new FrameReader(longestFrameBytes);
    process.stdin.on('data', (piece: Buffer) => {
      for (const frame of reader.read(piece)) served.obey(JSON.parse(frame.toString()) as Command);
    });
    process.stdin.on('end', () => process.exit(0));
    report({ kind: 'ready' });
  } catch (error) {
    fail('strategy', error);
  }
}

/** Written when it returns, however long the conductor takes to read it. */
function report(reported: Reported, at = monotonicNanos()): void {
  const bytes = encodeFrame(Buffer.from(JSON.stringify({ at, ...reported })));
  let written = 0;
  while (written < bytes.length) written += writeSync(reportChannel, bytes, written);
}

function fail(culprit: 'strategy' | 'harness', error: unknown): void {
  report({ kind: 'failed', culprit, message: messageOf(error) });
  process.exit(1);
}

class ServedReplica {
  readonly #strategy: MergeStrategy;
  #joined: { readonly assignment: Assignment; readonly network: SocketNetwork } | null = null;
  #life: ServedLife | null = null;

  constructor(strategy: MergeStrategy) {
    this.#strategy = strategy;
  }

  obey(command: Command): void {
    switch (command.kind) {
      case 'join':
        void this.#join(command.assignment);
        break;
      case 'open':
        this.#open(command.time);
        break;
      case 'close':
        this.#life?.close();
        report({ kind: 'closed' });
        break;
      case 'begin':
      case 'read':
      case 'write':
      case 'commit':
      case 'judged':
      case 'heal':
      case 'sync':
      case 'show':
        this.#life?.obey(command);
        break;
    }
  }

  async #join(assignment: Assignment): Promise<void> {
    const { self, peers, transport, socketFolder: folder, patienceMs } = assignment;
    const network = new SocketNetwork({ self, peers, transport, folder });
    this.#joined = { assignment, network };
    // What comes before the replica is open is lost, as it is on a machine that is down.
    await network.open((from, message) => this.#life?.receive(from, message));
    await Promise.race([network.connected(), pause(patienceMs)]);
    report({ kind: 'joined' });
  }

  #open(time: TimeOfTrial): void {
    if (this.#joined === null) throw new Error('told to open before it had joined its peers');
    const clock = new LiveClock({ originNanos: BigInt(time.originNanos), scale: time.scale });
    this.#life = new ServedLife({ ...this.#joined, clock, time, report });
    this.#life.open(this.#strategy);
    report({ kind: 'opened' });
  }
}
