import { describe, expect, it } from 'vitest';
import {
  field,
  seconds,
  type Fault,
  type History,
  type Plan,
  type ProtocolStep,
  type TapeEntry,
  type Turn,
} from '../../src/contract/index.ts';
import type { AuthorityMessage } from '../../src/replication/authority-messages.ts';
import { decode } from '../../src/replication/index.ts';
import { authorityHandoff } from '../../strategies/authority-handoff.ts';
import { altered } from '../support/altered.ts';
import { activations, twoOwners } from '../support/ownership.ts';
import { atStep, atTime, planOf, reported, run, turn } from '../support/plans.ts';
import { complaintsAbout, total, trialsOf } from '../support/trials.ts';

const notes = field('notes');

/** A turn that reads the notes, thinks, and adds a line of its own. */
function adding(line: string, startSeconds = 0, thinkSeconds = 10): Turn {
  return turn({
    pauseMicros: seconds(startSeconds),
    steps: [
      {
        reads: [notes],
        thinkMicros: seconds(thinkSeconds),
        write: () => [{ field: notes, kind: 'append_text', value: [line] }],
      },
    ],
  });
}

function lines(...turns: readonly (readonly Turn[])[]): Plan {
  return {
    ...planOf(...turns),
    schema: { fields: [{ field: notes, kind: 'append_text', meaning: 'what was found' }] },
  };
}

function linesOf({ finals }: History): readonly (readonly string[])[] {
  return finals.map(({ state }) =>
    state.fields.flatMap((each) => (each.kind === 'append_text' ? each.lines.map(({ value }) => value) : [])),
  );
}

const ends = ({ turns }: History): readonly string[] => turns.map(({ end }) => end);
const owners = (history: History): readonly string[] => activations(history).map(({ owner }) => owner);
const changesOf = (history: History): readonly string[] =>
  owners(history).filter((owner, index, all) => owner !== all[index - 1]);

interface Sent {
  readonly at: number;
  readonly from: string;
  readonly to: string;
  readonly message: AuthorityMessage;
}

/** A run, and everything that the replicas have said to each other. */
function overheard(plan: Plan, tape: readonly TapeEntry[] = []): { readonly history: History; readonly sent: Sent[] } {
  const sent: Sent[] = [];
  const spied = altered(authorityHandoff, 'overheard', {
    host: (host) => ({
      send: (to, bytes) => {
        sent.push({ at: host.now() / 1e6, from: host.self, to, message: decode(bytes) as AuthorityMessage });
        host.send(to, bytes);
      },
    }),
  });
  return { history: run(spied, plan, tape), sent };
}

describe('the authority', () => {
  it('stays where it is while nobody else wants it, and is renewed as long as the agent thinks', () => {
    const history = run(authorityHandoff, lines([adding('a', 0, 100), adding('b')], []));
    expect(changesOf(history)).toEqual(['a1']);
    const generations = activations(history).map(({ generation }) => generation);
    expect(generations.slice(0, 4)).toEqual([0, 1, 2, 3]);
    expect(new Set(activations(history).map(({ major }) => major)).size).toBe(1);
  });

  it('goes to whoever asks for it, first come, first served, and every move raises the major', () => {
    const history = run(authorityHandoff, lines([adding('a')], [adding('b', 2)], [adding('c', 1)], [adding('d', 3)]));
    expect(changesOf(history)).toEqual(['a1', 'a3', 'a2', 'a4']);
    const majors = activations(history).map(({ major }) => major);
    expect(majors).toEqual(majors.toSorted((one, other) => one - other));
    expect(linesOf(history)).toEqual(Array(4).fill(['a', 'c', 'b', 'd']));
  });

  it('is held from the first read to the commit, so that nothing is refused because of others', () => {
    const turns = (name: string): Turn[] => [1, 2, 3].map((index) => adding(`${name}${String(index)}`));
    const history = run(authorityHandoff, lines(turns('a'), turns('b'), turns('c')));
    expect(history.attempts.map(({ outcome }) => outcome?.kind)).toEqual(Array(9).fill('committed'));
    expect(changesOf(history)).toHaveLength(9);
  });

  it('brings only what the target lacks of the log', () => {
    const { sent } = overheard(lines([adding('a'), adding('c')], [adding('b', 2), adding('d', 2)]));
    const shipped = sent.flatMap(({ message }) => (message.kind === 'move' ? message.piece.entries : []));
    expect(shipped).toEqual([]);
  });

  it('of a replica that was down is claimed with an epoch above the one on its disk', () => {
    const down = atTime('a1', 5, { kind: 'crash', downMicros: seconds(20) });
    const history = run(authorityHandoff, lines([adding('a')], []), [down]);
    const [first, second] = activations(history);
    expect([first?.owner, second?.owner]).toEqual(['a1', 'a1']);
    expect(second?.major).toBeGreaterThan(first?.major ?? 0);
    expect(first?.major).toBeGreaterThan(0);
  });

  it('is not taken from a stalled owner: all others wait, and it asks all before it goes on', () => {
    const stalled = atTime('a1', 5, { kind: 'busy', stallMicros: seconds(400) });
    const { history, sent } = overheard(lines([adding('a')], [adding('b', 2)]), [stalled]);
    expect(changesOf(history)).toEqual(['a1', 'a2']);
    expect(history.attempts[1]?.blockedMicros).toBeGreaterThan(seconds(400));
    expect(sent.some(({ at, from, message }) => from === 'a1' && message.kind === 'claim' && at > 400)).toBe(true);
    expect(linesOf(history)).toEqual([
      ['a', 'b'],
      ['a', 'b'],
    ]);
  });
});

describe('an offer', () => {
  it('is made three times, after 1, 2 and 4 seconds, then the next one gets it: nothing was sent', () => {
    const stalled = atTime('a2', 5, { kind: 'busy', stallMicros: seconds(60) });
    const { history, sent } = overheard(lines([adding('a')], [adding('b', 1)], [adding('c', 2)]), [stalled]);
    const offers = sent.filter(({ from, message }) => from === 'a1' && message.kind === 'offer');
    const [start = 0] = offers.map(({ at }) => at);
    expect(offers.map(({ at, to }) => [Math.round(at - start), to])).toEqual([
      [0, 'a2'],
      [1, 'a2'],
      [3, 'a2'],
      [7, 'a3'],
    ]);
    expect(changesOf(history)).toEqual(['a1', 'a3', 'a2']);
    expect(reported(history).filter(({ kind }) => kind === 'doubt')).toEqual([]);
  });

  it('that is declined is not repeated: the owner keeps what nobody wants any more', () => {
    const onlyReading = turn({
      pauseMicros: seconds(1),
      steps: [{ reads: [notes], thinkMicros: seconds(1), write: () => [] }],
    });
    const { history, sent } = overheard(lines([adding('a')], [onlyReading], [adding('c', 2), adding('d', 3)]));
    const offers = sent.filter(({ from, to, message }) => from === 'a3' && to === 'a2' && message.kind === 'offer');
    expect(offers).toHaveLength(1);
    expect(sent.filter(({ message }) => message.kind === 'decline')).toHaveLength(1);
    expect(changesOf(history)).toEqual(['a1', 'a2', 'a3']);
    expect(history.attempts.at(-1)?.blockedMicros).toBe(0);
  });
});

/** The tape in which this machine is hit when the first move reaches it, found by trying. */
function atTheMove(plan: Plan, machine: string, fault: Fault): TapeEntry {
  const { sent } = overheard(plan);
  const move = sent.findIndex(({ to, message }) => to === machine && message.kind === 'move');
  const tapes = Array.from({ length: 40 }, (_, index) => atStep(machine, 'receive', 'before', index + 1, fault));
  const found = tapes.find((entry) =>
    reported(run(authorityHandoff, plan, [entry])).some(({ kind }) => kind === 'doubt'),
  );
  if (move < 0 || found === undefined) throw new Error('no move was ever in doubt');
  return found;
}

describe('a move that was sent and not confirmed', () => {
  const plan = lines([adding('a')], [adding('b', 2)], [adding('c', 1)]);

  it('is in doubt after a second, and nobody else gets the authority', () => {
    const { history } = overheard(plan, [atTheMove(plan, 'a3', { kind: 'busy', stallMicros: seconds(30) })]);
    expect(reported(history).filter(({ kind }) => kind === 'doubt')).toEqual([
      { kind: 'doubt', owner: 'a1', target: 'a3' },
    ]);
    expect(changesOf(history)).toEqual(['a1', 'a3', 'a2']);
    expect(linesOf(history)).toEqual(Array(3).fill(['a', 'c', 'b']));
  });

  it('is settled by what the target says when it is back: it has lost its memory', () => {
    const { history } = overheard(plan, [atTheMove(plan, 'a3', { kind: 'crash', downMicros: seconds(30) })]);
    expect(changesOf(history)).toEqual(['a1', 'a2', 'a3']);
    const settled = history.observations.find((seen) => seen.kind === 'reported' && seen.event.kind === 'settled');
    expect(settled).toMatchObject({ replica: 'a1', event: { owner: 'a1', by: 'evidence' } });
    expect(linesOf(history)).toEqual(Array(3).fill(['a', 'b', 'c']));
  });

  it('is taken back after the lease and the grace, with a higher epoch', () => {
    const tape = atTheMove(plan, 'a3', { kind: 'busy', stallMicros: seconds(400) });
    const { history } = overheard(plan, [tape]);
    const [before, after] = activations(history);
    expect([before?.owner, after?.owner]).toEqual(['a1', 'a1']);
    expect(after?.major).toBeGreaterThan(before?.major ?? 0);
    const doubtAt = history.observations.find((seen) => seen.kind === 'reported' && seen.event.kind === 'doubt')?.at;
    expect(((after?.at ?? 0) - (doubtAt ?? 0)) / 1e6).toBeCloseTo(70, 1);
  });

  it('is refused to the target that wakes up with it in its backlog, and the target is served with a new epoch', () => {
    const tape = atTheMove(plan, 'a3', { kind: 'busy', stallMicros: seconds(400) });
    const { history, sent } = overheard(plan, [tape]);
    const move = sent.find(({ to, message }) => to === 'a3' && message.kind === 'move')?.message;
    if (move?.kind !== 'move') throw new Error('there was no move');
    const served = activations(history).filter(({ owner }) => owner === 'a3');
    expect(served.length).toBeGreaterThan(0);
    expect(served.every(({ major }) => major > move.major)).toBe(true);
    expect(twoOwners(history)).toBeNull();
    expect(linesOf(history)).toEqual(Array(3).fill(['a', 'b', 'c']));
  });
});

describe('a turn', () => {
  it('that had landed when its machine crashed is told so when it is repeated, and stands once', () => {
    for (let nth = 1; nth <= 6; nth += 1) {
      const tape = atStep('a1', 'append', 'after', nth, { kind: 'crash', downMicros: seconds(5) });
      const history = run(authorityHandoff, lines([adding('a')], [adding('b', 1)]), [tape]);
      expect(ends(history)).toEqual(['done', 'done']);
      expect(linesOf(history).map((each) => each.toSorted())).toEqual([
        ['a', 'b'],
        ['a', 'b'],
      ]);
    }
  });

  it('that overwrites what its agent has not read is refused and thinks again', () => {
    const status = field('status');
    const blind = turn({
      pauseMicros: seconds(1),
      steps: [{ reads: [], thinkMicros: seconds(1), write: () => [{ field: status, kind: 'scalar', value: 'new' }] }],
    });
    const history = run(authorityHandoff, planOf([turn()], [blind]));
    expect(history.attempts.map(({ outcome }) => outcome?.kind)).toEqual(['committed', 'conflict', 'committed']);
  });
});

describe('with a crash, a stall or a restore around every single step of three turns', () => {
  const steps: readonly ProtocolStep[] = ['append', 'send', 'receive', 'settle'];
  const taken = { append: 8, send: 30, receive: 30, settle: 1 } as const;
  const moments = ['before', 'after'] as const;
  const plan = lines([adding('a')], [adding('b', 1)], [adding('c', 2)]);
  const faults: Readonly<Record<string, Fault>> = {
    crash: { kind: 'crash', downMicros: seconds(6) },
    'short stall': { kind: 'busy', stallMicros: seconds(12) },
    'long stall': { kind: 'busy', stallMicros: seconds(400) },
    restore: { kind: 'restore', downMicros: seconds(6), backupsBack: 2 },
  };

  function flawsOf(history: History): readonly string[] {
    const [first = [], ...others] = linesOf(history);
    return [
      history.failure?.message ?? [],
      twoOwners(history) ?? [],
      ends(history).every((end) => end === 'done') ? [] : 'a turn was given up',
      first.toSorted().join() === 'a,b,c' ? [] : `the notes are ${first.join()}`,
      others.every((other) => other.join() === first.join()) ? [] : 'the replicas differ',
    ].flat();
  }

  it.each(Object.entries(faults))('%s: never two owners, nothing lost, nothing twice', (_name, fault) => {
    let struck = 0;
    for (const machine of ['a1', 'a2', 'a3']) {
      for (const step of steps) {
        for (let nth = 1; nth <= taken[step]; nth += 1) {
          for (const moment of moments) {
            const history = run(authorityHandoff, plan, [atStep(machine, step, moment, nth, fault)]);
            struck += history.faults.length;
            expect([`${moment} ${machine}'s ${step} ${String(nth)}`, flawsOf(history)]).toEqual([
              expect.any(String),
              [],
            ]);
          }
        }
      }
    }
    expect(struck).toBeGreaterThan(150);
  });
});

describe('the promises of authority-handoff', () => {
  it.each(['status-race', 'mixed', 'tally', 'values', 'handoff-chain'])('hold in %s under every fault', (workload) => {
    const trials = ['none', 'crash', 'busy', 'restore'].flatMap((name) =>
      trialsOf(authorityHandoff, workload, name, 3),
    );
    expect(complaintsAbout(trials)).toEqual([]);
    expect(total(trials.slice(0, 3), ({ gaveUp }) => gaveUp)).toBe(0);
  });
});

describe('a lease', () => {
  it('that is renewed before any of it has passed is refused', () => {
    const values = { lease: 60, renewBelow: 60, grace: 10, attempts: 3, firstDelay: 1, longestDelay: 30 };
    expect(() => authorityHandoff.configure?.(values)).toThrow('renewBelow must be less than lease');
    expect(() => authorityHandoff.configure?.({ ...values, renewBelow: 30 })).not.toThrow();
  });
});
