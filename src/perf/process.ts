/** Programs that measure in a process of their own. */

import { spawnSync } from 'node:child_process';

/** What `program` prints. Its errors go where those of this process go; throws an Error when it fails. */
export function outputOf(program: string, args: readonly string[]): string {
  const { status, stdout } = spawnSync(process.execPath, [program, ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`the process of ${args.join(' ')} failed`);
  return stdout;
}
