/** The matrix of strategies by anomalies, as the page shows it. */

import type { AnomalyCell, AnomalyStanding, RunReport, TrialSpec } from '../../src/contract/index.ts';
import { anomalyTitle, cellsOf, standingText, testedAnomalies } from '../anomaly-wording.ts';
import { commandFor, plural, whole } from '../wording.ts';
import type { Subject } from './subject.ts';

export interface AnomalyMatrix {
  readonly titles: readonly string[];
  readonly rows: readonly AnomalyRowData[];
}

export interface AnomalyRowData {
  readonly strategy: string;
  readonly cells: readonly AnomalyCellData[];
}

export interface AnomalyCellData {
  readonly standing: AnomalyStanding;
  readonly seen: string;
  readonly of: string;
  readonly about: string;
  /** What a click shows; null: it was never seen. */
  readonly subject: Subject | null;
}

export function anomalyMatrix(report: RunReport, diagramOf: (spec: TrialSpec) => number | null): AnomalyMatrix {
  const tested = testedAnomalies(report);
  return {
    titles: tested.map(anomalyTitle),
    rows: report.anomalies.map((row) => ({
      strategy: row.strategy,
      cells: cellsOf(row, tested).map((cell) => cellData(report, row.strategy, cell, diagramOf)),
    })),
  };
}

function cellData(
  report: RunReport,
  strategy: string,
  cell: AnomalyCell,
  diagramOf: (spec: TrialSpec) => number | null,
): AnomalyCellData {
  const { anomaly, standing, found, possible, first } = cell;
  const title = `${anomalyTitle(anomaly)} with ${strategy}`;
  const about = `${title}: in ${whole(found)} of ${plural(possible, 'trial')} that could have shown it. ${meaningOf(cell)}.`;
  const trial =
    first === null
      ? null
      : {
          heading: `The first trial that shows it: ${first.spec.workload} under ${first.spec.faults}, seed ${String(first.spec.seed)}`,
          evidence: first.evidence,
          command: commandFor(report, first.spec),
          diagram: diagramOf(first.spec),
        };
  const hash = `#anomaly/${[strategy, anomaly].map(encodeURIComponent).join('/')}`;
  const subject = trial === null ? null : { hash, title, about, broken: null, trial };
  return { standing, ...standingText(cell), about, subject };
}

function meaningOf({ standing, excludedBy, isConditional }: AnomalyCell): string {
  const promised = `Promises exclude it: ${excludedBy.join(', ')}${isConditional ? ', not everywhere' : ''}`;
  switch (standing) {
    case 'never':
      return promised;
    case 'broken':
      return excludedBy.length === 0 ? 'An invariant of protocols excludes it' : promised;
    case 'found':
      return excludedBy.length === 0 ? 'Nothing that is promised excludes it' : promised;
    case 'not-promised':
      return 'Nothing that is promised excludes it';
    case 'not-tested':
      return 'No trial could have shown it';
  }
}
