/**
 * While a trial runs, the ambient sources of time, chance and input are closed: a library that asks for the time, a timer
 * or the network gets an error that names it, and one that draws random bytes gets seeded ones, so that the trial repeats.
 * What a library captured when it was loaded can't be caught here; the digest of a second run tells.
 */

import type { RandomStream } from '../contract/index.ts';

type Ambient = Record<string, unknown>;

const closedGlobals = ['setTimeout', 'setInterval', 'setImmediate', 'fetch'] as const;

/** Runs `trial` with the ambient sources closed, and opens them again whatever happens. */
export function guarded<Result>(random: RandomStream, trial: () => Result): Result {
  const ambient = globalThis as unknown as Ambient;
  const date = ambient['Date'] as object;
  const restore = [
    ...closedGlobals.map((name) => override(ambient, name, closed(name))),
    override(date, 'now', closed('Date.now')),
    override(ambient['performance'] as object, 'now', closed('performance.now')),
    override(Math, 'random', () => random.next()),
    override(ambient['crypto'] as object, 'getRandomValues', (bytes: ArrayBufferView) => fill(bytes, random)),
    override(ambient, 'Date', closedDate(date)),
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

/** `new Date()` and `Date()` are closed; `new Date(value)` and everything else works. */
function closedDate(date: object): unknown {
  return new Proxy(date, {
    apply: closed('Date()'),
    construct: (target, parameters) => {
      if (parameters.length === 0) return closed('new Date()')();
      return Reflect.construct(target as new () => object, parameters) as object;
    },
  });
}

function fill(bytes: ArrayBufferView, random: RandomStream): ArrayBufferView {
  const view = new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let index = 0; index < view.length; index += 1) view[index] = random.below(256);
  return bytes;
}
