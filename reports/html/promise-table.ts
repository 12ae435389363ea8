/** What each strategy promises, and whether it held. */

import { promiseNames } from '../../src/contract/index.ts';
import { plural } from '../wording.ts';
import { strategyHead } from './heat-map.ts';
import { element, type Markup } from './markup.ts';
import type { PageData } from './page-data.ts';
import { promiseTitles, type Standing } from './promise-data.ts';

export function promiseTable(data: PageData): Markup {
  const rows = data.promises.flatMap(({ strategy, standings }) => {
    const named = data.strategies.find(({ name }) => name === strategy);
    return named === undefined ? [] : [element('tr', {}, strategyHead(named), standings.map(standingCell))];
  });
  const titles = promiseNames.map((name) => element('th', { scope: 'col' }, promiseTitles[name]));
  return element(
    'table',
    { class: 'promises' },
    element('thead', {}, element('tr', {}, element('td', {}), titles)),
    element('tbody', {}, rows),
  );
}

function standingCell({ kind, trials, only }: Standing): Markup {
  const condition = only === null ? null : element('small', {}, `only ${only}`);
  switch (kind) {
    case 'kept':
      return element('td', { class: 'standing-kept' }, '✓ kept', condition);
    case 'broken':
      return element('td', { class: 'standing-broken' }, `✗ broken in ${plural(trials, 'trial')}`, condition);
    case 'not made':
    case 'not tested':
      return element('td', { class: 'standing-none' }, kind);
  }
}
