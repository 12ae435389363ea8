/**
 * The process that cleans up behind live trials: it waits until whoever started it closes its standard input or is gone, ends
 * every process that names the folder on its command line, and removes the folder.
 */

import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';

const folder = process.argv[2];
if (folder === undefined) throw new Error('expected the folder of live trials');

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => undefined);
process.stdin.resume().on('close', () => {
  for (const pid of processesOf(folder)) end(pid);
  rmSync(folder, { recursive: true, force: true, maxRetries: 10 });
});

/** Without this one. */
function processesOf(path: string): readonly number[] {
  return commandLines()
    .filter(({ pid, words }) => pid !== process.pid && words.startsWith(process.execPath) && words.includes(path))
    .map(({ pid }) => pid);
}

interface CommandLine {
  readonly pid: number;
  readonly words: string;
}

function commandLines(): readonly CommandLine[] {
  if (!existsSync('/proc/self/cmdline')) return commandLinesByTool();
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return pids.flatMap((pid): readonly CommandLine[] => {
    try {
      return [{ pid: Number(pid), words: readFileSync(`/proc/${pid}/cmdline`, 'utf8') }];
    } catch {
      // It has ended meanwhile, or isn't ours to look at.
      return [];
    }
  });
}

function commandLinesByTool(): readonly CommandLine[] {
  const lines = execFileSync('ps', ['-A', '-o', 'pid=,args='], { encoding: 'utf8' }).split('\n');
  return lines.map((line) => ({ pid: Number.parseInt(line, 10), words: line.trim().replace(/^\d+ +/, '') }));
}

/** A process that is stopped is ended by this as well. */
function end(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It was faster.
  }
}
