/**
 * While a trial runs, the ambient sources of time, chance and input are closed: a library that measures time, starts a
 * timer or asks the network gets an error that names it. One that draws random bytes gets seeded ones, and one that stamps
 * what it stores with the date gets that of the trial, so that the trial repeats. What a library captured when it was
 * loaded can't be caught here; the digest of a second run tells.
 */

import type { Micros, RandomStream } from '../contract/index.ts';

type Ambient = Record<string, unknown>;

export interface TrialSources {
  readonly random: RandomStream;
  /** The time of the trial. It begins in 1970. */
  readonly now: () => Micros;
}

const closedGlobals = ['setTimeout', 'setInterval', 'setImmediate', 'fetch'] as const;

/** Runs `trial` with the sources of the trial in the place of the ambient ones, and opens these again whatever happens. */
export function guarded<Result>({ random, now }: TrialSources, trial: () => Result): Result {
  const ambient = globalThis as unknown as Ambient;
  const date = ambient['Date'] as object;
  const restore = [
    ...closedGlobals.map((name) => override(ambient, name, closed(name))),
    override(date, 'now', closed('Date.now')),
    override(ambient['performance'] as object, 'now', closed('performance.now')),
    override(Math, 'random', () => random.next()),
    override(ambient['crypto'] as object, 'getRandomValues', (bytes: ArrayBufferView) => fill(bytes, random)),
    override(ambient, 'Date', trialDate(date, now)),
  ];
  try {
    return trial();
  } finally {
    for (const undo of restore.reverse()) undo();
  }
}

function override(target: object, name: string, replacement: unknown): () => void {
  const own = Object.getOwnPropertyDescriptor(target, name);
  Object.defineProperty(target, name, { value: replacement, configurable: true, writable: true });
  return () => {
    if (own === undefined) Reflect.deleteProperty(target, name);
    else Object.defineProperty(target, name, own);
  };
}

function closed(name: string): () => never {
  return () => {
    throw new Error(`${name} is closed during a trial: ask the host`);
  };
}

/** `new Date()` and `Date()` give the date of the trial; `new Date(value)` and everything else works as ever. */
function trialDate(date: object, now: () => Micros): unknown {
  const construct = (parameters: readonly unknown[]): Date =>
    Reflect.construct(date as new () => Date, parameters) as Date;
  const today = (): Date => construct([Math.floor(now() / 1_000)]);
  return new Proxy(date, {
    apply: () => String(today()),
    construct: (_target, parameters: readonly unknown[]) => (parameters.length === 0 ? today() : construct(parameters)),
  });
}

function fill(bytes: ArrayBufferView, random: RandomStream): ArrayBufferView {
  const view = new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let index = 0; index < view.length; index += 1) view[index] = random.below(256);
  return bytes;
}
