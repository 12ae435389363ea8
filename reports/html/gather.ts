/** A report folded into what the page shows of it. */

import {
  coversFaults,
  type Cell,
  type FaultEntry,
  type PromiseName,
  type RunReport,
  type StrategyEntry,
  type Suspect,
  type SweepReport,
  type TrialSpec,
} from '../../src/contract/index.ts';
import { commandFor } from '../wording.ts';
import { isWrong, whatBroke } from '../wrong-cells.ts';
import { measuredCell } from './measured-cell.ts';
import { anomalyMatrix } from './anomaly-data.ts';
import type { CellData, PageData } from './page-data.ts';
import type { ShownTrial } from './subject.ts';
import { promiseRows } from './promise-data.ts';
import { runFacts } from './run-facts.ts';
import { sweepData } from './sweep-data.ts';

/** `diagramOf`: the position of the trial's diagram among those that the page carries. */
export function pageData(
  report: RunReport,
  sweep: SweepReport | null,
  diagramOf: (spec: TrialSpec) => number | null,
): PageData {
  const { suite, trials, partial, cells, cellsByWorkload, suiteFailures, notes } = report;
  const toData = cellData(report, diagramOf);
  return {
    verdict: { brokenCells: cells.filter(isWrong).length, failures: suiteFailures },
    trials,
    partial,
    strategies: suite.strategies.map(({ label, summary, canary }) => ({ name: label, summary, canary })),
    workloads: suite.workloads.map(({ label, conflict }) => ({ name: label, summary: conflict })),
    faults: suite.faults.map(({ name, summary }) => ({ name, summary })),
    cells: [...cells, ...cellsByWorkload].map(toData),
    promises: promiseRows(report),
    anomalies: anomalyMatrix(report, diagramOf),
    sweep: sweep === null ? null : sweepData(sweep),
    notes,
    facts: runFacts(report),
  };
}

function cellData(report: RunReport, diagramOf: (spec: TrialSpec) => number | null): (cell: Cell) => CellData {
  const strategies = new Map(report.suite.strategies.map((each) => [each.label, each]));
  const faults = new Map(report.suite.faults.map((each) => [each.name, each]));
  return (cell) => ({
    strategy: cell.strategy,
    workload: cell.workload,
    faults: cell.faults,
    trials: cell.trials,
    failed: cell.failed,
    committed: cell.committed,
    lost: cell.fates.lost,
    interval:
      cell.lostShare === null ? null : ([cell.lostShare.low, cell.lostShare.high].map(fourDigits) as [number, number]),
    keepsWrites: covers(strategies.get(cell.strategy), 'keepsCommittedWrites', faults.get(cell.faults)),
    broken: isWrong(cell) ? whatBroke(cell) : null,
    values: measuredCell(cell).map(fourDigits),
    latencyBins: cell.workload === null ? cell.latencyBins : [],
    worst: cell.worst === null ? null : worstData(report, cell.worst, diagramOf),
  });
}

function covers(strategy: StrategyEntry | undefined, promise: PromiseName, faults: FaultEntry | undefined): boolean {
  return strategy !== undefined && faults !== undefined && coversFaults(strategy.promises[promise], faults);
}

function worstData(report: RunReport, worst: Suspect, diagramOf: (spec: TrialSpec) => number | null): ShownTrial {
  const { spec, lost, wrong } = worst;
  const which = lost === 0 && wrong === null ? 'A trial of it' : 'Its worst trial';
  return {
    heading: `${which}: ${spec.workload}, seed ${String(spec.seed)}`,
    evidence: wrong,
    command: commandFor(report, spec),
    diagram: diagramOf(spec),
  };
}

/** What nobody sees takes no room: a page has tens of thousands of numbers. */
function fourDigits<Value extends number | null>(value: Value): Value {
  return (value === null || Number.isInteger(value) ? value : Number(value.toPrecision(4))) as Value;
}
