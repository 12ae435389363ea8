/** What the reader chooses: each form draws its part anew. */

import { cellTable, firstTable, tableColumns, type TableChoice } from '../cell-table.ts';
import { costSafety, costs, type CostChoice } from '../cost-safety.ts';
import { crossoverList, dialChart } from '../dial-chart.ts';
import { heatMap, heatMeasures, type HeatMapChoice } from '../heat-map.ts';
import { latencyChart } from '../latency-chart.ts';
import type { PageData } from '../page-data.ts';
import { rowCount } from '../sections.ts';
import type { SweepData } from '../sweep-data.ts';
import { byId, show } from './realize.ts';

/** Draws every part as it was chosen, and again whenever a choice or the width changes. */
export function followChoices(data: PageData): void {
  const draw = {
    'heat-map': (form: FormData) => show(byId('heat-map'), heatMap(data, heatChoice(form))),
    'cost-safety': (form: FormData) => drawWide('cost-safety', (width) => costSafety(data, costChoice(form), width)),
    'latency-chart': (form: FormData) =>
      drawWide('latency-chart', (width) => latencyChart(data, textOf(form, 'faults') ?? '', width)),
  };
  for (const [part, redraw] of Object.entries(draw)) {
    const form = formOf(part);
    const again = (): void => redraw(new FormData(form));
    form.addEventListener('change', again);
    if (part === 'heat-map') continue;
    onWidth(byId(part), again);
  }
  if (data.sweep !== null) followDial(data.sweep);
  followTable(data);
  for (const form of document.querySelectorAll('form'))
    form.addEventListener('submit', (event) => event.preventDefault());
}

function followDial(sweep: SweepData): void {
  const form = formOf('dial-chart');
  const again = (): void => {
    const fields = new FormData(form);
    const chosen = { metric: textOf(fields, 'metric') ?? '', faults: textOf(fields, 'faults') ?? '' };
    drawWide('dial-chart', (width) => dialChart(sweep, chosen, width));
    show(byId('crossovers'), crossoverList(sweep, chosen));
  };
  form.addEventListener('change', again);
  onWidth(byId('dial-chart'), again);
}

function formOf(part: string): HTMLFormElement {
  const form = document.querySelector<HTMLFormElement>(`form[data-part="${part}"]`);
  if (form === null) throw new Error(`nothing is to be chosen for ${part}`);
  return form;
}

function drawWide(id: string, draw: (width: number) => Parameters<typeof show>[1]): void {
  const place = byId(id);
  show(place, draw(Math.max(280, Math.round(place.clientWidth))));
}

/** Calls at once, and whenever the width has changed. */
function onWidth(place: Element, call: () => void): void {
  let known = -1;
  new ResizeObserver(() => {
    if (place.clientWidth === known) return;
    known = place.clientWidth;
    call();
  }).observe(place);
}

/** Null: empty, which stands for all. */
function textOf(form: FormData, name: string): string | null {
  const value = form.get(name);
  return typeof value === 'string' && value !== '' ? value : null;
}

function heatChoice(form: FormData): HeatMapChoice {
  const chosen = textOf(form, 'measure');
  return {
    measure: heatMeasures.find((name) => name === chosen) ?? 'lostShare',
    workload: textOf(form, 'workload'),
  };
}

function costChoice(form: FormData): CostChoice {
  const chosen = textOf(form, 'cost');
  return { cost: costs.find((name) => name === chosen) ?? 'makespanMs', faults: textOf(form, 'faults') };
}

function followTable(data: PageData): void {
  const form = formOf('cell-table');
  const place = byId('cell-table');
  let choice: TableChoice = firstTable;
  const choose = (changed: Partial<TableChoice>): void => {
    choice = { ...choice, ...changed };
    show(place, cellTable(data, choice));
    byId('row-count').textContent = rowCount(data, choice);
  };
  form.addEventListener('input', () => {
    const fields = new FormData(form);
    choose({
      filter: textOf(fields, 'filter') ?? '',
      byWorkload: fields.has('byWorkload'),
      onlyWrong: fields.has('onlyWrong'),
    });
  });
  place.addEventListener('click', ({ target }) => {
    const button = target instanceof Element ? target.closest('button') : null;
    const column = Number(button?.dataset['column'] ?? NaN);
    if (Number.isNaN(column)) return;
    // Names rise at first, numbers fall: what a reader looks for is the largest.
    const isFirst = choice.sortedBy !== column;
    const descending = isFirst ? tableColumns[column]?.isName !== true : !choice.descending;
    choose({ sortedBy: column, descending });
    place.querySelector<HTMLButtonElement>(`button[data-column="${String(column)}"]`)?.focus();
  });
}
