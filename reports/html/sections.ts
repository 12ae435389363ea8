/** The page from top to bottom. Where the reader may choose, the browser draws the part with this id anew. */

import { plural, whole } from '../wording.ts';
import { anomalyLegend, anomalyTable } from './anomaly-table.ts';
import { cellTable, firstTable, tableRows } from './cell-table.ts';
import { costSafety, costs, costTitles } from './cost-safety.ts';
import { crossoverList, dialChart } from './dial-chart.ts';
import { heatLegend, heatMap, heatMeasures } from './heat-map.ts';
import { latencyChart, latencyLegend } from './latency-chart.ts';
import { element, type Child, type Markup } from './markup.ts';
import { measureNamed } from './measures.ts';
import { cellsFor, type PageData } from './page-data.ts';
import { promiseTable } from './promise-table.ts';
import type { SweepData } from './sweep-data.ts';

/** What charts are drawn for until the browser knows how wide it is. */
const paperWidth = 1040;

export function pageBody(data: PageData): readonly Markup[] {
  const chosen = { measure: 'lostShare', workload: null } as const;
  return [
    headerOf(data),
    element(
      'main',
      {},
      section('lost', 'Who loses what under which fault', heatControls(data), [
        element('div', { id: 'heat-map', class: 'wide' }, heatMap(data, chosen)),
        element('div', { id: 'heat-legend' }, heatLegend()),
        element('p', { class: 'hint' }, 'Each cell opens its worst trial, told as a diagram.'),
      ]),
      section('cost', 'Cost against safety', costControls(data), [
        element('div', { id: 'cost-safety' }, costSafety(data, { cost: 'makespanMs', faults: null }, paperWidth)),
        element('p', { class: 'hint' }, 'To the left less is lost, further down it costs less. Circles lose nothing.'),
      ]),
      section('latency', 'How long commits take', latencyControls(data), [
        element('div', { id: 'latency-chart' }, latencyChart(data, data.faults[0]?.name ?? '', paperWidth)),
        latencyLegend(),
      ]),
      dialSection(data),
      anomalySection(data),
      section('promises', 'What was promised', null, element('div', { class: 'wide' }, promiseTable(data))),
      section('numbers', 'All numbers', tableControls(data), [
        element('p', { id: 'row-count', class: 'hint', 'aria-live': 'polite' }, rowCount(data)),
        element('div', { id: 'cell-table', class: 'wide' }, cellTable(data, firstTable)),
      ]),
      section('run', 'How it was run', null, [notes(data), facts(data)]),
    ),
    element('dialog', { id: 'trial', 'aria-labelledby': 'trial-title' }),
  ];
}

function anomalySection({ anomalies, strategies }: PageData): Markup | null {
  if (anomalies.titles.length === 0) return null;
  return section('anomalies', 'Which anomalies there are', null, [
    element('div', { class: 'wide' }, anomalyTable(anomalies, strategies)),
    anomalyLegend(),
    element('p', { class: 'hint' }, 'A cell in which one was found opens the first trial that shows it.'),
  ]);
}

function dialSection({ sweep, faults }: PageData): Markup | null {
  if (sweep === null) return null;
  const first = { metric: sweep.metrics[0]?.metric ?? '', faults: faults[0]?.name ?? '' };
  return section('dial', `While ${sweep.dial} moves`, dialControls(sweep, faults), [
    element('div', { id: 'dial-chart' }, dialChart(sweep, first, paperWidth)),
    element('div', { id: 'crossovers' }, crossoverList(sweep, first)),
  ]);
}

function dialControls({ metrics }: SweepData, faults: PageData['faults']): Markup {
  return controls(
    'dial-chart',
    choice(
      'metric',
      'show',
      metrics.map(({ metric, title }) => [metric, title]),
    ),
    choice(
      'faults',
      'faults',
      faults.map(({ name }) => [name, name]),
    ),
  );
}

function headerOf(data: PageData): Markup {
  const { strategies, workloads, faults, trials } = data;
  const shape = [
    plural(strategies.length, 'strategy').replace('strategys', 'strategies'),
    plural(workloads.length, 'workload'),
    plural(faults.length, 'fault profile'),
  ];
  return element(
    'header',
    {},
    element('p', { class: 'brand' }, 'lostwrites'),
    element('h1', {}, headline(data)),
    element('p', { class: 'shape' }, `${plural(trials.done, 'trial')}: ${shape.join(' × ')}`),
    verdict(data),
  );
}

/** What a reader should take away who reads nothing else. */
function headline(data: PageData): string {
  const losing = data.strategies.filter(({ name, canary }) => !canary && lostBy(data, name) > 0);
  const others = data.strategies.filter(({ canary }) => !canary).length - losing.length;
  if (data.strategies.every(({ canary }) => canary)) return 'Only canaries were run: they lose writes by design';
  if (losing.length === 0)
    return others === 1 ? 'No write was lost' : `${whole(others)} strategies, and no write was lost`;
  const names = losing.length > 4 ? `${whole(losing.length)} strategies` : listed(losing.map(({ name }) => name));
  const rest = others === 0 ? '' : `, ${others === 1 ? '1 keeps' : `${whole(others)} keep`} all`;
  return `${names} ${losing.length === 1 ? 'loses' : 'lose'} writes${rest}`;
}

function lostBy(data: PageData, strategy: string): number {
  const own = cellsFor(data, null).filter((cell) => cell.strategy === strategy);
  return own.reduce((sum, { lost }) => sum + lost, 0);
}

function listed(names: readonly string[]): string {
  return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1) ?? ''}`;
}

function verdict({ verdict: { brokenCells, failures }, partial, trials }: PageData): Markup {
  const isKept = brokenCells === 0 && failures.length === 0;
  const text = isKept
    ? '✓ Every promise was kept, every invariant held, and no trial failed.'
    : `✗ ${brokenCells === 0 ? 'The run as a whole fails.' : `Something promised is broken in ${plural(brokenCells, 'cell')}.`}`;
  return element(
    'div',
    { class: `verdict ${isKept ? 'good' : 'bad'}` },
    partial
      ? element('p', {}, `PARTIAL: stopped after ${whole(trials.done)} of ${plural(trials.planned, 'trial')}.`)
      : null,
    element('p', {}, text),
    failures.map((failure) => element('p', {}, failure)),
  );
}

function section(id: string, title: string, controls: Child, content: Child): Markup {
  return element(
    'section',
    { id, 'aria-labelledby': `${id}-title` },
    element('div', { class: 'head' }, element('h2', { id: `${id}-title` }, title), controls),
    content,
  );
}

/** A choice that is drawn anew when it changes; its form names the part. */
function choice(name: string, label: string, options: readonly (readonly [value: string, text: string])[]): Markup {
  const all = options.map(([value, text]) => element('option', { value }, text));
  return element('label', {}, `${label} `, element('select', { name, autocomplete: 'off' }, all));
}

function controls(part: string, ...fields: readonly Child[]): Markup {
  return element('form', { class: 'controls', 'data-part': part }, fields);
}

/** Empty stands for all. */
function namesWithAll(
  all: string,
  names: readonly { readonly name: string }[],
): readonly (readonly [string, string])[] {
  return [['', all], ...names.map(({ name }) => [name, name] as const)];
}

function heatControls({ workloads }: PageData): Markup {
  const shown = heatMeasures.map(
    (name) => [name, name === 'lostShare' ? 'lost writes' : measureNamed(name).title] as const,
  );
  return controls(
    'heat-map',
    choice('measure', 'show', shown),
    choice('workload', 'workload', namesWithAll('all', workloads)),
  );
}

function costControls({ faults }: PageData): Markup {
  return controls(
    'cost-safety',
    choice(
      'cost',
      'cost in',
      costs.map((name) => [name, costTitles[name] ?? name]),
    ),
    choice('faults', 'faults', namesWithAll('all together', faults)),
  );
}

function latencyControls({ faults }: PageData): Markup {
  return controls(
    'latency-chart',
    choice(
      'faults',
      'faults',
      faults.map(({ name }) => [name, name]),
    ),
  );
}

function tableControls({ workloads }: PageData): Markup {
  return controls(
    'cell-table',
    element(
      'label',
      {},
      'filter ',
      element('input', { type: 'search', name: 'filter', placeholder: 'lww crash', autocomplete: 'off' }),
    ),
    workloads.length < 2 ? null : check('byWorkload', 'by workload'),
    check('onlyWrong', 'only where something is lost or broken'),
  );
}

function check(name: string, text: string): Markup {
  return element('label', {}, element('input', { type: 'checkbox', name, autocomplete: 'off' }), ` ${text}`);
}

export function rowCount(data: PageData, choice = firstTable): string {
  const { length } = tableRows(data, choice);
  const shown = Math.min(length, choice.limit);
  return shown === length
    ? plural(length, 'row')
    : `${whole(shown)} of ${plural(length, 'row')}: filter to see the others`;
}

function notes({ notes: all }: PageData): Markup | null {
  return all.length === 0
    ? null
    : element(
        'ul',
        { class: 'notes' },
        all.map((note) => element('li', {}, note)),
      );
}

function facts({ facts: all }: PageData): Markup {
  return element(
    'dl',
    { class: 'facts' },
    all.map(([name, text]) => [element('dt', {}, name), element('dd', {}, text)]),
  );
}
