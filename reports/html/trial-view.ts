/** The worst trial of a cell: what is wrong with it, and how to run it again. */

import { describe } from './heat-map.ts';
import { element, type Markup } from './markup.ts';
import type { CellData } from './page-data.ts';

export function trialView(cell: CellData): Markup {
  const { strategy, faults, worst, broken } = cell;
  return element(
    'article',
    {},
    element('button', { type: 'button', class: 'close', 'aria-label': 'Close', title: 'Close (Escape)' }, '✕'),
    element('h2', { id: 'trial-title' }, `${strategy} under ${faults}`),
    element('p', {}, describe(cell)),
    broken === null ? null : element('p', { class: 'wrong' }, `✗ ${broken}.`),
    worst === null
      ? element('p', {}, 'No trial of it was run.')
      : [
          element('h3', {}, `Its worst trial: ${worst.workload}, seed ${String(worst.seed)}`),
          worst.wrong === null ? null : element('p', { class: 'wrong' }, worst.wrong),
          element('p', { class: 'command' }, element('code', {}, worst.command)),
        ],
  );
}
