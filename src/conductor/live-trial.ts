/** One live trial, from the seed to the row: the stages of a simulated one, but the processes and the faults are real. */

import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { History, TrialSpec } from '../contract/index.ts';
import { drawnTrial, judgedTrial, voidTrial, type TrialParts, type TrialRun } from '../experiment/index.ts';
import type { LiveOptions } from './live-options.ts';
import { messageOf } from './message-of.ts';
import { LiveRun } from './live-run.ts';
import type { LiveTally } from './trial-surroundings.ts';
import { Warden } from './warden.ts';

export interface LiveTrialRun extends TrialRun {
  readonly live: LiveTally & { readonly wallSeconds: number };
}

/** Nothing of it is left when the promise settles: no process, no socket, no file. */
export async function runLiveTrial(spec: TrialSpec, parts: TrialParts, options: LiveOptions): Promise<LiveTrialRun> {
  const start = performance.now();
  const measured = (run: TrialRun, tally: LiveTally): LiveTrialRun => {
    const { kills, stops, restores, recordsRolledBack, processes } = tally;
    const wallSeconds = (performance.now() - start) / 1_000;
    return { ...run, live: { kills, stops, restores, recordsRolledBack, processes, wallSeconds } };
  };
  const drawn = drawnTrial(spec, parts);
  if (drawn.kind === 'void') return measured(drawn.run, nothingDone);
  options.signal?.throwIfAborted();

  const folder = await mkdtemp(join(options.folder, 'lw-'));
  const warden = new Warden(folder);
  const run = new LiveRun({ spec, trial: drawn.trial, options, folder, warden });
  let history: History;
  try {
    history = await run.history();
  } catch (error) {
    if (options.signal?.aborted === true) throw error;
    return measured(voidTrial(spec, parts, { culprit: 'harness', message: messageOf(error) }, null), run.tally);
  } finally {
    await run.end();
    await warden.dismiss();
    await rm(folder, { recursive: true, force: true });
  }
  return measured(judgedTrial(spec, parts, drawn.trial.plan, history), run.tally);
}

const nothingDone: LiveTally = { kills: 0, stops: 0, restores: 0, recordsRolledBack: 0, processes: 0 };
