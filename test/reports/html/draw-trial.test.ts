/** Stories as diagrams: what stands on which lane, from when to when. */

import { describe, expect, it } from 'vitest';
import { drawTrial } from '../../../reports/html/draw-trial.ts';
import { timeScale } from '../../../reports/html/diagram-scale.ts';
import { serialize } from '../../../reports/html/markup.ts';
import { spaceTime } from '../../../reports/html/space-time.ts';
import type { History, Micros, StoryEvent, Verdict, Write } from '../../../src/contract/index.ts';
import { attempt, history, trialResult, verdict } from '../../support/hand-made.ts';

const tx = { id: 'a1.1', agent: 'a1', turn: 0, attempt: 1 };
const write = { id: 'a1.1.1', agent: 'a1', number: 1, attempt: 1, field: 'slot', kind: 'scalar', value: 'x' };
const fate = {
  write: write as unknown as Write,
  told: 'committed',
  fate: 'lost',
  reason: 'it is nowhere',
  torn: false,
};

/** Times in seconds. */
function told(...events: readonly (readonly [at: number, machine: string, rest: object])[]): readonly StoryEvent[] {
  return events.map(([at, machine, rest]) => ({ at: at * 1e6, machine, ...rest }) as unknown as StoryEvent);
}

const oneTurn = told(
  [0, 'a1', { kind: 'begin', tx }],
  [0, 'a1', { kind: 'read', tx, fields: ['slot'] }],
  [1, 'hub', { kind: 'receive', from: 'a1', sentAt: 0, bytes: 9 }],
  [2, 'a1', { kind: 'view', tx, view: { fields: [], escalations: [] } }],
  [2, 'a1', { kind: 'think', tx, thinkMicros: 10e6 }],
  [12, 'a1', { kind: 'write', tx, writes: [write] }],
  [12, 'a1', { kind: 'commit', tx }],
  [13, 'a1', { kind: 'settle', tx, outcome: { kind: 'committed' } }],
);

function drawn(story: readonly StoryEvent[], endedAt = 13, found: Partial<Verdict> = { fates: [fate as never] }) {
  const attempts = [attempt({ kind: 'committed' }, { endedAt: (endedAt * 1e6) as Micros })];
  const finals = [{ replica: 'hub' }, { replica: 'a1' }] as unknown as History['finals'];
  return drawTrial(history({ story, attempts, finals }), verdict(found), trialResult());
}

const barsOf = (diagram: ReturnType<typeof drawn>, kind: string): readonly (readonly number[])[] =>
  diagram.bars.filter((bar) => bar.kind === kind).map(({ lane, from, to }) => [lane, from / 1e4, to / 1e4]);

describe('the diagram of a trial', () => {
  it('has a lane per machine, the hub first, and shows turns, waiting, thinking and messages', () => {
    const diagram = drawn(oneTurn);
    expect(diagram.lanes).toEqual(['hub', 'a1']);
    expect(barsOf(diagram, 'turn')).toEqual([[1, 0, 13]]);
    expect(barsOf(diagram, 'waiting')).toEqual([
      [1, 0, 2],
      [1, 12, 13],
    ]);
    expect(barsOf(diagram, 'thinking')).toEqual([[1, 2, 12]]);
    expect(diagram.messages).toEqual([[1, 0, 0, 1e4]]);
  });

  it('says of each write what became of it and why', () => {
    const diagram = drawn(oneTurn);
    expect(diagram.writes).toEqual([
      { text: 'a1.1.1: slot = "x"', told: 'committed', fate: 'lost', torn: false, reason: 'it is nowhere' },
    ]);
    const svg = serialize(spaceTime(diagram, 800));
    expect(svg).toMatch(/class="mark write fate-lost"[^>]*aria-label="0:12.00 a1 writes [^>]*: lost, it is nowhere"/);
    expect(svg).toContain('LOST a1.1.1: slot = &quot;x&quot;');
  });

  it('cuts thinking off where the machine stops, and shows how long it is down', () => {
    const crash = { kind: 'fault', fault: { kind: 'crash', downMicros: 3e6 }, step: null, recordsLost: 0 };
    const story = [...oneTurn.slice(0, 5), ...told([5, 'a1', crash], [8, 'a1', { kind: 'back', from: 'crash' }])];
    const diagram = drawn(story, 5);
    expect(barsOf(diagram, 'thinking')).toEqual([[1, 2, 5]]);
    expect(barsOf(diagram, 'crash')).toEqual([[1, 5, 8]]);
  });

  it('shows grants on the lane of their holder, until they are given back, taken or the trial ends', () => {
    const grant = (at: number, kind: string, token: number): readonly [number, string, object] => [
      at,
      'hub',
      { kind: 'protocol', event: { kind, field: 'slot', holder: 'a1', token, trigger: 'expired', grounds: null } },
    ];
    const story = told(grant(1, 'grant', 1), grant(3, 'release', 1), grant(4, 'grant', 2), grant(6, 'reclaim', 2));
    const diagram = drawn([...story, ...told(grant(7, 'grant', 3)), ...told([9, 'a1', { kind: 'begin', tx }])]);
    expect(barsOf(diagram, 'grant')).toEqual([
      [1, 1, 3],
      [1, 4, 6],
      [1, 7, 9],
    ]);
  });
});

describe('the scale of time', () => {
  it('never runs backwards, and leaves room for all that happens at one instant', () => {
    const scale = timeScale(
      [
        { at: 10, rows: 1 },
        { at: 11, rows: 3 },
        { at: 900_000, rows: 1 },
      ],
      1_000_000,
      5,
    );
    const heights = [0, 5, 10, 11, 400_000, 900_000, 950_000, 1_000_000].map((at) => scale.y(at));
    expect(heights).toEqual([...heights].sort((left, right) => left - right));
    expect(scale.y(11, 'bottom') - scale.y(11)).toBe(32);
    expect(scale.y(1_000_000)).toBeLessThan(scale.height);
  });
});
