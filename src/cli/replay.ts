/** One trial again, told event by event. */

import type { ReplayCommand } from './arguments.ts';
import { exitCodes, type ExitCode } from './exit-codes.ts';
import { TrialPool } from './workers/pool.ts';
import { openJudge } from './run.ts';
import type { Terminal } from './terminal.ts';

export async function replay(command: ReplayCommand, terminal: Terminal): Promise<ExitCode> {
  const { workers, trialTimeoutSeconds, selection } = command;
  const desk = await openJudge(command.judge, terminal);
  const pool = new TrialPool({ workers, trialTimeoutSeconds, trace: selection.trace, judge: desk });
  if (desk !== null) desk.onHalt = () => pool.stop();
  const release = terminal.onInterrupt(
    () => pool.stop(),
    () => undefined,
  );
  try {
    const replayed = await pool.replay(selection, terminal.paint.isColorSupported);
    if (replayed === null) {
      const limit = desk?.limit ?? null;
      if (limit !== null) terminal.complain(limit);
      return exitCodes.undecided;
    }
    if (typeof replayed === 'string') {
      terminal.complain(`the trial is void: it ${replayed}`);
      return exitCodes.broken;
    }
    const { text, record } = replayed;
    terminal.print(`${text}\n`);
    const { result, culprit } = record;
    if (culprit === 'harness') return exitCodes.undecided;
    if (culprit === 'workload') return exitCodes.badInput;
    const isBroken = result.brokenPromises.length > 0 || result.protocolViolations.length > 0;
    return result.failure !== null || isBroken ? exitCodes.broken : exitCodes.kept;
  } finally {
    release();
    await pool.close();
    await desk?.close();
  }
}
