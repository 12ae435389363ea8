/** The page of a run: its worst trials are run again, told event by event, and drawn. */

import { availableParallelism } from 'node:os';
import type { RunReport, Suspect, SweepReport } from '../contract/index.ts';
import { suspectOf } from '../metrics/index.ts';
import { htmlReport, suspectsToDraw, type DrawnSuspect } from '../../reports/index.ts';
import { pageAssets } from './page-assets.ts';
import { TrialPool } from './pool.ts';

/** A page grows by what is drawn in it: about as much as a photograph. */
const maxPackedCharacters = 6_000_000;

/** Each has been run before: one that hung then is not waited for again. */
const drawingTimeoutSeconds = 10;

export async function page(report: RunReport, sweep: SweepReport | null = null): Promise<string> {
  return htmlReport({ report, sweep, drawn: await drawings(report) }, pageAssets());
}

/** None where a real model judged: it would have to be asked again. */
async function drawings(report: RunReport): Promise<readonly DrawnSuspect[]> {
  const suspects = report.inputs.judge.simulated ? suspectsToDraw(report) : [];
  if (suspects.length === 0) return [];
  const pool = new TrialPool({
    workers: Math.min(report.measured.workers, availableParallelism()),
    trialTimeoutSeconds: drawingTimeoutSeconds,
    trace: report.trace?.file ?? null,
  });
  try {
    const drawn = await Promise.all(suspects.map((suspect) => drawnWith(pool, suspect, report.suite.agents)));
    return withinBounds(drawn.flatMap((each) => each ?? []));
  } finally {
    await pool.close();
  }
}

/** Null: it can't be run here, or what runs here is not what was run then. */
async function drawnWith(pool: TrialPool, suspect: Suspect, agents: number | null): Promise<DrawnSuspect | null> {
  const drawn = await pool.draw(suspect.spec);
  if (drawn === null || drawn.packed === null) return null;
  const { lost, wrong } = suspectOf(drawn.result, agents).suspect;
  return lost === suspect.lost && wrong === suspect.wrong ? { spec: suspect.spec, packed: drawn.packed } : null;
}

function withinBounds(drawn: readonly DrawnSuspect[]): readonly DrawnSuspect[] {
  let characters = 0;
  return drawn.filter(({ packed }) => {
    characters += packed.length;
    return characters <= maxPackedCharacters;
  });
}
