/** Programs that a test starts: what they printed and how they ended. */

import type { ChildProcess } from 'node:child_process';

export interface Ended {
  /** Null if a signal has ended it. */
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** Must be called before the program has printed anything. */
export function ended(child: ChildProcess): Promise<Ended> {
  let [out, err] = ['', ''];
  child.stdout?.on('data', (data: Buffer) => (out += data.toString()));
  child.stderr?.on('data', (data: Buffer) => (err += data.toString()));
  return new Promise((resolve) => child.on('close', (code) => resolve({ code, out, err })));
}
