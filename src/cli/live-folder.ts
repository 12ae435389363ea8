/**
 * Where live trials keep their files. A process of its own watches over the folder: when this process closes it, or dies in
 * whatever way, it ends what still runs there and removes the files. Nothing in this process could do that after a SIGKILL,
 * and a replica that was stopped by SIGSTOP doesn't notice that its conductor is gone.
 */

import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, realpathSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const cleaner = fileURLToPath(new URL('./live-cleaner.js', import.meta.url));

export class LiveFolder {
  readonly #path: string;
  readonly #cleaner: ChildProcess;
  readonly #ended: Promise<unknown>;
  #places = 0;

  private constructor(path: string) {
    this.#path = path;
    // Of a session of its own: Ctrl-C reaches everybody else.
    this.#cleaner = spawn(process.execPath, [cleaner, path], {
      stdio: ['pipe', 'ignore', 'ignore'],
      detached: true,
    });
    this.#ended = once(this.#cleaner, 'exit');
  }

  static open(): LiveFolder {
    return new LiveFolder(realpathSync(mkdtempSync(join(tmpdir(), 'lostwrites-'))));
  }

  /** An empty folder for one trial. The name is short: a socket's path has room for a hundred characters. */
  place(): string {
    this.#places += 1;
    const path = join(this.#path, String(this.#places));
    mkdirSync(path);
    return path;
  }

  async close(): Promise<void> {
    this.#cleaner.stdin?.end();
    await this.#ended;
  }
}
