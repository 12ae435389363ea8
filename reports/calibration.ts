/** Published results beside ours: what was fitted, what is checked, and what is only shown. */

import type { CalibrationOrder, CalibrationReport, CalibrationRow, Ranking } from '../src/contract/index.ts';
import { drawTable, plural, type Column, type Paint } from './format.ts';

const columns: readonly Column[] = [
  { title: 'quantity', align: 'left' },
  { title: 'published', align: 'right' },
  { title: 'ours', align: 'right' },
  { title: 'deviation', align: 'right' },
  { title: 'role', align: 'left' },
];

export function calibrationText(report: CalibrationReport, paint: Paint): string {
  const { version, measured, command, rows, orders, notes, trials } = report;
  const commit = measured.commit === null ? '' : `, commit ${measured.commit}`;
  const head = [
    paint.bold(`lostwrites ${version}${commit}, node ${measured.node}`),
    `again    ${command}`,
    `trials   ${plural(trials, 'trial')} without faults, in virtual time; every model is simulated`,
  ];
  const sources = [...new Set(rows.map(({ source }) => source))];
  const tables = sources.map((source) => tableOf(source, rows, orders, paint));
  return [head.join('\n'), ...tables, [paint.bold('Notes'), ...notes].join('\n'), verdict(rows, paint)].join('\n\n');
}

function tableOf(
  source: string,
  rows: readonly CalibrationRow[],
  orders: readonly CalibrationOrder[],
  paint: Paint,
): string {
  const own = rows.filter((row) => row.source === source);
  const notes = [...new Set(own.flatMap(({ note }) => note ?? []))];
  const lines = own.map((row) => {
    const mark = row.note === null ? '' : ` [${String(notes.indexOf(row.note) + 1)}]`;
    const role = row.within === false ? paint.red(`${row.role}: OFF`) : row.role;
    return [`${row.quantity}${mark}`, numberOf(row, row.published), numberOf(row, row.ours), deviationOf(row), role];
  });
  const numbered = notes.map((note, index) => `[${String(index + 1)}] ${note}`);
  const ranked = orders.filter((order) => order.source === source).map(orderText);
  return [paint.bold(source), drawTable(columns, [lines], paint), ...ranked, ...numbered].join('\n');
}

function numberOf({ unit }: CalibrationRow, value: number | null): string {
  if (value === null) return '-';
  const text = unit === 'x' ? value.toFixed(2) : String(Number(value.toFixed(1)));
  return unit === '' ? text : `${text} ${unit}`;
}

function deviationOf({ deviation, published }: CalibrationRow): string {
  if (deviation === null) return '-';
  if (deviation === 0) return 'none';
  const sign = deviation > 0 ? '+' : '';
  return published === 0
    ? `${sign}${String(Number(deviation.toFixed(1)))}`
    : `${sign}${(deviation * 100).toFixed(1)} %`;
}

function orderText({ quantity, published, ours, swapped, pairs }: CalibrationOrder): string {
  if (pairs === 0) return `order by ${quantity}: nothing to compare`;
  const verdict = swapped === 0 ? 'no pair is swapped' : `${String(swapped)} of ${plural(pairs, 'pair')} swapped`;
  return [
    `order by ${quantity}, best first: ${verdict}`,
    `  published  ${rankingText(published)}`,
    `  ours       ${rankingText(ours)}`,
  ].join('\n');
}

function rankingText(ranking: Ranking): string {
  return ranking.map((place) => place.join(' = ')).join(' > ');
}

function verdict(rows: readonly CalibrationRow[], paint: Paint): string {
  const asked = rows.filter(({ within }) => within !== null);
  const off = asked.filter(({ within }) => within === false);
  const count = `${String(asked.length)} rows that are fitted or checked`;
  if (off.length === 0) return paint.green(`All ${count} are where they must be.`);
  const names = off.map(({ source, quantity }) => `${source}: ${quantity}`);
  return paint.red([`Of ${count}, ${String(off.length)} deviate too much:`, ...names].join('\n'));
}
