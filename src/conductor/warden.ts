/**
 * Whoever is killed can't clean up, and a stopped process doesn't see that its pipe has closed. So each trial has a small shell
 * beside it that knows its processes and its folder, and that clears both away when the conductor is gone, however it went.
 */

import { spawn } from 'node:child_process';
import { once } from 'node:events';

/** It ignores interrupts: it is there for the time after them. */
const script = `
trap '' INT TERM HUP
watched=
while read -r verb id; do
  others=
  for each in $watched; do [ "$each" = "$id" ] || others="$others $each"; done
  watched=$others
  [ "$verb" = watch ] && watched="$watched $id"
done
for each in $watched; do kill -s KILL "$each" 2>/dev/null; done
rm -rf -- "$1"
`;

export class Warden {
  readonly #shell;

  constructor(folder: string) {
    this.#shell = spawn('sh', ['-c', script, 'warden', folder], { stdio: ['pipe', 'ignore', 'ignore'] });
    this.#shell.on('error', () => undefined);
    this.#shell.stdin.on('error', () => undefined);
  }

  watch(processId: number): void {
    this.#shell.stdin.write(`watch ${String(processId)}\n`);
  }

  /** It has ended: somebody else may get its number. */
  forget(processId: number): void {
    this.#shell.stdin.write(`forget ${String(processId)}\n`);
  }

  /** It ends, and with it what is left. */
  async dismiss(): Promise<void> {
    const ended = this.#shell.exitCode === null && this.#shell.pid !== undefined ? once(this.#shell, 'close') : null;
    this.#shell.stdin.end();
    await ended;
  }
}
