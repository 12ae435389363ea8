/** Paths of Unix sockets: the system allows so few bytes that a folder of some depth has to be reached by a shortcut. */

import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** What every system takes, the closing zero included: 104 bytes on macOS, 108 on Linux. */
const longestPath = 103;

export interface SocketFolder {
  /** A path that a socket can be bound to, or reached by. */
  at(name: string): string;
  close(): void;
}

/** `longestName` is the number of bytes of the longest name that will be asked for. */
export function openSocketFolder(folder: string, longestName: number): SocketFolder {
  if (Buffer.byteLength(folder) + 1 + longestName <= longestPath) {
    return { at: (name) => join(folder, name), close: () => undefined };
  }
  const shortcut = mkdtempSync(join(tmpdir(), 'lw-'));
  const link = join(shortcut, 'f');
  symlinkSync(folder, link);
  if (Buffer.byteLength(link) + 1 + longestName > longestPath) {
    rmSync(shortcut, { recursive: true });
    throw new Error(
      `no socket fits into ${folder} nor into ${tmpdir()}: a path of a socket has at most ${String(longestPath)} bytes`,
    );
  }
  return {
    at: (name) => join(link, name),
    close: () => {
      rmSync(shortcut, { recursive: true, force: true });
    },
  };
}
