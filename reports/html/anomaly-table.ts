/** Strategy by anomaly: never, found with the trial that shows it, or not promised. */

import { legend } from '../anomaly-wording.ts';
import type { AnomalyCellData, AnomalyMatrix } from './anomaly-data.ts';
import { strategyHead } from './heat-map.ts';
import { element, type Markup } from './markup.ts';
import type { StrategyData } from './page-data.ts';

export function anomalyTable({ titles, rows }: AnomalyMatrix, strategies: readonly StrategyData[]): Markup {
  const drawn = rows.flatMap(({ strategy, cells }) => {
    const named = strategies.find(({ name }) => name === strategy);
    return named === undefined ? [] : [element('tr', {}, strategyHead(named), cells.map(anomalyCell))];
  });
  const heads = titles.map((title) => element('th', { scope: 'col' }, title));
  return element(
    'table',
    { class: 'anomalies' },
    element('thead', {}, element('tr', {}, element('td', {}), heads)),
    element('tbody', {}, drawn),
  );
}

const classes = {
  never: 'kept',
  found: 'level-3',
  broken: 'level-5 broken',
  'not-promised': 'level-0',
  'not-tested': 'none',
} as const;

function anomalyCell({ standing, seen, of, about, subject }: AnomalyCellData): Markup {
  const content = [element('b', {}, seen), element('small', {}, of)];
  const attributes = { class: `cell ${classes[standing]}`, title: about };
  if (subject === null) return element('td', {}, element('span', attributes, content));
  return element('td', {}, element('a', { ...attributes, href: subject.hash, 'aria-label': about }, content));
}

export function anomalyLegend(): Markup {
  return element(
    'ul',
    { class: 'notes' },
    legend.map((line) => element('li', {}, line)),
  );
}
