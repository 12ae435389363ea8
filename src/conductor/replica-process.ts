/** The process of a replica, from outside: commands go in, reports come out, and it ends when it is killed or by itself. */

import { spawn, type ChildProcess } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { encodeFrame, FrameReader } from '../live/frames.ts';
import { longestFrameBytes, type Command, type Report, type ReportOf } from './messages.ts';

/** How a process ended, and the last that it said on its standard error. */
export interface Ending {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly lastWords: string;
}

const keptLastWords = 2_000;

export class ReplicaProcess {
  readonly #child: ChildProcess;
  readonly #input: Writable;
  readonly #expected = new Map<Report['kind'], ((report: Report | null) => void)[]>();
  /** Nobody listens yet: what is reported until then waits. */
  #hear: ((report: Report) => void) | null = null;
  readonly #unheard: Report[] = [];
  #hasEnded = false;
  /** True when the strategy is loaded, false when it ends before. */
  readonly ready: Promise<boolean>;
  /** Resolved when it has ended and everything that it reported has been read. */
  readonly ended: Promise<Ending>;

  /** `words`: what the script is told on its command line. */
  constructor(script: URL, words: readonly string[]) {
    const child = spawn(process.execPath, [fileURLToPath(script), ...words], {
      stdio: ['pipe', 'ignore', 'pipe', 'pipe'],
    });
    this.#child = child;
    const [input, , errors, reports] = child.stdio as unknown as [Writable, null, Readable, Readable];
    this.#input = input;
    // Whoever has ended reads nothing more; that it has ended is heard below.
    input.on('error', () => undefined);
    let lastWords = '';
    errors.on('data', (piece: Buffer) => {
      lastWords = (lastWords + piece.toString()).slice(-keptLastWords);
    });
    const reader = new FrameReader(longestFrameBytes);
    reports.on('data', (piece: Buffer) => {
      for (const frame of reader.read(piece)) {
        this.#take(JSON.parse(frame.toString()) as Report);
      }
    });
    this.ready = this.next('ready').then((report) => report !== null);
    this.ended = new Promise((resolve) => {
      const end = (ending: Ending): void => {
        this.#hasEnded = true;
        for (const waiting of this.#expected.values()) for (const meet of waiting.splice(0)) meet(null);
        resolve(ending);
      };
      child.on('error', (error) => {
        end({ code: null, signal: null, lastWords: error.message });
      });
      child.on('close', (code, signal) => {
        end({ code, signal, lastWords: lastWords.trim() });
      });
    });
  }

  /** Undefined if it could not be started. */
  get id(): number | undefined {
    return this.#child.pid;
  }

  get hasEnded(): boolean {
    return this.#hasEnded;
  }

  /** Its reports are heard by this machine from now on. */
  attach(hear: (report: Report) => void): void {
    this.#hear = hear;
    for (const report of this.#unheard.splice(0)) hear(report);
  }

  tell(command: Command): void {
    if (!this.#input.destroyed) this.#input.write(encodeFrame(Buffer.from(JSON.stringify(command))));
  }

  /** The next report of this kind, after it has been heard; null if the process ends before. */
  next<Kind extends Report['kind']>(kind: Kind): Promise<ReportOf<Kind> | null> {
    if (this.#hasEnded) return Promise.resolve(null);
    return new Promise((resolve) => {
      const waiting = this.#expected.get(kind) ?? [];
      this.#expected.set(kind, waiting);
      waiting.push((report) => {
        resolve(report as ReportOf<Kind> | null);
      });
    });
  }

  signal(signal: 'SIGKILL' | 'SIGSTOP' | 'SIGCONT'): void {
    this.#child.kill(signal);
  }

  #take(report: Report): void {
    if (this.#hear === null) this.#unheard.push(report);
    else this.#hear(report);
    this.#expected.get(report.kind)?.shift()?.(report);
  }
}

/** How it ended, as the end of a sentence. */
export function described({ code, signal, lastWords }: Ending): string {
  const how = signal === null ? `with exit code ${String(code)}` : `by ${signal}`;
  return lastWords === '' ? how : `${how}: ${lastWords.split('\n').slice(-8).join(' | ')}`;
}
