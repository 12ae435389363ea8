/**
 * Where a client reads, decides and writes under the mutex: one errand after the other. Taking the mutex brings what others
 * have written meanwhile; writing gives it back. Whoever finds itself fenced off begins the errand anew.
 */

import { micros, seconds, type Host, type Micros, type Outcome } from '../contract/index.ts';
import { CallLine } from './call-line.ts';
import type { FoldRules, LaneFold } from './lane-fold.ts';
import {
  type CommitAsk,
  type JournalEntry,
  type LaneCallName,
  type LaneCallOf,
  type LaneCalls,
  type LaneReply,
  type ReadAsk,
  type Reading,
  type Shown,
  type Written,
} from './lane-messages.ts';
import { isStale, type HeldMutex } from './lane-mutex.ts';
import { isSamePlace, LaneReader } from './lane-reader.ts';
import type { Holder, LaneRecord } from './lane-records.ts';
import { recordsOf, rowOf } from './lane-rows.ts';

export interface Errand {
  /** Called under the mutex, with all that is durable; again if the mutex was lost before the records were. */
  decide(fold: LaneFold, now: Micros): readonly LaneRecord[];
  /** What to read of the document as soon as the records that were decided last are durable. */
  show?(): ReadAsk | null;
  /** The records are durable. */
  done(shown: Shown | null): void;
  /** The mutex couldn't be had. Without this, the errand waits and tries again. */
  busy?(): void;
}

/** What was decided, in memory and as it is sent. */
interface Draft {
  readonly records: readonly LaneRecord[];
  readonly entry: JournalEntry;
}

export interface DeskLimits {
  /** Age at which a mutex is taken over. */
  readonly mutexStaleMicros: Micros;
  /** The journal is compacted when it has more records than so many. */
  readonly compactAbove: number;
  /** Who has read the journal so lately decides by that, and reads no more under the mutex unless more was written. */
  readonly freshMicros: Micros;
}

const attempts = 6;
const betweenAttempts = seconds(0.2);
/** Before an errand that must be done tries again. */
const afterBusy = seconds(5);

export class LaneDesk {
  readonly #host: Host;
  readonly #holder: Holder;
  readonly #rules: FoldRules;
  readonly #limits: DeskLimits;
  readonly #line: CallLine;
  readonly #reader: LaneReader;
  /** What can't be read must stay as evidence: a damaged journal is not compacted. */
  readonly #compaction: Errand = {
    decide: (fold) => (this.#isTooLong(fold) ? [this.#rules.checkpointOf(fold)] : []),
    done: () => undefined,
    busy: () => undefined,
  };
  /** When the journal was read last, by the clock of the disk and by that of this machine. */
  #readAt: { readonly disk: Micros; readonly own: Micros } | null = null;
  /** What the clock of the disk showed is known late, if this machine stalls: no decision is dated before an earlier one. */
  #decidedAt = micros(0);
  #errands: readonly Errand[] = [];
  #isWorking = false;
  #numbers = 0;

  constructor(host: Host, holder: Holder, rules: FoldRules, limits: DeskLimits) {
    this.#host = host;
    this.#holder = holder;
    this.#rules = rules;
    this.#limits = limits;
    this.#line = new CallLine(host, holder.process);
    this.#reader = new LaneReader(rules);
  }

  /** What the journal said when it was last read. */
  get fold(): LaneFold {
    return this.#reader.fold;
  }

  /** Reads the document. */
  read({ tx, fields }: ReadAsk, answered: (shown: Shown) => void): void {
    const { line, number } = this.#line.nextTag();
    this.#call({ kind: 'read', line, number, tx, fields }, answered);
  }

  /** Ends a turn, whose leases, by their tokens, it gives back if it gets the mutex for that at once. */
  commit(
    turn: Omit<CommitAsk, 'from' | 'release'>,
    released: readonly number[],
    answered: (outcome: Outcome, isReleased: boolean) => void,
  ): void {
    const release = released.length === 0 ? null : { mutex: this.#nextMutex(), tokens: released };
    const { line, number } = this.#line.nextTag();
    const { tx, tokens, shown, writes } = turn;
    const from = this.#reader.place;
    this.#call({ kind: 'commit', line, number, from, release, tx, tokens, shown, writes }, (reply) => {
      this.#advance(reply);
      answered(reply.outcome, reply.isReleased);
    });
  }

  /** Takes in what the disk tells unasked; where that isn't all that was missed, it looks. */
  hear(reading: Reading, read: (now: Micros) => void): void {
    if (this.#advance(reading)) read(reading.now);
    else this.look(read);
  }

  /** Reads on without the mutex: enough to know whether it is worth taking. */
  look(read: (now: Micros) => void): void {
    const { line, number } = this.#line.nextTag();
    this.#call({ kind: 'look', line, number, from: this.#reader.place }, (reading) => {
      this.#advance(reading);
      read(reading.now);
    });
  }

  send(errand: Errand): void {
    this.#errands = [...this.#errands, errand];
    this.#next();
  }

  receive(reply: LaneReply): void {
    this.#line.receive(reply, reply.reply);
  }

  repeat(): void {
    this.#line.repeat();
  }

  close(): void {
    this.#line.close();
    this.#errands = [];
  }

  #call<Name extends LaneCallName>(call: LaneCallOf<Name>, answered: (reply: LaneCalls[Name]['reply']) => void): void {
    this.#line.send(call, (reply) => {
      answered(reply as LaneCalls[Name]['reply']);
    });
  }

  #next(): void {
    const [errand] = this.#errands;
    if (this.#isWorking || errand === undefined) return;
    this.#isWorking = true;
    this.#take(errand, 1, null);
  }

  #take(errand: Errand, attempt: number, seen: HeldMutex | null): void {
    const mutex = this.#nextMutex();
    const draft = attempt === 1 ? this.#foresee(errand) : null;
    const { line, number } = this.#line.nextTag();
    const from = this.#reader.place;
    this.#call({ kind: 'take', line, number, mutex, seen, from, entry: draft?.entry ?? null }, (reply) => {
      if (reply.kind === 'yours') {
        this.#advance(reply);
        this.#work(errand, mutex, reply.now);
      } else if (reply.kind === 'written') {
        if (draft !== null) this.#written(errand, draft, reply);
      } else if (attempt >= attempts) {
        this.#busy(errand);
      } else if (reply.held !== null && isStale(reply.held, this.#holder, reply.now, this.#limits.mutexStaleMicros)) {
        this.#take(errand, attempt + 1, reply.held);
      } else {
        this.#host.after(betweenAttempts, () => {
          this.#take(errand, attempt + 1, null);
        });
      }
    });
  }

  #busy(errand: Errand): void {
    if (errand.busy === undefined) {
      this.#host.after(afterBusy, () => {
        this.#take(errand, 1, null);
      });
      return;
    }
    this.#leave();
    errand.busy();
    this.#next();
  }

  #work(errand: Errand, mutex: number, now: Micros): void {
    const draft = this.#draft(errand, now);
    const { line, number } = this.#line.nextTag();
    if (draft === null) {
      this.#call({ kind: 'drop', line, number, mutex }, () => undefined);
      this.#done(errand, null);
      return;
    }
    const from = this.#reader.place;
    this.#call({ kind: 'put', line, number, mutex, from, entry: draft.entry }, (reply) => {
      if (reply.kind === 'fenced') this.#take(errand, 1, null);
      else this.#written(errand, draft, reply);
    });
  }

  /** What the errand will decide if nothing more was written. */
  #foresee(errand: Errand): Draft | null {
    const readAt = this.#readAt;
    if (readAt === null) return null;
    const age = this.#host.now() - readAt.own;
    return age < 0 || age > this.#limits.freshMicros ? null : this.#draft(errand, micros(readAt.disk + age));
  }

  /** Null if there is nothing to write. */
  #draft(errand: Errand, now: Micros): Draft | null {
    this.#decidedAt = micros(Math.max(this.#decidedAt, now));
    const records = errand.decide(this.fold, this.#decidedAt);
    if (records.length === 0) return null;
    const entry = {
      rows: records.map(rowOf),
      replaces: records[0]?.op === 'CHECKPOINT',
      show: errand.show?.() ?? null,
    };
    return { records, entry };
  }

  #written(errand: Errand, { records, entry }: Draft, { end, shown }: Written): void {
    if (entry.replaces) this.#reader.rewind(records, end);
    else this.#reader.advance(records, end);
    this.#done(errand, shown);
  }

  #done(errand: Errand, shown: Shown | null): void {
    this.#leave();
    errand.done(shown);
    if (this.#isTooLong(this.fold) && !this.#errands.includes(this.#compaction)) this.send(this.#compaction);
    this.#next();
  }

  #leave(): void {
    this.#errands = this.#errands.slice(1);
    this.#isWorking = false;
  }

  #isTooLong({ length, isDamaged }: LaneFold): boolean {
    return length > this.#limits.compactAbove && !isDamaged;
  }

  #nextMutex(): number {
    this.#numbers += 1;
    return this.#numbers;
  }

  /** Returns whether it knows all that was read. */
  #advance({ from, rows, end, now }: Reading): boolean {
    const { place } = this.#reader;
    if (isSamePlace(from, place)) this.#reader.advance(recordsOf(rows), end);
    else if (from.offset === 0) this.#reader.rewind(recordsOf(rows), end);
    else return false;
    this.#readAt = { disk: now, own: this.#host.now() };
    return true;
  }
}
