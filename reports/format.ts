/** How reports write numbers, tables and commands. Numbers stay numbers until here. */

import Table from 'cli-table3';
import picocolors from 'picocolors';
import {
  defaultModelName,
  defaultRecovery,
  type Cell,
  type Json,
  type RunReport,
  type TrialSpec,
  type Write,
} from '../src/contract/index.ts';

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
      const heading = workload === null ? title : `${title}: ${workload}`;
      return `${view.paint.bold(heading)}\n${draw(cells)}`;
    })
    .join('\n\n');
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

/** 1234567 as `1,234,567`. */
export function whole(value: number): string {
  return String(Math.round(value)).replace(/\B(?=(\d{3})+$)/g, ',');
}

/** A share as percent with what the interval can carry: `0`, `0.04`, `12.3`, `100`. */
export function percent(share: number): string {
  const value = share * 100;
  if (value === 0 || value === 100) return String(value);
  if (value < 0.005) return '<0.01';
  if (value < 0.1) return value.toFixed(2);
  return value.toFixed(1);
}

/** Milliseconds in the unit that leaves three digits. */
export function duration(ms: number | null): string {
  if (ms === null) return '-';
  if (ms === 0) return '0';
  if (ms < 1_000) return `${digits(ms)} ms`;
  if (ms < 120_000) return `${digits(ms / 1_000)} s`;
  return ms < 7_200_000 ? `${digits(ms / 60_000)} min` : `${digits(ms / 3_600_000)} h`;
}

function digits(value: number): string {
  if (value >= 99.95) return value.toFixed(0);
  return value >= 9.995 ? value.toFixed(1) : value.toFixed(2);
}

/** Averages below ten keep a decimal. */
export function average(sum: number, count: number): string {
  if (count === 0) return '-';
  const value = sum / count;
  return value < 10 && !Number.isInteger(value) ? value.toFixed(1) : whole(value);
}

/** Null: the model has no published price. */
export function dollars(usd: number | null): string {
  if (usd === null) return '-';
  if (usd === 0) return '0';
  return usd < 0.01 ? '<0.01' : usd.toFixed(2);
}

export function plural(count: number, noun: string): string {
  return `${whole(count)} ${noun}${count === 1 ? '' : 's'}`;
}

/** What to type to see this trial told event by event. */
export function replayCommand(spec: TrialSpec, trace: string | null, recording: string | null): string {
  const { strategy, workload, faults, seed, agents, recovery, model } = spec;
  const words = ['--strategy', strategy, '--workload', workload, '--faults', faults, '--seed', String(seed)];
  if (agents !== null) words.push('--agents', String(agents));
  if (recovery !== defaultRecovery) words.push('--recovery', recovery);
  if (model !== defaultModelName) words.push('--model', model);
  if (trace !== null) words.push('--trace', trace);
  if (recording !== null) words.push('--replay', recording);
  return `npm run bench -- replay ${words.map(shellWord).join(' ')}`;
}

/** Quoted for a POSIX shell where it has to be. */
export function shellWord(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}

/** A write with its value: `a1.1.2: status = "draft"`. */
export function writeText(write: Write): string {
  return `${write.id}: ${changeText(write)}`;
}

function changeText(write: Write): string {
  const { field } = write;
  switch (write.kind) {
    case 'scalar':
      return `${field} = ${jsonText(write.value)}`;
    case 'grow_set':
    case 'append_text':
      return `${field} += ${jsonText(write.value)}`;
    case 'counter':
      return write.value < 0 ? `${field} -= ${String(-write.value)}` : `${field} += ${String(write.value)}`;
    case 'text': {
      const inserted = write.value.edits.reduce((sum, edit) => sum + edit.inserted.length, 0);
      const deleted = write.value.edits.reduce((sum, edit) => sum + edit.deleted, 0);
      return `${field}: ${whole(inserted)} characters typed, ${whole(deleted)} deleted`;
    }
  }
}

/** A value, cut after 80 characters. */
export function jsonText(value: Json): string {
  const text = JSON.stringify(value);
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
}
