/** How the terminal shows tables. */

import Table from 'cli-table3';
import picocolors from 'picocolors';
import type { Cell, RunReport } from '../src/contract/index.ts';

export {
  average,
  commandFor,
  dollars,
  duration,
  jsonText,
  percent,
  plural,
  replayCommand,
  shellWord,
  whole,
  writeText,
} from './wording.ts';

export type Paint = ReturnType<typeof picocolors.createColors>;

export function paintWith(colours: boolean): Paint {
  return picocolors.createColors(colours);
}

/** What a report shows of a run, and how. */
export interface ReportView {
  readonly report: RunReport;
  /** `strategy`: all workloads folded; `workload`: the same tables for each workload. */
  readonly by: 'strategy' | 'workload';
  readonly paint: Paint;
}

export interface CellGroup {
  /** Null: all workloads. */
  readonly workload: string | null;
  readonly cells: readonly Cell[];
}

export function groupsOf({ report, by }: ReportView): readonly CellGroup[] {
  if (by === 'strategy') return [{ workload: null, cells: report.cells }];
  return report.suite.workloads.map(({ label }) => ({
    workload: label,
    cells: report.cellsByWorkload.filter((cell) => cell.workload === label),
  }));
}

/** A heading per group, each with what is made of its cells. */
export function titled(view: ReportView, title: string, draw: (cells: readonly Cell[]) => string): string {
  return groupsOf(view)
    .map(({ workload, cells }) => {
      const text = workload === null ? title : `${title}: ${workload}`;
      return `${headlineOf(view, text)}\n${draw(cells)}`;
    })
    .join('\n\n');
}

/** What was seen of real processes is marked so. */
export function headlineOf({ report, paint }: ReportView, title: string): string {
  return paint.bold(report.live === undefined ? title : `LIVE  ${title}`);
}

export interface Column {
  readonly title: string;
  readonly align: 'left' | 'right';
}

/** Groups of rows with a rule between them, if any has several rows; a cell may have several lines. */
export function drawTable(
  columns: readonly Column[],
  groups: readonly (readonly (readonly string[])[])[],
  paint: Paint,
): string {
  const titles = columns.map((column) => column.title);
  const widths = columns.map((_column, index) =>
    Math.max(...[titles, ...groups.flat()].map((row) => widthOf(row[index] ?? ''))),
  );
  const rule = widths.map((width) => paint.dim('─'.repeat(width)));
  const isGrouped = groups.some((rows) => rows.length > 1);
  const table = new Table({
    chars: noBorders,
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0 },
    colAligns: columns.map((column) => column.align),
  });
  table.push(titles.map((title) => title.split('\n').map(paint.bold).join('\n')));
  for (const [index, rows] of groups.entries()) {
    if (index === 0 || isGrouped) table.push(rule);
    table.push(...rows.map((row) => [...row]));
  }
  return table.toString().split('\n').map(trimEnd).join('\n');
}

const noBorders = {
  top: '',
  'top-mid': '',
  'top-left': '',
  'top-right': '',
  bottom: '',
  'bottom-mid': '',
  'bottom-left': '',
  'bottom-right': '',
  left: '',
  'left-mid': '',
  mid: '',
  'mid-mid': '',
  right: '',
  'right-mid': '',
  middle: '  ',
};

// eslint-disable-next-line no-control-regex -- colour codes begin with the escape character
const colourCodes = /\u001b\[\d+m/g;

function widthOf(cell: string): number {
  return Math.max(...cell.split('\n').map((line) => line.replace(colourCodes, '').length));
}

function trimEnd(line: string): string {
  return line.trimEnd();
}

/** Columns that name the row: the strategy stands once per group. */
export function groupRows(
  cells: readonly Cell[],
  row: (cell: Cell) => readonly string[],
): readonly (readonly (readonly string[])[])[] {
  const groups = new Map<string, (readonly string[])[]>();
  for (const cell of cells) {
    const group = groups.get(cell.strategy) ?? [];
    groups.set(cell.strategy, group);
    group.push([group.length === 0 ? cell.strategy : '', cell.faults, ...row(cell)]);
  }
  return [...groups.values()];
}
