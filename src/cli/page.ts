/** The page of a run: its worst trials are run again, told event by event, and drawn. */

import { availableParallelism } from 'node:os';
import type { RunReport, SweepReport, TrialResult } from '../contract/index.ts';
import { suspectOf } from '../metrics/index.ts';
import { htmlReport, trialsToDraw, type DrawnTrial, type TrialToDraw } from '../../reports/index.ts';
import { pageAssets } from './page-assets.ts';
import { TrialPool } from './workers/pool.ts';

/** A page grows by what is drawn in it: about as much as a photograph. */
const maxPackedCharacters = 6_000_000;

/** Each has been run before: one that hung then is not waited for again. */
const drawingTimeoutSeconds = 10;

export async function page(report: RunReport, sweep: SweepReport | null = null): Promise<string> {
  return htmlReport({ report, sweep, drawn: await drawings(report) }, pageAssets());
}

/** None where a real model judged: it would have to be asked again. */
async function drawings(report: RunReport): Promise<readonly DrawnTrial[]> {
  const trials = report.inputs.judge.simulated ? trialsToDraw(report) : [];
  if (trials.length === 0) return [];
  const pool = new TrialPool({
    workers: Math.min(report.measured.workers, availableParallelism()),
    trialTimeoutSeconds: drawingTimeoutSeconds,
    trace: report.trace?.file ?? null,
  });
  try {
    const drawn = await Promise.all(trials.map((trial) => drawnWith(pool, trial, report.suite.agents)));
    return withinBounds(drawn.flatMap((each) => each ?? []));
  } finally {
    await pool.close();
  }
}

/** Null: it can't be run here, or what runs here is not what was run then. */
async function drawnWith(pool: TrialPool, trial: TrialToDraw, agents: number | null): Promise<DrawnTrial | null> {
  const drawn = await pool.draw(trial.spec);
  if (drawn === null || drawn.packed === null || !isSame(trial, drawn.result, agents)) return null;
  return { spec: trial.spec, packed: drawn.packed };
}

function isSame({ shows }: TrialToDraw, result: TrialResult, agents: number | null): boolean {
  switch (shows.kind) {
    case 'worst': {
      const { lost, wrong } = suspectOf(result, agents).suspect;
      return lost === shows.lost && wrong === shows.wrong;
    }
    case 'anomaly':
      return result.anomalies.some(({ evidence }) => evidence === shows.evidence);
  }
}

function withinBounds(drawn: readonly DrawnTrial[]): readonly DrawnTrial[] {
  let characters = 0;
  return drawn.filter(({ packed }) => {
    characters += packed.length;
    return characters <= maxPackedCharacters;
  });
}
