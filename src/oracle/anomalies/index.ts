/** Which anomalies a trial shows, and which it could have shown. */

import { anomalyNames, type AnomalyName, type AnomalyVerdict } from '../../contract/index.ts';
import { findTornTurns } from '../all-or-nothing.ts';
import { findCycles, noCycles } from './cycles.ts';
import { findDivergence, findDuplicates, findPhantoms, findTwoOwners } from './endings.ts';
import { possibleAnomalies } from './exposure.ts';
import { findInterleaved } from './mixtures.ts';
import { findDirtyReads, findStaleReads } from './reads.ts';
import { findingOf, type Finding, type Scene } from './scene.ts';
import { findDirtyWrites, findLostUpdates, findResurrected } from './writes.ts';

export type { Scene } from './scene.ts';

/** A void trial shows nothing: it says nothing about the strategy's merging. */
export function findAnomalies(scene: Scene): AnomalyVerdict {
  const { opened, fields } = scene;
  if (opened.history.failure !== null) return { found: [], possible: [] };
  const possible = possibleAnomalies(scene);
  // Without another agent's writes to read there is nothing that reads could go wrong with.
  const meets = possible.has('dirty-read') || possible.has('stale-read');
  const findings: Readonly<Record<AnomalyName, Finding | null>> = {
    'lost-update': findLostUpdates(scene),
    'dirty-write': findDirtyWrites(scene),
    'dirty-read': meets ? findDirtyReads(scene) : null,
    ...(meets ? findCycles(scene) : noCycles),
    'stale-read': meets ? findStaleReads(scene) : null,
    'torn-transaction': findingOf(findTornTurns(opened, fields)),
    'phantom-write': findPhantoms(scene),
    'resurrected-write': findResurrected(scene),
    duplicate: findDuplicates(scene),
    'interleaved-text': possible.has('interleaved-text') ? findInterleaved(scene) : null,
    divergence: findDivergence(scene),
    'two-owners': findTwoOwners(scene),
  };
  const found = anomalyNames.flatMap((anomaly) => {
    const finding = findings[anomaly];
    return finding === null ? [] : [{ anomaly, ...finding }];
  });
  for (const { anomaly } of found) possible.add(anomaly);
  return { found, possible: anomalyNames.filter((anomaly) => possible.has(anomaly)) };
}
