import { describe, expect, it } from 'vitest';
import { coordinationOf } from '../../src/metrics/coordination.ts';
import { at, epoch, grant, held, reclaim, recovered, release, stopped } from '../oracle/protocol/observations.ts';

const taken = held('x', 'a1', 1);

describe('a reclaim', () => {
  it('is true when the machine of the holder has crashed since the grant', () => {
    const { reclaims } = coordinationOf([grant('x', 'a1', 1), stopped('a1'), reclaim(taken)]);
    expect(reclaims.heartbeat).toEqual({ true: 1, false: 0 });
  });

  it('is false when the holder was only silent, whoever else has crashed, and whenever it crashed before', () => {
    const { reclaims } = coordinationOf([
      stopped('a1'),
      grant('x', 'a1', 1),
      stopped('a2'),
      stopped('hub'),
      recovered({ grants: [taken] }),
      reclaim(taken),
    ]);
    expect(reclaims.heartbeat).toEqual({ true: 0, false: 1 });
  });

  it('is counted by its trigger', () => {
    const { reclaims, grants } = coordinationOf([
      grant('x', 'a1', 1),
      reclaim(taken, 'max-hold'),
      grant('x', 'a1', 2),
      reclaim(held('x', 'a1', 2), 'deadlock'),
    ]);
    expect([grants, reclaims['max-hold'].false, reclaims.deadlock.false]).toEqual([2, 1, 1]);
  });
});

describe('recovery after a crash', () => {
  const crashed = [grant('x', 'a1', 1), at(10, stopped('a1'))];
  const seconds = (...seen: ReturnType<typeof grant>[]): number[] =>
    coordinationOf([...crashed, ...seen]).recoveriesMicros.map((micros) => micros / 1_000_000);

  it('lasts until the grant is taken, given back, given to another or forgotten', () => {
    expect(seconds(at(130, reclaim(taken)))).toEqual([120]);
    expect(seconds(at(15, release('x', 'a1', 1)))).toEqual([5]);
    expect(seconds(at(17, grant('x', 'a2', 2)))).toEqual([7]);
    expect(seconds(at(20, stopped('hub')), at(25, recovered()))).toEqual([15]);
  });

  it('goes on where the hub still counts the grant as held, and counts from the first crash', () => {
    const kept = at(25, recovered({ grants: [taken] }));
    expect(seconds(at(20, stopped('hub')), kept)).toEqual([]);
    expect(seconds(at(20, stopped('a1')), kept, at(30, reclaim(taken)))).toEqual([20]);
  });

  it('lasts until somebody owns the document again', () => {
    const owned = [epoch('a1', 1, 0), at(10, stopped('a1')), at(12, epoch('a2', 1, 0, false))];
    const recoveries = (...seen: ReturnType<typeof grant>[]): readonly number[] =>
      coordinationOf([...owned, ...seen]).recoveriesMicros.map((micros) => micros / 1_000_000);
    expect(recoveries()).toEqual([]);
    expect(recoveries(at(80, epoch('a2', 2, 0)), at(90, epoch('a2', 2, 1)))).toEqual([70]);
    expect(recoveries(at(20, stopped('a2')), at(30, epoch('a1', 1, 1)), at(40, epoch('a2', 2, 0)))).toEqual([20]);
  });

  it('is nobody’s where a machine held nothing', () => {
    expect(
      coordinationOf([grant('x', 'a1', 1), at(10, stopped('a2')), at(20, reclaim(taken))]).recoveriesMicros,
    ).toEqual([]);
  });
});
