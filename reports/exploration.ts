/** What walks over all states have seen, and what they have found, with a way there. */

import type { StoryEvent, ToldMove, WalkBounds, WalkRow, WalkViolation } from '../src/contract/index.ts';
import { drawTable, duration, plural, whole, type Column, type Paint } from './format.ts';

export interface ExplorationView {
  readonly rows: readonly WalkRow[];
  readonly bounds: WalkBounds;
  /** What happened, as a story, one line per event. */
  readonly tell: (events: readonly StoryEvent[]) => string;
  readonly paint: Paint;
}

const columns: readonly Column[] = [
  { title: 'strategy', align: 'left' },
  { title: 'scenario', align: 'left' },
  { title: 'faults', align: 'left' },
  { title: 'states', align: 'right' },
  { title: 'transitions', align: 'right' },
  { title: 'depth', align: 'right' },
  { title: 'endings', align: 'right' },
  { title: 'judged', align: 'right' },
  { title: 'walk', align: 'left' },
  { title: 'states/s', align: 'right' },
  { title: 'violated', align: 'left' },
];

export function exploration(view: ExplorationView): string {
  const { rows, bounds, paint } = view;
  const groups = new Map<string, string[][]>();
  for (const row of rows) {
    const group = groups.get(row.strategy) ?? [];
    groups.set(row.strategy, group);
    group.push([group.length === 0 ? row.strategy : '', ...cellsOf(row, paint)]);
  }
  const table = drawTable(columns, [...groups.values()], paint);
  const found = rows.flatMap((row) => row.violations.map((violation) => pathText(row, violation, view)));
  return [paint.bold('Every interleaving'), table, together(rows), '', reading(bounds), ...found].join('\n');
}

/** Of the time that the walks took, start and planning left out. */
function together(rows: readonly WalkRow[]): string {
  const states = rows.reduce((total, row) => total + row.states, 0);
  const seconds = rows.reduce((total, row) => total + row.wallSeconds, 0);
  return `Together ${plural(states, 'state')}, ${perSecond(states, seconds)} states/s on each worker.`;
}

function perSecond(states: number, seconds: number): string {
  return whole(states / Math.max(seconds, 0.001));
}

function cellsOf(row: WalkRow, paint: Paint): string[] {
  const { states, transitions, depth, endings, judged, frontier, violations, wallSeconds } = row;
  return [
    row.scenario,
    row.faults,
    whole(states),
    whole(transitions),
    whole(depth),
    whole(endings),
    whole(judged),
    frontier === 0 ? 'complete' : paint.yellow(`bounded, ${whole(frontier)} left`),
    perSecond(states, wallSeconds),
    violations.length === 0
      ? '-'
      : paint.red(violations.flatMap(({ broken }) => broken.map(({ name }) => name)).join(', ')),
  ];
}

function reading({ timers, rounds, states }: WalkBounds): string {
  return [
    'A state is what every machine has been through, what is under way between them, and the states of the invariants.',
    'Messages arrive in order on each link and take any time; so do syncs of disks and the agents. Bounds:',
    `${plural(timers, 'timer')} and ${plural(rounds, 'round')} of anti-entropy before the end, ${whole(states)} states per walk. none: timers`,
    'fire in the order in which they are due. busy: any machine may be late. crash: one crash of any machine, between any two',
    'effects, with any part of the unsynced tail of its disk left, and its restart at any later point. Restores are left out.',
    'Endings: nothing is under way any more; those that look different from outside are brought to rest and judged.',
    'Walks go breadth first, and from half of their bound on from states all over what they have reached down to endings:',
    'so of a bounded walk only the states up to its depth are all known, and ways to what is found later may be longer ones.',
  ].join('\n');
}

function pathText(row: WalkRow, { broken, path, atRest }: WalkViolation, { tell, paint }: ExplorationView): string {
  const title = `${row.strategy}, ${row.scenario}, ${row.faults}: ${broken.map(({ name }) => name).join(', ')}`;
  const moves = path.map((move, index) => moveText(move, index + 1, tell));
  const end = atRest ? '     then everything comes to rest, and the oracle finds:' : '     and this breaks it:';
  return ['', paint.bold(title), ...moves, end, ...broken.map(({ violation }) => `     ${paint.red(violation)}`)].join(
    '\n',
  );
}

function moveText(move: ToldMove, number: number, tell: ExplorationView['tell']): string {
  const cut = move.isCut ? ', and crashes in the middle of it' : '';
  const head = `${String(number).padStart(3)}  ${move.machine} ${sentence(move)}${cut}`;
  const events = move.events.filter(({ kind }) => !saidByTheMove.has(kind));
  return events.length === 0 ? head : `${head}\n${indented(tell(events))}`;
}

const saidByTheMove = new Set<StoryEvent['kind']>(['receive', 'durable', 'fault', 'back']);

function sentence({ kind, received, at }: ToldMove): string {
  switch (kind) {
    case 'boot':
      return 'is switched on';
    case 'receive':
      return received === null
        ? 'receives nothing'
        : `receives from ${received.from}: ${messageText(received.message)}`;
    case 'synced':
      return 'has its oldest change safe on disk';
    case 'agent':
      return 'lets its agent go on';
    case 'judged':
      return 'hears from the model';
    case 'timer':
      return `has a timer fire at ${duration(at / 1_000)}`;
    case 'gossip':
      return 'is asked for a round of anti-entropy';
    case 'crash':
      return 'crashes';
    case 'restart':
      return `is back at ${duration(at / 1_000)}`;
  }
}

/** Most protocols write JSON: then its text, cut, says most. */
function messageText(message: Uint8Array): string {
  const text = new TextDecoder().decode(message);
  if (!/^[[{]/.test(text)) return plural(message.length, 'byte');
  return text.length > 140 ? `${text.slice(0, 137)}...` : text;
}

function indented(text: string): string {
  return text
    .split('\n')
    .map((line) => `   ${line}`)
    .join('\n');
}
