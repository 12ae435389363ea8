/** A trial as a space-time diagram: a lane per machine, time runs down. */

import type { Fate } from '../../src/contract/index.ts';
import { duration } from '../wording.ts';
import { rowHeight, timeScale, type TimeScale } from './diagram-scale.ts';
import { element, type Markup } from './markup.ts';
import type { Bar, Mark, TrialDiagram } from './trial-diagram.ts';

interface Lanes {
  readonly left: number;
  readonly width: number;
  /** Room for a label beside the line, in characters. */
  readonly characters: number;
  /** The line that everything of the lane stands on. */
  readonly line: (lane: number) => number;
}

const headHeight = 26;
/** From the line to its labels. */
const labelOffset = 11;
/** A character of a label, on average. */
const characterWidth = 6.3;

function lanesIn({ lanes }: TrialDiagram, width: number): Lanes {
  const left = 62;
  const pitch = (width - left) / Math.max(1, lanes.length);
  const inset = Math.min(22, pitch * 0.3);
  const characters = (pitch - inset - labelOffset - 2) / characterWidth;
  return { left, width, characters, line: (lane) => left + lane * pitch + inset };
}

/** The names of the lanes, apart from the drawing: they stay in sight while it is scrolled. */
export function laneHeads(diagram: TrialDiagram, width: number): Markup {
  const lanes = lanesIn(diagram, width);
  return element(
    'svg',
    { class: 'lane-heads', viewBox: `0 0 ${String(width)} ${String(headHeight)}`, 'aria-hidden': 'true' },
    diagram.lanes.map((name, lane) => element('text', { x: lanes.line(lane) - 8, y: 17 }, name)),
  );
}

export function spaceTime(diagram: TrialDiagram, width: number): Markup {
  const lanes = lanesIn(diagram, width);
  const placed = inRows(diagram.marks);
  const scale = timeScale(instantsOf(placed), diagram.end, 12);
  const named = `Space-time diagram: ${String(diagram.lanes.length)} machines, ${duration(diagram.end / 10)}`;
  return element(
    'svg',
    { class: 'space-time', viewBox: `0 0 ${String(width)} ${fixed(scale.height)}`, role: 'group', 'aria-label': named },
    defs(),
    times(scale, lanes),
    diagram.lanes.map((_name, lane) =>
      element('line', { class: 'lane', x1: lanes.line(lane), x2: lanes.line(lane), y1: 0, y2: scale.height }),
    ),
    diagram.bars.filter(({ lane }) => lane >= 0).map((bar) => barShape(bar, scale, lanes)),
    messagePaths(diagram, scale, lanes),
    placed.map((each) => markShape(each, diagram, scale, lanes)),
  );
}

interface PlacedMark {
  readonly mark: Mark;
  readonly position: number;
  /** Below the other marks of the lane at this instant. */
  readonly row: number;
}

function inRows(marks: readonly Mark[]): readonly PlacedMark[] {
  const counts = new Map<string, number>();
  return marks.map((mark, position) => {
    const key = `${String(mark.lane)}/${String(mark.at)}`;
    const row = counts.get(key) ?? 0;
    counts.set(key, row + 1);
    return { mark, position, row };
  });
}

function instantsOf(placed: readonly PlacedMark[]): readonly { readonly at: number; readonly rows: number }[] {
  const rows = new Map<number, number>();
  for (const { mark, row } of placed) rows.set(mark.at, Math.max(rows.get(mark.at) ?? 0, row + 1));
  return [...rows].sort(([left], [right]) => left - right).map(([at, count]) => ({ at, rows: count }));
}

/** Patterns tell faults apart where colours don't. */
function defs(): Markup {
  const hatch = (id: string, rotation: number): Markup =>
    element(
      'pattern',
      { id, width: 6, height: 6, patternUnits: 'userSpaceOnUse', patternTransform: `rotate(${String(rotation)})` },
      element('line', { x1: 0, x2: 0, y1: 0, y2: 6, class: id }),
    );
  const arrow = { id: 'arrow', viewBox: '0 0 6 6', refX: 6, refY: 3, markerWidth: 5, markerHeight: 5, orient: 'auto' };
  return element(
    'defs',
    {},
    hatch('hatch-busy', 45),
    hatch('hatch-restore', -45),
    element('marker', arrow, element('path', { d: 'M0 0L6 3L0 6z' })),
  );
}

/** As many as can be read. */
function times({ instants }: TimeScale, { left, width }: Lanes): Markup {
  let lowest = -Infinity;
  const shown = instants.filter(({ top }) => {
    if (top - lowest < 34) return false;
    lowest = top;
    return true;
  });
  return element(
    'g',
    { class: 'times' },
    shown.map(({ at, top }) => [
      element('line', { x1: left - 6, x2: width, y1: top, y2: top }),
      element('text', { x: left - 10, y: top, dy: '0.32em', 'text-anchor': 'end' }, clock(at)),
    ]),
  );
}

/** Since the start: `0:07.250`. */
function clock(at: number): string {
  const ms = Math.round(at / 10);
  const [minutes, rest] = [Math.floor(ms / 60_000), ms % 60_000];
  return `${String(minutes)}:${(rest / 1_000).toFixed(2).padStart(5, '0')}`;
}

const barPlaces: Readonly<Record<Bar['kind'], readonly [offset: number, width: number]>> = {
  turn: [-5, 10],
  thinking: [-5, 10],
  waiting: [-2, 4],
  grant: [-12, 4],
  crash: [-14, 28],
  busy: [-14, 28],
  restore: [-14, 28],
};

function barShape({ kind, lane, from, to, text }: Bar, scale: TimeScale, lanes: Lanes): Markup {
  const [offset, width] = barPlaces[kind];
  const top = scale.y(from);
  const height = Math.max(2, scale.y(to, 'bottom') - top);
  const place = { x: lanes.line(lane) + offset, y: top, width, height, rx: kind === 'turn' ? 3 : 1 };
  return element('rect', { class: `bar ${kind}`, ...place }, element('title', {}, text));
}

/** All messages are one path: a browser draws thousands of lines at once faster than thousands of paths. */
function messagePaths({ messages }: TrialDiagram, scale: TimeScale, { line }: Lanes): Markup {
  const arrows = messages.map(([from, sentAt, to, at]) => {
    const [x1, x2] = [line(from), line(to)];
    const [y1, y2] = [scale.y(sentAt, 'bottom'), scale.y(at)];
    const [dx, dy] = [x2 - x1, y2 - y1];
    const length = Math.hypot(dx, dy) || 1;
    const [ux, uy] = [(dx / length) * 5, (dy / length) * 5];
    const head = `M${fixed(x2 - ux - uy * 0.5)} ${fixed(y2 - uy + ux * 0.5)}L${fixed(x2)} ${fixed(y2)}L${fixed(x2 - ux + uy * 0.5)} ${fixed(y2 - uy - ux * 0.5)}`;
    return `M${fixed(x1)} ${fixed(y1)}L${fixed(x2)} ${fixed(y2)}${head}`;
  });
  return element('path', { class: 'messages', d: arrows.join('') });
}

function markShape({ mark, position, row }: PlacedMark, diagram: TrialDiagram, scale: TimeScale, lanes: Lanes): Markup {
  const x = lanes.line(mark.lane);
  const y = scale.y(mark.at) + row * rowHeight;
  const write = mark.write === null ? undefined : diagram.writes[mark.write];
  const fate = write?.fate ?? null;
  const label = fate === 'lost' ? `LOST ${mark.label}` : mark.label;
  const why = write === undefined ? '' : `: ${write.fate}${write.torn ? ' (torn)' : ''}, ${write.reason}`;
  const text = `${clock(mark.at)} ${diagram.lanes[mark.lane] ?? ''} ${mark.text}${why}`;
  return element(
    'g',
    {
      class: `mark ${mark.kind}${fate === null ? '' : ` fate-${fate}`}`,
      id: `mark-${String(position)}`,
      'data-write': mark.write,
      tabindex: mark.write === null ? null : 0,
      role: mark.write === null ? null : 'img',
      'aria-label': mark.write === null ? null : text,
    },
    element('title', {}, text),
    glyph(mark.kind, fate, x, y),
    element('text', { x: x + labelOffset, y, dy: '0.32em' }, cut(label, lanes.characters)),
  );
}

function cut(text: string, characters: number): string {
  if (characters < 3) return '';
  return text.length <= characters ? text : `${text.slice(0, Math.max(1, Math.floor(characters) - 1))}…`;
}

/** The shape says what became of a write: colours alone don't reach everybody. */
export function glyph(kind: Mark['kind'], fate: Fate | null, x: number, y: number): Markup {
  const path = (d: string): Markup => element('path', { class: 'glyph', d: `M${fixed(x)} ${fixed(y)}${d}` });
  if (kind !== 'write') return element('circle', { class: 'glyph', cx: x, cy: y, r: 2.5 });
  switch (fate) {
    case 'lost':
      return path('m-6 -6l12 12m0 -12l-12 12');
    case 'phantom':
      return path('m-5 -5h10v10h-10z');
    case 'escalated':
    case 'resolved':
      return path('m0 -7l7 12h-14z');
    case 'rejected':
    case 'indeterminate':
      return path('m0 -6l6 6l-6 6l-6 -6z');
    case 'superseded':
    case 'survived':
      return element('circle', { class: 'glyph', cx: x, cy: y, r: 5.5 });
    case null:
      return element('circle', { class: 'glyph', cx: x, cy: y, r: 3.5 });
  }
}

function fixed(value: number): string {
  return String(Math.round(value * 10) / 10);
}
