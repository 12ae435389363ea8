import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { seconds, type AgentId } from '../../src/contract/index.ts';
import type { Holder, LaneRecord } from '../../src/replication/lane-records.ts';
import { laneRules } from '../../src/replication/lane-rules.ts';
import {
  acquire,
  anyJournal,
  anyRemark,
  beat,
  changes,
  holder,
  lease,
  release,
  replay,
  standing,
  x,
  y,
} from '../support/lanes.ts';

const [one, two] = [holder('a1'), holder('a2')];
const back: Holder = holder('a1', 'second');
const compacted = (records: readonly LaneRecord[]): LaneRecord => laneRules.checkpointOf(replay(records));

describe('the live leases', () => {
  it('are those that were acquired and not ended, in the order of their acquisition', () => {
    const fold = replay([acquire(1, one, [x]), acquire(2, two, [y]), acquire(3, one, []), release(1, one)]);
    expect(fold.leases.map(({ token }) => token)).toEqual([2, 3]);
    expect(fold.lastToken).toBe(3);
  });

  it('are released by their exact holder only, and only by their own token', () => {
    const before = acquire(1, one, [x]);
    for (const late of [release(1, two), release(1, back), release(2, one)]) {
      expect(replay([before, late]).leases).toHaveLength(1);
    }
    const handedOn = [before, release(1, one), acquire(2, two, [x]), release(1, one)];
    expect(replay(handedOn).leases).toMatchObject([{ token: 2, holder: two }]);
  });

  it('keep their identity and their place when they are adopted; only the holder changes', () => {
    const adopted: LaneRecord = { op: 'ADOPT', token: 1, holder: back, at: seconds(9) };
    const fold = replay([acquire(1, one, [x]), acquire(2, two, [y]), adopted]);
    expect(fold.leases).toEqual([lease(1, back, [x], { heardAt: seconds(9) }), lease(2, two, [y])]);
    expect(replay([acquire(1, one, [x]), adopted, release(1, one)]).leases).toHaveLength(1);
  });

  it('are taken back by anybody, once', () => {
    const scavenge: LaneRecord = { op: 'SCAVENGE', token: 1, by: two, at: seconds(1) };
    expect(changes([acquire(1, one, [x]), scavenge, scavenge]).map((change) => change?.kind)).toEqual([
      'granted',
      'reclaimed',
      undefined,
    ]);
  });
});

describe('a heartbeat', () => {
  const heard = (...records: LaneRecord[]) => replay([acquire(1, one, [x]), ...records]).leases[0]?.heardAt;

  it('counts when it comes from the exact holder', () => {
    expect(heard(beat(1, one, 5))).toBe(seconds(5));
    expect(heard(beat(1, two, 5), beat(1, back, 5), beat(2, one, 5))).toBe(0);
  });

  it('counts from nobody who has no name', () => {
    const nobody = { ...one, agent: '' as AgentId };
    expect(replay([acquire(1, nobody, [x]), beat(1, nobody, 5)]).leases[0]?.heardAt).toBe(0);
  });

  it('never takes a newer one back', () => {
    expect(heard(beat(1, one, 9), beat(1, one, 5))).toBe(seconds(9));
  });

  it('brings no lease back to life', () => {
    expect(replay([acquire(1, one, [x]), release(1, one), beat(1, one, 5)]).leases).toEqual([]);
  });
});

describe('an orphan', () => {
  const spawn = (by: Holder): LaneRecord => ({ op: 'SPAWN', holder: by, at: seconds(1) });

  it('is a lease on whose host another process has started since', () => {
    const fold = replay([spawn(one), spawn(two), acquire(1, one, [x]), acquire(2, two, [y]), spawn(back)]);
    expect(fold.leases.map((each) => fold.isOrphaned(each))).toEqual([true, false]);
  });

  it('is still one after a compaction', () => {
    const records = [acquire(1, one, [x]), spawn(back)];
    const fold = replay([compacted(records)]);
    expect(fold.leases.map((each) => fold.isOrphaned(each))).toEqual([true]);
  });
});

describe('laws of the fold', () => {
  it('what refuses, wishes or tells of a start changes no lease', () => {
    fc.assert(
      fc.property(anyJournal, fc.array(fc.tuple(fc.nat(25), anyRemark)), (journal, remarks) => {
        const longer = [...journal];
        for (const [place, remark] of remarks) longer.splice(Math.min(place, longer.length), 0, remark);
        const [plain, remarked] = [replay(journal), replay(longer)];
        expect(remarked.leases).toEqual(plain.leases);
        expect(remarked.lastToken).toBe(plain.lastToken);
      }),
    );
  });

  it('compacting changes nothing, wherever it is done', () => {
    fc.assert(
      fc.property(anyJournal, fc.nat(25), (journal, place) => {
        const short = [compacted(journal.slice(0, place)), ...journal.slice(place)];
        expect(standing(replay(short))).toEqual(standing(replay(journal)));
      }),
    );
  });

  it('compacting twice changes nothing more', () => {
    fc.assert(
      fc.property(anyJournal, (journal) => {
        const once = compacted(journal);
        expect(compacted([once])).toMatchObject({ ...once, generation: 2 });
      }),
    );
  });

  it('tokens never go back', () => {
    fc.assert(
      fc.property(anyJournal, fc.nat(25), (journal, place) => {
        let last = 0;
        const records = [...journal.slice(0, place), compacted(journal.slice(0, place)), ...journal.slice(place)];
        records.forEach((_, index) => {
          const { lastToken } = replay(records.slice(0, index + 1));
          expect(lastToken).toBeGreaterThanOrEqual(last);
          last = lastToken;
        });
      }),
    );
  });

  it('every live lease was acquired, and every record says what it has changed', () => {
    fc.assert(
      fc.property(anyJournal, (journal) => {
        const live = new Map<number, unknown>();
        for (const change of changes(journal)) {
          if (change?.kind === 'granted' || change?.kind === 'heard') live.set(change.lease.token, change.lease);
          else if (change !== null) live.delete(change.lease.token);
        }
        expect([...live.values()]).toEqual(replay(journal).leases);
      }),
    );
  });
});
