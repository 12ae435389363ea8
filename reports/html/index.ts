/** The page of a run. */

import type { RunReport, SweepReport, TrialSpec } from '../../src/contract/index.ts';
import { htmlDocument, type PageAssets } from './document.ts';
import { pageData } from './gather.ts';

export { drawTrial } from './draw-trial.ts';
export { trialsToDraw, type TrialToDraw } from './trials-to-draw.ts';
export type { TrialDiagram } from './trial-diagram.ts';
export type { PageAssets };

/** A trial with its diagram, compressed and in base64. */
export interface DrawnTrial {
  readonly spec: TrialSpec;
  readonly packed: string;
}

/** What a page is made from. */
export interface PageSource {
  readonly report: RunReport;
  /** Null: no dial was turned. */
  readonly sweep: SweepReport | null;
  readonly drawn: readonly DrawnTrial[];
}

export function htmlReport({ report, sweep, drawn }: PageSource, assets: PageAssets): string {
  const positions = new Map(drawn.map(({ spec }, position) => [keyOf(spec), position]));
  const data = pageData(report, sweep, (spec) => positions.get(keyOf(spec)) ?? null);
  return htmlDocument(
    data,
    drawn.map(({ packed }) => packed),
    assets,
  );
}

/** All else is the same in all trials of a run. */
function keyOf({ strategy, workload, faults, seed }: TrialSpec): string {
  return JSON.stringify([strategy, workload, faults, seed]);
}
