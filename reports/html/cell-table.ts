/** All numbers, a row per cell: sorted and filtered in the browser. */

import { element, type Markup } from './markup.ts';
import { measures, valueText } from './measures.ts';
import { cellHash, cellsFor, type CellData, type PageData } from './page-data.ts';

export interface TableChoice {
  /** A row per workload, or all workloads folded. */
  readonly byWorkload: boolean;
  /** Words that must all stand in the names of a row. */
  readonly filter: string;
  readonly onlyWrong: boolean;
  /** Position among the columns; null: as they were run. */
  readonly sortedBy: number | null;
  readonly descending: boolean;
  /** So many rows at most. */
  readonly limit: number;
}

const firstRows = 120;

export const firstTable: TableChoice = {
  byWorkload: false,
  filter: '',
  onlyWrong: false,
  sortedBy: null,
  descending: true,
  limit: firstRows,
};

interface TableColumn {
  readonly title: string;
  readonly isName: boolean;
  value(cell: CellData): string | number | null;
  text(cell: CellData): string;
}

export const tableColumns: readonly TableColumn[] = [
  nameColumn('strategy', (cell) => cell.strategy),
  nameColumn('workload', (cell) => cell.workload ?? 'all'),
  nameColumn('faults', (cell) => cell.faults),
  {
    title: 'broken',
    isName: false,
    value: (cell) => (cell.broken === null ? null : 1),
    text: (cell) => (cell.broken === null ? '' : '✗'),
  },
  ...measures.map(({ title, unit }, index): TableColumn => {
    const value = (cell: CellData): number | null => cell.values[index] ?? null;
    return { title, isName: false, value, text: (cell) => valueText(unit, value(cell)) };
  }),
];

function nameColumn(title: string, name: (cell: CellData) => string): TableColumn {
  return { title, isName: true, value: name, text: name };
}

/** The rows that pass, in their order. */
export function tableRows(data: PageData, choice: TableChoice): readonly CellData[] {
  const words = choice.filter
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '');
  const all = choice.byWorkload ? data.cells.filter((cell) => cell.workload !== null) : cellsFor(data, null);
  const passing = all.filter((cell) => {
    const names = [cell.strategy, cell.workload ?? 'all', cell.faults].join(' ').toLowerCase();
    return words.every((word) => names.includes(word)) && (!choice.onlyWrong || isWrong(cell));
  });
  const column = choice.sortedBy === null ? undefined : tableColumns[choice.sortedBy];
  if (column === undefined) return passing;
  const sign = choice.descending ? -1 : 1;
  return passing
    .map((cell) => ({ cell, value: column.value(cell) }))
    .sort((left, right) => compare(left.value, right.value, sign))
    .map(({ cell }) => cell);
}

function isWrong(cell: CellData): boolean {
  return cell.lost > 0 || cell.broken !== null;
}

/** What wasn't measured comes last in either direction. */
function compare(left: string | number | null, right: string | number | null, sign: number): number {
  if (left === right) return 0;
  if (left === null) return 1;
  if (right === null) return -1;
  return left < right ? -sign : sign;
}

export function cellTable(data: PageData, choice: TableChoice): Markup {
  const rows = tableRows(data, choice);
  return element(
    'table',
    { class: 'numbers' },
    element(
      'thead',
      {},
      element(
        'tr',
        {},
        tableColumns.map((column, index) => headOf(column, index, choice)),
      ),
    ),
    element('tbody', {}, rows.slice(0, choice.limit).map(rowOf)),
  );
}

function headOf({ title, isName }: TableColumn, index: number, { sortedBy, descending }: TableChoice): Markup {
  const sorted = sortedBy !== index ? 'none' : descending ? 'descending' : 'ascending';
  const button = element('button', { type: 'button', 'data-column': index }, title);
  return element('th', { scope: 'col', class: isName ? 'name' : 'number', 'aria-sort': sorted }, button);
}

function rowOf(cell: CellData): Markup {
  const className = cell.broken !== null ? 'wrong' : cell.lost > 0 ? 'losing' : null;
  return element(
    'tr',
    { class: className },
    tableColumns.map((column, index) => {
      const text = column.text(cell);
      if (index === 0) return element('th', { scope: 'row' }, element('a', { href: cellHash(cell) }, text));
      return element('td', { class: column.isName ? 'name' : 'number' }, text);
    }),
  );
}
