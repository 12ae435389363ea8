/** The worst trial of a cell: what is wrong with it, what happened, what became of each write, how to run it again. */

import type { Fate } from '../../src/contract/index.ts';
import { plural } from '../wording.ts';
import { describe } from './heat-map.ts';
import { element, type Child, type Markup } from './markup.ts';
import { cellHash, type CellData } from './page-data.ts';
import type { ShownTrial, Subject } from './subject.ts';
import { glyph, laneHeads, spaceTime } from './space-time.ts';
import type { Bar, DrawnWrite, TrialDiagram } from './trial-diagram.ts';

/** What a cell of the first table opens. */
export function subjectOf(cell: CellData): Subject {
  const { strategy, workload, faults, broken, worst } = cell;
  const title = `${strategy} under ${faults}${workload === null ? '' : `, ${workload}`}`;
  return { hash: cellHash(cell), title, about: describe(cell), broken, trial: worst };
}

/** `diagram` null: the page carries none of this trial. */
export function trialView(subject: Subject, diagram: TrialDiagram | null, width: number): Markup {
  const { title, about, broken, trial } = subject;
  return element(
    'article',
    {},
    element('button', { type: 'button', class: 'close', 'aria-label': 'Close', title: 'Close (Escape)' }, '✕'),
    element('h2', { id: 'trial-title' }, title),
    element('p', { class: 'hint' }, about),
    broken === null ? null : element('p', { class: 'wrong' }, `✗ ${broken}.`),
    trial === null ? element('p', {}, 'No trial of it was run.') : shownTrial(trial, diagram, width),
  );
}

function shownTrial({ heading, evidence, command }: ShownTrial, diagram: TrialDiagram | null, width: number): Child {
  return [
    element('h3', {}, heading),
    evidence === null ? null : element('p', { class: 'wrong' }, evidence),
    diagram === null
      ? element('p', {}, 'The page carries no diagram of it. This tells it event by event:')
      : [endingOf(diagram), lostWrites(diagram), drawing(diagram, width), allWrites(diagram)],
    element('p', { class: 'command' }, element('code', {}, command)),
  ];
}

function endingOf({ ending }: TrialDiagram): Markup {
  return element('p', {}, `${ending.join('; ')}.`);
}

const lostShown = 6;

/** The evidence, before the picture of it. */
function lostWrites({ writes }: TrialDiagram): Child {
  const lost = writes.flatMap((write, position) => (write.fate === 'lost' ? [{ write, position }] : []));
  if (lost.length === 0) return null;
  const more = lost.length - lostShown;
  return element(
    'ul',
    { class: 'lost-writes' },
    lost
      .slice(0, lostShown)
      .map(({ write, position }) => element('li', {}, pointer(position, write.text), ` ${write.reason}`)),
    more > 0 ? element('li', {}, `and ${plural(more, 'more lost write')} below`) : null,
  );
}

/** Leads to the mark of the write in the drawing. */
function pointer(position: number, text: string): Markup {
  return element('button', { type: 'button', class: 'pointer', 'data-shows': position }, text);
}

function drawing(diagram: TrialDiagram, width: number): Child {
  const { messagesLeftOut, marksLeftOut, messages } = diagram;
  const leftOut = [
    ...(messagesLeftOut === 0 ? [] : [plural(messagesLeftOut, 'message')]),
    ...(marksLeftOut === 0 ? [] : [plural(marksLeftOut, 'event')]),
  ];
  return [
    element(
      'div',
      { class: 'diagram-head' },
      legend(diagram),
      messages.length === 0
        ? null
        : element(
            'label',
            { class: 'hint' },
            element('input', { type: 'checkbox', name: 'messages', checked: true, autocomplete: 'off' }),
            ` ${plural(messages.length, 'message')}`,
          ),
    ),
    element('div', { class: 'diagram' }, laneHeads(diagram, width), spaceTime(diagram, width)),
    leftOut.length === 0 ? null : element('p', { class: 'hint' }, `Left out at the end: ${leftOut.join(' and ')}.`),
  ];
}

const fateKeys: readonly (readonly [Fate, string])[] = [
  ['lost', 'lost'],
  ['survived', 'survived'],
  ['superseded', 'superseded'],
  ['escalated', 'escalated or resolved'],
  ['rejected', 'rejected or unknown'],
  ['phantom', 'refused, yet there'],
];

/** Only of what there is to see. */
function legend({ writes, bars }: TrialDiagram): Markup {
  const fates = fateKeys
    .filter(([fate]) => writes.some((write) => shownAs(write.fate) === fate))
    .map(([fate, text]) => {
      const drawn = element(
        'svg',
        { viewBox: '0 0 16 16', class: `mark write fate-${fate}`, width: 14, height: 14, 'aria-hidden': 'true' },
        glyph('write', fate, 8, 8),
      );
      return element('li', {}, drawn, ` ${text}`);
    });
  const kinds = barKeys
    .filter(([kind]) => bars.some((bar) => bar.kind === kind))
    .map(([kind, text]) => element('li', {}, element('span', { class: `swatch bar-${kind}` }), text));
  return element('ul', { class: 'legend' }, fates, kinds);
}

/** Fates that share a shape. */
function shownAs(fate: Fate): Fate {
  if (fate === 'resolved') return 'escalated';
  return fate === 'indeterminate' ? 'rejected' : fate;
}

const barKeys: readonly (readonly [Bar['kind'], string])[] = [
  ['thinking', 'thinks'],
  ['waiting', 'waits for an answer'],
  ['grant', 'holds a grant'],
  ['crash', 'crash'],
  ['busy', 'busy'],
  ['restore', 'restore'],
];

function allWrites({ writes }: TrialDiagram): Child {
  if (writes.length === 0) return null;
  const titles = ['write', 'told', 'fate', 'why'];
  const rows = writes
    .map((write, position) => ({ write, position }))
    .sort((left, right) => weight(right.write) - weight(left.write));
  return [
    element('h3', {}, 'What became of each write'),
    element(
      'div',
      { class: 'wide' },
      element(
        'table',
        { class: 'writes' },
        element(
          'thead',
          {},
          element(
            'tr',
            {},
            titles.map((title) => element('th', { scope: 'col' }, title)),
          ),
        ),
        element(
          'tbody',
          {},
          rows.map(({ write, position }) => writeRow(write, position)),
        ),
      ),
    ),
  ];
}

/** What is worst comes first. */
function weight({ fate }: DrawnWrite): number {
  if (fate === 'lost') return 2;
  return fate === 'phantom' ? 1 : 0;
}

function writeRow({ text, told, fate, torn, reason }: DrawnWrite, position: number): Markup {
  return element(
    'tr',
    { class: `row-${fate}` },
    element('td', {}, pointer(position, text)),
    element('td', {}, told),
    element('td', {}, torn ? `${fate} (torn)` : fate),
    element('td', {}, reason),
  );
}
