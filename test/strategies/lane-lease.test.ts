import { describe, expect, it } from 'vitest';
import {
  field,
  hubId,
  milliseconds,
  seconds,
  type History,
  type MergeStrategy,
  type Step,
} from '../../src/contract/index.ts';
import { decode } from '../../src/replication/codec.ts';
import { fileOn } from '../../src/replication/disk-files.ts';
import { scan } from '../../src/replication/framed-log.ts';
import { rowIn } from '../../src/replication/lane-rows.ts';
import { laneDefaults, laneLease, laneLeaseWith } from '../../strategies/lane-lease.ts';
import { noRecovery } from '../../src/simulator/recovery/none.ts';
import { altered } from '../support/altered.ts';
import { atStep, atTime, planOf, reported, run, status, turn } from '../support/plans.ts';
import { complaintsAbout, trialOf, trialsOf } from '../support/trials.ts';

const crash = (downSeconds: number) => ({ kind: 'crash', downMicros: seconds(downSeconds) }) as const;
const restart = (downSeconds: number) => ({ ...crash(downSeconds), kind: 'restore', backupsBack: 2 }) as const;
const stall = (stallSeconds: number) => ({ kind: 'busy', stallMicros: seconds(stallSeconds) }) as const;
const [x, y] = [field('x'), field('y')];
const step = (name: typeof x, thinkSeconds: number, value: string): Step => ({
  reads: [name],
  thinkMicros: seconds(thinkSeconds),
  write: () => [{ field: name, kind: 'scalar', value }],
});

const slowly = step(status, 150, 'slowly');

const told = ({ attempts }: History) =>
  attempts.map(({ tx, outcome }) => `${tx.id}/${String(tx.attempt)} ${outcome?.kind ?? 'nothing'}`);

/** Grants and their ends, in short: `+a1 status 1`, `-a1 status 1` for a release, `!a1 status 1` for a reclaim. */
const lanes = (history: History) =>
  reported(history).flatMap((event) => {
    if (event.kind !== 'grant' && event.kind !== 'release' && event.kind !== 'reclaim') return [];
    const sign = { grant: '+', release: '-', reclaim: '!' }[event.kind];
    return [`${sign}${event.holder} ${event.field} ${String(event.token)}`];
  });

describe('agents that want the same field', () => {
  it('take turns, and the one who was refused asks again without bothering its agent', () => {
    const history = run(laneLease, planOf([turn({}, 'one')], [turn({}, 'two')]));
    expect(told(history)).toEqual(['a1.1/1 committed', 'a2.1/1 committed']);
    const [first, second] = lanes(history)[0]?.startsWith('+a1') === true ? ['a1', 'a2'] : ['a2', 'a1'];
    expect(lanes(history)).toEqual([
      `+${first} status 1`,
      `-${first} status 1`,
      `+${second} status 2`,
      `-${second} status 2`,
    ]);
    expect(history.finals[0]?.state.fields).toMatchObject([{ field: status, value: second === 'a1' ? 'one' : 'two' }]);
  });

  it('hear from the disk when nothing is in their way any more, and need not look for it', () => {
    const history = run(laneLease, planOf([turn()], [turn({ pauseMicros: seconds(1) }, 'two')]));
    const second = history.attempts.find(({ tx }) => tx.agent === 'a2');
    expect(second?.blockedMicros).toBeLessThan(seconds(9.5));
  });

  it('find out by looking if the disk does not tell them', () => {
    const silent = altered(laneLease, 'silent', {
      host: (host) => ({
        send: (to, message) => {
          if ((decode(message) as { readonly kind: string }).kind !== 'freed') host.send(to, message);
        },
      }),
    });
    const history = run(silent, planOf([turn()], [turn({ pauseMicros: seconds(1) }, 'two')]));
    const second = history.attempts.find(({ tx }) => tx.agent === 'a2');
    expect(second?.outcome).toEqual({ kind: 'committed' });
    expect(second?.blockedMicros).toBeGreaterThan(seconds(9.5));
  });

  it('do not wait for those who want another one', () => {
    const history = run(
      laneLease,
      planOf([turn({ steps: [step(x, 10, 'a')] })], [turn({ steps: [step(y, 10, 'b')] })]),
    );
    expect(Math.max(...history.attempts.map(({ blockedMicros }) => blockedMicros))).toBeLessThan(seconds(1));
  });
});

describe('agents that hold what the other one needs', () => {
  it('find out: the younger gives back what it holds, and thinks again about both fields at once', () => {
    const there = turn({ steps: [step(x, 10, 'a'), step(y, 10, 'a')] });
    const backAgain = turn({ pauseMicros: seconds(1), steps: [step(y, 10, 'b'), step(x, 10, 'b')] });
    const history = run(laneLease, planOf([there], [backAgain]));
    expect(told(history)).toEqual(['a1.1/1 committed', 'a2.1/1 conflict', 'a2.1/2 committed']);
    expect(history.attempts[1]?.outcome).toEqual({ kind: 'conflict', cause: 'other-holder', fields: [x] });
    expect(lanes(history)).toContain('+a2 y 4');
    expect(lanes(history)).toContain('+a2 x 4');
  });
});

describe('an agent whose machine crashes', () => {
  it('finds its lane as it left it: the new process adopts the lease', () => {
    const history = run(laneLease, planOf([turn()], [turn({}, 'other')]), [atTime('a1', 5, crash(30))]);
    expect(told(history)).toEqual(['a1.1/1 nothing', 'a2.1/1 committed', 'a1.1/2 committed']);
    const mine = lanes(history).filter((event) => event.includes('a1'));
    expect(mine).toHaveLength(2);
  });

  it('adopts what it held although it must wait for the rest of what it asks for', () => {
    const wide = turn({ steps: [{ ...step(x, 10, 'wide'), reads: [x, y] }] });
    const holding = turn({ pauseMicros: seconds(8), steps: [step(y, 10, 'b')] });
    const left = turn({ steps: [step(x, 10, 'a')] });
    const history = run(laneLease, planOf([left, wide], [holding]), [atTime('a1', 9, crash(5))], '1', noRecovery);
    expect(told(history).filter((each) => each.includes('conflict'))).toEqual([]);
    expect(lanes(history)).toEqual(['+a1 x 1', '+a2 y 2', '-a2 y 2', '+a1 y 3', '-a1 x 1', '-a1 y 3']);
  });

  it('hears at once that its turn was accepted before the crash, even if it would read nothing any more', () => {
    const blind = turn({ steps: [{ ...step(x, 60, 'blind'), reads: [] }] });
    const tape = [atStep('a1', 'settle', 'before', 1, crash(5))];
    const history = run(laneLease, planOf([blind], []), tape);
    expect(told(history)).toEqual(['a1.1/1 nothing', 'a1.1/2 committed']);
    expect(history.attempts[1]?.thinkMicros).toBeLessThan(milliseconds(100));
  });

  it('and who does not come back to its turn leaves a lease that stands in the way until the grace is over', () => {
    const later = turn({ pauseMicros: seconds(3) }, 'later');
    const history = run(laneLease, planOf([turn()], [later]), [atTime('a1', 5, crash(10))], '1', noRecovery);
    expect(told(history)).toEqual(['a1.1/1 nothing', 'a2.1/1 committed']);
    expect(lanes(history)).toEqual(['+a1 status 1', '!a1 status 1', '+a2 status 2', '-a2 status 2']);
    expect(history.attempts[1]?.blockedMicros).toBeGreaterThan(seconds(290));
  });
});

describe('a lease that has run out', () => {
  const short = laneLeaseWith({ ...laneDefaults, ttl: 20, grace: 5 });

  it('is taken from a holder who stalls, and what the holder commits later is refused', () => {
    const history = run(short, planOf([turn({}, 'zombie')], [turn({ pauseMicros: seconds(2) }, 'other')]), [
      atTime('a1', 5, stall(60)),
    ]);
    expect(told(history)).toEqual(['a1.1/1 conflict', 'a2.1/1 committed', 'a1.1/2 committed']);
    expect(history.attempts[0]?.outcome).toMatchObject({ cause: 'reclaimed' });
    expect(lanes(history)).toContain('!a1 status 1');
  });

  it('is prolonged by the heartbeats of a holder who only thinks for long', () => {
    const slow = { ...short.configure!({ ...laneDefaults, ttl: 20, grace: 5, coalesceWithin: 1 }) };
    const history = run(
      slow,
      planOf([turn({ steps: [step(x, 90, 'slow')] })], [turn({ steps: [step(x, 1, 'quick')] })]),
    );
    expect(told(history)).toEqual(expect.arrayContaining(['a1.1/1 committed', 'a2.1/1 committed']));
    expect(lanes(history).filter((event) => event.startsWith('!'))).toEqual([]);
    const beats = reported(history).filter(({ kind }) => kind === 'heartbeat');
    expect(beats.length).toBeGreaterThan(15);
  });
});

describe('a turn that comes while the end of its lease is on its way to the disk', () => {
  it('is refused, as it was once not, with ping-pong under busy and seed 6', () => {
    const short = laneLeaseWith({ ...laneDefaults, ttl: 20, grace: 5 });
    expect(complaintsAbout([trialOf(short, 'ping-pong', 'busy', 6)])).toEqual([]);
  });
});

describe('signs of life', () => {
  it('are dated in their order, as they once were not, with canary under busy and seed 177', () => {
    const restless = laneLeaseWith({ ...laneDefaults, ttl: 4, grace: 1, coalesceWithin: 0 });
    expect(complaintsAbout([trialOf(restless, 'canary', 'busy', 177)])).toEqual([]);
  });
});

describe('the mutex of the journal', () => {
  it('is taken over when its owner has left it behind for too long, and the late owner writes nothing', () => {
    // The second message that a1 receives is the answer that gives it the mutex.
    const history = run(laneLease, planOf([turn({}, 'late')], [turn({ pauseMicros: seconds(1) }, 'early')]), [
      atStep('a1', 'receive', 'before', 2, stall(380)),
    ]);
    expect(told(history)).toContain('a1.1/1 committed');
    expect(lanes(history)).toEqual(['+a2 status 1', '-a2 status 1', '+a1 status 2', '-a1 status 2']);
  });

  it('gives nothing to a late owner who asks for it once more before it writes what it decided long ago', () => {
    const history = run(laneLease, planOf([turn({}, 'late')], [turn({ pauseMicros: seconds(310), steps: [slowly] })]), [
      atTime('hub', 0, stall(3.5)),
      atTime('a1', 2, stall(398)),
    ]);
    expect(lanes(history)).toEqual(['+a2 status 1', '-a2 status 1', '+a1 status 2', '-a1 status 2']);
    expect(told(history)).toEqual(expect.arrayContaining(['a1.1/1 committed', 'a2.1/1 committed']));
  });

  it('that cannot be had after six attempts is asked for again, and after some more the agent is told', () => {
    const history = run(laneLease, planOf([turn()], [turn({ pauseMicros: seconds(1) })]), [
      atStep('a1', 'receive', 'before', 2, stall(290)),
    ]);
    const causes = history.attempts.flatMap(({ outcome }) => (outcome?.kind === 'conflict' ? [outcome.cause] : []));
    expect(causes.length).toBeGreaterThan(0);
    expect(new Set(causes)).toEqual(new Set(['busy']));
    expect(history.turns.map(({ end }) => end)).toEqual(['done', 'done']);
  });

  it('is free again at once for a host whose earlier process had it', () => {
    const history = run(laneLease, planOf([turn()], [turn({ pauseMicros: seconds(60) })]), [
      atStep('a1', 'receive', 'after', 2, restart(10)),
    ]);
    expect(told(history)).toEqual(['a1.1/1 nothing', 'a1.1/2 committed', 'a2.1/1 committed']);
    const waits = history.attempts.map(({ blockedMicros }) => blockedMicros);
    expect(Math.max(...waits.slice(1))).toBeLessThan(seconds(1));
  });
});

describe('the disk that all share', () => {
  it('remembers who holds what when its machine has crashed', () => {
    const history = run(laneLease, planOf([turn()], [turn({ pauseMicros: seconds(2) }, 'other')]), [
      atTime('hub', 5, crash(8)),
    ]);
    expect(told(history)).toEqual(['a1.1/1 committed', 'a2.1/1 committed']);
    const recovered = reported(history).filter(({ kind }) => kind === 'recovered');
    expect(recovered).toMatchObject([{ grants: [] }, { grants: [{ field: status, holder: 'a1', token: 1 }] }]);
  });

  it('compacts its journal without forgetting a lease or letting tokens fall', () => {
    const often = laneLeaseWith({ ...laneDefaults, compactAbove: 3 });
    const busybody = Array.from({ length: 12 }, () => turn());
    const history = run(often, planOf(busybody, busybody), [atTime('hub', 100, crash(5))]);
    expect(history.turns.every(({ end }) => end === 'done')).toBe(true);
    const tokens = reported(history).flatMap((event) => (event.kind === 'grant' ? [event.token] : []));
    expect(tokens).toEqual(Array.from({ length: 24 }, (_, index) => index + 1));
  });
});

/** The operations in the journal at the end, and the strategy on whose disk they stand. */
function watched(strategy = laneLease): { readonly strategy: MergeStrategy; readonly operations: () => string[] } {
  let journal = (): readonly Uint8Array[] => [];
  const opened = altered(strategy, strategy.name, {
    host: ({ self, disk }) => {
      if (self === hubId) journal = () => fileOn(disk, 'journal').records();
      return {};
    },
  });
  const payloads = () =>
    scan(Buffer.concat(journal())).pieces.flatMap((piece) => (piece.kind === 'record' ? [piece.payload] : []));
  return { strategy: opened, operations: () => payloads().map((payload) => rowIn(payload)[0]) };
}

describe('the journal', () => {
  it('holds what was granted, refused and given back', () => {
    const { strategy, operations } = watched();
    run(strategy, planOf([turn()], [turn({ pauseMicros: seconds(1) })]));
    expect(operations()).toEqual(['SPAWN', 'ACQUIRE', 'SPAWN', 'REFUSE', 'RELEASE', 'ACQUIRE', 'RELEASE']);
  });

  it('holds the wish that a holder stop who is in the way for long, which stops nothing', () => {
    const { strategy, operations } = watched(laneLeaseWith({ ...laneDefaults, grace: 20 }));
    const slow = turn({ steps: [step(x, 60, 'slow')] });
    const patient = turn({ pauseMicros: seconds(1), steps: [step(x, 1, 'patient')] });
    const history = run(strategy, planOf([slow], [patient]));
    expect(operations().filter((operation) => operation === 'HALT')).toHaveLength(1);
    expect(told(history)).toEqual(['a1.1/1 committed', 'a2.1/1 committed']);
  });

  it('holds the adoption of a lease by the process that comes after a crash', () => {
    const { strategy, operations } = watched();
    run(strategy, planOf([turn()]), [atTime('a1', 5, crash(5))]);
    expect(operations()).toEqual(['SPAWN', 'ACQUIRE', 'SPAWN', 'ADOPT', 'RELEASE']);
  });

  it('is one checkpoint and what came since, once it is long', () => {
    const { strategy, operations } = watched(laneLeaseWith({ ...laneDefaults, compactAbove: 4 }));
    run(strategy, planOf([turn(), turn(), turn()]));
    expect(operations()[0]).toBe('CHECKPOINT');
    expect(operations().length).toBeLessThanOrEqual(5);
  });

  it('may be compacted at any moment at which somebody crashes', () => {
    const often = laneLeaseWith({ ...laneDefaults, compactAbove: 3 });
    expect(complaintsAbout(trialsOf(often, 'mixed', 'crash', 12))).toEqual([]);
  });

  it('that is damaged lets nobody in where somebody else may be: the turn is set aside for a person', () => {
    const damaged = altered(laneLease, 'damaged', {
      host: ({ self, disk }) => (self === hubId ? { disk: { ...disk, records: () => flipped(disk.records()) } } : {}),
    });
    const early = turn({ steps: [step(x, 5, 'early')] });
    const late = turn({ pauseMicros: seconds(30), steps: [step(y, 5, 'late')] });
    const history = run(damaged, planOf([early], [late]), [atTime('hub', 15, crash(5))]);
    expect(told(history)).toEqual(['a1.1/1 committed', 'a2.1/1 escalated']);
    for (const { state } of history.finals) {
      expect(state.fields).toMatchObject([{ field: x, value: 'early' }]);
      expect(state.escalations).toMatchObject([{ field: y, contenders: [{ value: 'late' }] }]);
    }
  });
});

/** A bit in the middle of the first record. */
function flipped(records: readonly Uint8Array[]): readonly Uint8Array[] {
  return records.map((record, index) => {
    if (index > 0) return record;
    const copy = Uint8Array.from(record);
    const middle = copy.length >> 1;
    copy[middle] = (copy[middle] ?? 0) ^ 4;
    return copy;
  });
}
