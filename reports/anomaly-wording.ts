/** How reports speak of anomalies: what a cell of the matrix says, and where each of those that were found can be seen. */

import type { AnomalyCell, AnomalyName, AnomalyRow, RunReport } from '../src/contract/index.ts';
import { commandFor, percent, plural, whole } from './wording.ts';

/** `lost-update` as "lost update". */
export function anomalyTitle(anomaly: AnomalyName): string {
  return anomaly.replaceAll('-', ' ');
}

/** Those that some trial of the run could have shown. */
export function testedAnomalies({ anomalies }: RunReport): readonly AnomalyName[] {
  const [first] = anomalies;
  const isTested = (position: number): boolean =>
    anomalies.some(({ cells }) => cells[position]?.standing !== 'not-tested');
  return (first?.cells ?? []).flatMap(({ anomaly }, position) => (isTested(position) ? [anomaly] : []));
}

export function cellsOf({ cells }: AnomalyRow, tested: readonly AnomalyName[]): readonly AnomalyCell[] {
  return cells.filter(({ anomaly }) => tested.includes(anomaly));
}

/** What was seen, and in how many trials it could have been. */
export function standingText(cell: AnomalyCell): { readonly seen: string; readonly of: string } {
  const mark = cell.isConditional ? '*' : '';
  const of = `of ${whole(cell.possible)}`;
  const share = `${percent(cell.share?.share ?? 0)} %`;
  switch (cell.standing) {
    case 'never':
      return { seen: `never${mark}`, of };
    case 'found':
      return { seen: `${share}${mark}`, of };
    case 'broken':
      return { seen: `BROKEN ${share}`, of };
    case 'not-promised':
      return { seen: '(none)', of };
    case 'not-tested':
      return { seen: '-', of: '' };
  }
}

export const legend: readonly string[] = [
  'never: a promise excludes it, and of so many trials that could have shown it none did.',
  '(none): not seen in so many trials, but nothing is promised that excludes it.',
  'A share: so many of the trials that could have shown it do. BROKEN: although a promise or an invariant excludes it.',
  '*: the promise that excludes it holds only under some faults, or on a condition.',
];

/** One anomaly of one strategy, with the first trial that shows it. */
export interface Witness {
  readonly what: string;
  readonly evidence: string;
  readonly command: string;
}

export function witnesses(report: RunReport): readonly Witness[] {
  return report.anomalies.flatMap(({ strategy, cells }) =>
    cells.flatMap(({ anomaly, found, possible, first }): Witness[] => {
      if (first === null) return [];
      return [
        {
          what: `${strategy}: ${anomalyTitle(anomaly)} in ${whole(found)} of ${plural(possible, 'trial')}`,
          evidence: first.evidence,
          command: commandFor(report, first.spec),
        },
      ];
    }),
  );
}
