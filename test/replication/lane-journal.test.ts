import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { seconds, type Disk, type FieldName, type Micros } from '../../src/contract/index.ts';
import { frame, scan } from '../../src/replication/framed-log.ts';
import { fileMarks } from '../../src/replication/disk-files.ts';
import { checksum } from '../../src/replication/checksum.ts';
import { decide } from '../../src/replication/lane-arbiter.ts';
import type { LaneFold } from '../../src/replication/lane-fold.ts';
import { LaneJournal } from '../../src/replication/lane-journal.ts';
import { LaneReader } from '../../src/replication/lane-reader.ts';
import type { LaneRecord } from '../../src/replication/lane-records.ts';
import { frameOf, recordsOf, rowOf } from '../../src/replication/lane-rows.ts';
import { laneRules } from '../../src/replication/lane-rules.ts';
import { acquire, anyJournal, beat, holder, limits, release, replay, standing, x, y, z } from '../support/lanes.ts';

const [one, two, three] = [holder('a1'), holder('a2'), holder('a3')] as const;

/** A morning's work of three agents, one of which dies and comes back. */
const records: readonly LaneRecord[] = [
  { op: 'SPAWN', holder: one, at: seconds(1) },
  acquire(1, one, [x], { acquiredAt: seconds(1), heardAt: seconds(1) }),
  acquire(2, two, [y, z]),
  { op: 'REFUSE', holder: three, fields: [y], blockers: [2], at: seconds(3) },
  beat(1, one, 61),
  release(2, two),
  acquire(3, three, [y]),
  { op: 'SPAWN', holder: holder('a1', 'second'), at: seconds(70) },
  { op: 'ADOPT', token: 1, holder: holder('a1', 'second'), at: seconds(71) },
  { op: 'SCAVENGE', token: 3, by: two, at: seconds(2000) },
  acquire(4, two, [y, z], { acquiredAt: seconds(2000), heardAt: seconds(2000) }),
  { op: 'HALT', token: 4, by: three, at: seconds(2001) },
];
const rows = records.map(rowOf);
const bytes = journalBytes(records);
const prefixes = records.map((_, index) => standing(replay(records.slice(0, index))));
prefixes.push(standing(replay(records)));

function journalBytes(written: readonly LaneRecord[]): Uint8Array {
  return Buffer.concat(written.map((record) => frameOf(rowOf(record))));
}

function read(journal: Uint8Array): LaneJournal {
  return new LaneJournal(plainDisk(marked(journal)), laneRules);
}

/** A disk that does everything at once. */
function plainDisk(...found: Uint8Array[]): Disk & { readonly found: () => readonly Uint8Array[] } {
  let kept: readonly Uint8Array[] = found;
  return {
    found: () => kept,
    records: () => kept,
    append: (record, done) => {
      kept = [...kept, record];
      done();
    },
    replace: (all, done) => {
      kept = all;
      done();
    },
  };
}

function marked(content: Uint8Array): Uint8Array {
  return Buffer.concat([Uint8Array.of(fileMarks.journal), content]);
}

describe('a log of framed records', () => {
  it('checks by CRC-32', () => {
    expect(checksum(Buffer.from('123456789'))).toBe(0xcbf4_3926);
  });

  it('gives back what was put in', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 40 })), (payloads) => {
        const log = Buffer.concat(payloads.map(frame));
        const { pieces, end } = scan(log);
        let place = 0;
        const expected = payloads.map((payload) => {
          place += frame(payload).length;
          return { kind: 'record', payload: Buffer.from(payload), end: place };
        });
        expect(pieces).toEqual(expected);
        expect(end).toBe(log.length);
      }),
    );
  });

  it('finds the record behind one that was torn and not cut away', () => {
    const torn = frame(Buffer.from('never finished')).subarray(0, 17);
    const { pieces, end } = scan(Buffer.concat([frame(Buffer.from('one')), torn, frame(Buffer.from('two'))]));
    expect(
      pieces.map((piece) => (piece.kind === 'record' ? Buffer.from(piece.payload).toString() : piece.kind)),
    ).toEqual(['one', 'damage', 'two']);
    expect(end).toBe(15 + 17 + 15);
  });
});

describe('a journal that was truncated', () => {
  it('says at every byte what one of its prefixes says, and that nothing is damaged', () => {
    for (let length = 0; length <= bytes.length; length += 1) {
      const { fold } = read(bytes.subarray(0, length));
      expect(prefixes).toContainEqual(standing(fold));
      expect(fold.isDamaged).toBe(false);
    }
  });

  it('never swallows what is written behind the torn record', () => {
    for (let length = 0; length <= bytes.length; length += 1) {
      const disk = plainDisk(marked(bytes.subarray(0, length)));
      const journal = new LaneJournal(disk, laneRules);
      const { lastToken } = journal.fold;
      journal.append([rowOf(acquire(lastToken + 1, three, [x]))], () => undefined);
      const reopened = new LaneJournal(disk, laneRules).fold;
      expect(reopened.leases.at(-1)).toMatchObject({ token: lastToken + 1, holder: three });
      expect(reopened.isDamaged).toBe(false);
    }
  });

  it('is read as one row of bytes, wherever the records of the disk begin', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.nat(bytes.length)), (cuts) => {
        const places = [0, ...cuts.sort((a, b) => a - b), bytes.length];
        const chunks = places.slice(1).map((end, index) => marked(bytes.subarray(places[index], end)));
        expect(standing(new LaneJournal(plainDisk(...chunks), laneRules).fold)).toEqual(standing(replay(records)));
      }),
    );
  });
});

describe('a journal of which a bit was flipped', () => {
  const held = new Map<FieldName, string>();
  for (const { fields, holder: by } of replay(records).leases) for (const name of fields) held.set(name, by.agent);

  const askers = [one, two, three].flatMap((by) => [x, y, z].map((name) => ({ by, name })));

  /** Who would be admitted to a field although somebody else holds it by the journal as it was written. */
  function intruders(fold: LaneFold): string[] {
    return askers.flatMap(({ by, name }) => {
      const request = { holder: by, fields: [name], turnSince: 0 as Micros };
      const { kind } = decide(fold, request, seconds(2010), limits);
      return kind === 'granted' && held.get(name) !== by.agent ? [`${by.agent} on ${name}`] : [];
    });
  }

  it('reports it, and lets nobody in where somebody else may be', () => {
    expect(intruders(replay(records))).toEqual([]);
    const wrong: string[] = [];
    for (let place = 0; place < 8 * bytes.length; place += 1) {
      const flipped = Uint8Array.from(bytes);
      flipped[place >> 3] = (flipped[place >> 3] ?? 0) ^ (1 << (place & 7));
      const { fold } = read(flipped);
      if (!fold.isDamaged) wrong.push(`bit ${String(place)} was not missed`);
      wrong.push(...intruders(fold).map((intruder) => `bit ${String(place)} lets in ${intruder}`));
    }
    expect(wrong).toEqual([]);
  });

  it('reports it although the bit belonged to the mark of the file', () => {
    for (let bit = 0; bit < 8; bit += 1) {
      const record = marked(journalBytes([release(1, one)]));
      record[0] = (record[0] ?? 0) ^ (1 << bit);
      const { fold } = new LaneJournal(plainDisk(record), laneRules);
      expect(fold.length).toBe(1);
    }
  });

  it('keeps the tokens rising for whatever is still admitted', () => {
    const reader = read(Buffer.concat([bytes.subarray(0, 20), bytes.subarray(21)]));
    expect(reader.fold.isDamaged).toBe(true);
    expect(reader.fold.lastToken).toBe(4);
  });
});

describe('a journal that many read', () => {
  it('is read on from where each of them stopped', () => {
    fc.assert(
      fc.property(anyJournal, fc.nat(25), (journal, place) => {
        const file = new LaneJournal(plainDisk(), laneRules);
        const reader = new LaneReader(laneRules);
        const readOn = (): void => {
          const { rows: told, end } = file.readFrom(reader.place);
          reader.advance(recordsOf(told), end);
        };
        file.append(journal.slice(0, place).map(rowOf), () => undefined);
        readOn();
        file.append(journal.slice(place).map(rowOf), () => undefined);
        readOn();
        expect(standing(reader.fold)).toEqual(standing(replay(journal)));
        expect(file.readFrom(reader.place).rows).toHaveLength(0);
      }),
    );
  });

  it('is given anew, all of it, to whoever stood in what was compacted since', () => {
    const file = new LaneJournal(plainDisk(), laneRules);
    file.append(rows, () => undefined);
    const place = { generation: 0, offset: 40 };
    file.replace([rowOf(laneRules.checkpointOf(file.fold))], () => undefined);
    const { from, rows: all, end } = file.readFrom(place);
    expect(from).toEqual({ generation: 1, offset: 0 });
    const reader = new LaneReader(laneRules);
    reader.advance(recordsOf(all), end);
    expect(standing(reader.fold)).toEqual(standing(replay(records)));
  });
});
