/**
 * A folder belongs to one process at a time. Whoever wants it claims it with a file that is a listening socket: the system
 * closes the socket in the instant in which its process ends, however it ends, so that a claim that refuses connections is
 * a dead one. No name of a claim is used twice: who takes away a dead one can't hit a living one.
 *
 * Each claim stands before its owner looks for others, so of two claims at least one sees the other. One that sees an earlier
 * one, in the order of their names, gives up; one that sees a later one waits until that has given up, or has been decided
 * without seeing it. So exactly one of those that come at once gets the folder.
 *
 * It leaves out folders that several machines share over a network: a socket is known to its own system only.
 */

import { randomBytes } from 'node:crypto';
import * as files from 'node:fs';
import { connect, createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { openSocketFolder, type SocketFolder } from './socket-path.ts';

export interface FolderLock {
  release(): Promise<void>;
}

/** Somebody else has the folder: another process, or another part of this one. */
export class FolderInUseError extends Error {
  override readonly name = 'FolderInUseError';
}

/** Bounds: attempts to raise a claim whose unfinished socket somebody took for a dead one, and looks at undecided claims. */
const mostAttempts = 100;
const mostLooks = 1_000;
const lookEveryMs = 5;

/** `unready` while it can't be connected to; `claim` from then on; `held` stands beside the claim that won. */
type Mark = 'unready' | 'claim' | 'held';

interface Claim {
  /** Drawn at random: it makes the claim unique, and puts claims in an order. */
  readonly key: string;
  readonly pid: number;
}

const longestName = 'unready-0123456789abcdef-4294967295'.length;

/** @throws FolderInUseError with the process that has the folder. */
export async function lockFolder(folder: string): Promise<FolderLock> {
  const place = join(folder, '.lock');
  files.mkdirSync(place, { recursive: true });
  const sockets = openSocketFolder(place, longestName);
  try {
    const { claim, server } = await raiseClaim(place, sockets);
    const release = async (): Promise<void> => {
      remove(place, claim);
      await new Promise((resolve) => server.close(resolve));
    };
    try {
      await win(folder, place, sockets, claim);
    } catch (error) {
      await release();
      throw error;
    }
    return { release };
  } finally {
    sockets.close();
  }
}

/** A socket that is bound already and does not listen yet looks dead: it gets the name of a claim when it listens. */
async function raiseClaim(place: string, sockets: SocketFolder): Promise<{ claim: Claim; server: Server }> {
  for (let attempt = 0; attempt < mostAttempts; attempt += 1) {
    const claim = { key: randomBytes(8).toString('hex'), pid: process.pid };
    const server = createServer((visitor) => visitor.destroy());
    await listen(server, sockets.at(nameOf('unready', claim)));
    server.unref();
    try {
      files.renameSync(join(place, nameOf('unready', claim)), join(place, nameOf('claim', claim)));
      return { claim, server };
    } catch (error) {
      server.close();
      if (!isGone(error)) throw error;
    }
  }
  throw new Error(`could not claim ${place}: others removed the claim ${String(mostAttempts)} times`);
}

async function win(folder: string, place: string, sockets: SocketFolder, own: Claim): Promise<void> {
  let seen: Claim | undefined;
  for (let look = 0; look < mostLooks; look += 1) {
    const { claims, held } = await livingClaims(place, sockets, own);
    seen = claims.find(({ key }) => held.has(key)) ?? claims.find(({ key }) => key < own.key);
    if (seen !== undefined) throw inUse(folder, seen);
    if (claims.length === 0) {
      files.writeFileSync(join(place, nameOf('held', own)), '');
      return;
    }
    seen = claims[0];
    await pause(lookEveryMs);
  }
  throw inUse(folder, seen);
}

function inUse(folder: string, holder: Claim | undefined): FolderInUseError {
  const who = holder === undefined ? 'somebody' : `process ${String(holder.pid)}`;
  const also = holder?.pid === process.pid ? ', which is this one' : '';
  return new FolderInUseError(`the folder ${folder} is in use by ${who}${also}: only one at a time may open it`);
}

/** All claims but the own one. Takes away what dead processes left. */
async function livingClaims(
  place: string,
  sockets: SocketFolder,
  own: Claim,
): Promise<{ claims: readonly Claim[]; held: ReadonlySet<string> }> {
  const claims: Claim[] = [];
  const held = new Set<string>();
  for (const name of files.readdirSync(place)) {
    const found = parseName(name);
    if (found === null || found.claim.key === own.key) continue;
    if (found.mark === 'held') held.add(found.claim.key);
    else if (!(await isAlive(sockets.at(name)))) remove(place, found.claim);
    else if (found.mark === 'claim') claims.push(found.claim);
  }
  return { claims, held };
}

function remove(place: string, claim: Claim): void {
  for (const mark of ['unready', 'claim', 'held'] as const) {
    files.rmSync(join(place, nameOf(mark, claim)), { force: true });
  }
}

/** A process that is stopped is alive: its system takes connections for it. In doubt somebody is. */
function isAlive(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path);
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', (error: NodeJS.ErrnoException) => {
      resolve(error.code !== 'ECONNREFUSED' && error.code !== 'ENOENT');
    });
  });
}

function listen(server: Server, path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(path, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

function nameOf(mark: Mark, claim: Claim): string {
  return `${mark}-${claim.key}-${String(claim.pid)}`;
}

function parseName(name: string): { readonly mark: Mark; readonly claim: Claim } | null {
  const match = /^(unready|claim|held)-([0-9a-f]{16})-(\d+)$/.exec(name);
  if (match === null) return null;
  return { mark: match[1] as Mark, claim: { key: match[2] as string, pid: Number(match[3]) } };
}

function isGone(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === 'ENOENT';
}
