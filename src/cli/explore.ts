/** Small worlds, exhaustively: every walk in a worker, then one table, and a way to whatever is wrong. */

import type { WalkRow } from '../contract/index.ts';
import { exploration, story } from '../../reports/index.ts';
import type { ExploreCommand } from './arguments.ts';
import { exitCodes, type ExitCode } from './exit-codes.ts';
import { TrialPool } from './workers/pool.ts';
import { showProgress } from './progress.ts';
import type { Terminal } from './terminal.ts';

/** A walk that has made no progress for so long hangs. */
const patienceSeconds = 60;

export async function explore(command: ExploreCommand, terminal: Terminal): Promise<ExitCode> {
  const { workers } = command;
  const pool = new TrialPool({ workers, trialTimeoutSeconds: patienceSeconds, trace: null, walks: true });
  const release = terminal.onInterrupt(
    () => pool.stop(),
    () => undefined,
  );
  try {
    return await exploreAll(command, terminal, pool);
  } finally {
    release();
    await pool.close();
  }
}

async function exploreAll(command: ExploreCommand, terminal: Terminal, pool: TrialPool): Promise<ExitCode> {
  const { selection, faults, bounds, quiet } = command;
  const planned = await pool.planWalks(selection);
  if (planned === null) return exitCodes.undecided;
  const tasks = planned.flatMap((walk) => faults.map((named) => ({ walk, faults: named, bounds })));
  const progress = showProgress('walks', tasks.length, terminal.progress, quiet);
  const rows = await Promise.all(
    tasks.map(async (task) => {
      const row = await pool.walk(task);
      progress.advance();
      return row;
    }),
  );
  progress.end();
  const done = rows.filter((row) => row !== null);
  const { paint } = terminal;
  const tell = (events: WalkRow['violations'][number]['path'][number]['events']): string =>
    story({ story: events, agents: [] }, [], paint);
  terminal.print(`${exploration({ rows: done, bounds, tell, paint })}\n`);
  if (done.some(({ violations }) => violations.length > 0)) return exitCodes.broken;
  return done.length < tasks.length ? exitCodes.undecided : exitCodes.kept;
}
