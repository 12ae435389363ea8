/**
 * Where a client reads, decides and writes under the mutex: one errand after the other. Taking the mutex brings what others
 * have written meanwhile; writing gives it back. Whoever finds itself fenced off begins the errand anew.
 */

import { seconds, type Host, type Micros } from '../contract/index.ts';
import { CallLine } from './call-line.ts';
import type { LaneFold } from './lane-fold.ts';
import { asBytes, asText, type LaneCallName, type LaneCalls, type LaneReply, type Reading } from './lane-messages.ts';
import { isStale, type HeldMutex, type MutexValue } from './lane-mutex.ts';
import { LaneReader, type ReaderRules } from './lane-reader.ts';
import { journalBytes, type Holder, type LaneRecord } from './lane-records.ts';

export interface Errand {
  /** Called under the mutex, with all that is durable; again if the mutex was lost before the records were. */
  decide(fold: LaneFold, now: Micros): readonly LaneRecord[];
  /** The records are durable. */
  done(): void;
  /** The mutex couldn't be had. Without this, the errand waits and tries again. */
  busy?(): void;
}

export interface DeskLimits {
  /** Age at which a mutex is taken over. */
  readonly mutexStaleMicros: Micros;
  /** The journal is compacted when it has more records than so many. */
  readonly compactAbove: number;
}

const attempts = 6;
const betweenAttempts = seconds(0.2);
/** Before an errand that must be done tries again. */
const afterBusy = seconds(5);

export class LaneDesk {
  readonly #host: Host;
  readonly #holder: Holder;
  readonly #rules: ReaderRules;
  readonly #limits: DeskLimits;
  readonly #line: CallLine;
  readonly #reader: LaneReader;
  /** What can't be read must stay as evidence: a damaged journal is not compacted. */
  readonly #compaction: Errand = {
    decide: (fold) => (this.#isTooLong(fold) ? [this.#rules.checkpointOf(fold)] : []),
    done: () => undefined,
    busy: () => undefined,
  };
  #errands: readonly Errand[] = [];
  #isWorking = false;
  #numbers = 0;

  constructor(host: Host, holder: Holder, rules: ReaderRules, limits: DeskLimits) {
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

  call<Name extends LaneCallName>(
    kind: Name,
    ask: LaneCalls[Name]['ask'],
    answered: (reply: LaneCalls[Name]['reply']) => void,
  ): void {
    this.#line.call({ kind, ...ask }, (reply) => {
      answered(reply as LaneCalls[Name]['reply']);
    });
  }

  /** Reads on without the mutex: enough to know whether it is worth taking. */
  look(read: (now: Micros) => void): void {
    this.call('look', { from: this.#reader.place }, (reading) => {
      this.#advance(reading);
      read(reading.now);
    });
  }

  send(errand: Errand): void {
    this.#errands = [...this.#errands, errand];
    this.#next();
  }

  receive({ tag, reply }: LaneReply): void {
    this.#line.receive(tag, reply);
  }

  repeat(): void {
    this.#line.repeat();
  }

  close(): void {
    this.#line.close();
    this.#errands = [];
  }

  #next(): void {
    const [errand] = this.#errands;
    if (this.#isWorking || errand === undefined) return;
    this.#isWorking = true;
    this.#take(errand, 1, null);
  }

  #take(errand: Errand, attempt: number, seen: HeldMutex | null): void {
    this.#numbers += 1;
    const wanted: MutexValue = { owner: this.#holder, number: this.#numbers };
    this.call('take', { wanted, seen, from: this.#reader.place }, (reply) => {
      if (reply.kind === 'yours') {
        this.#advance(reply);
        this.#work(errand, wanted, reply.now);
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

  #work(errand: Errand, mutex: MutexValue, now: Micros): void {
    const records = errand.decide(this.fold, now);
    if (records.length === 0) {
      this.call('drop', { mutex }, () => undefined);
      this.#done(errand);
      return;
    }
    const bytes = journalBytes(records);
    const replaces = records[0]?.op === 'CHECKPOINT';
    this.call('put', { mutex, end: this.#reader.place, text: asText(bytes), replaces }, (reply) => {
      if (reply === 'fenced') {
        this.#take(errand, 1, null);
        return;
      }
      if (replaces) this.#reader.rewind(bytes);
      else this.#reader.advance(bytes);
      this.#done(errand);
    });
  }

  #done(errand: Errand): void {
    this.#leave();
    errand.done();
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

  #advance({ journal }: Reading): void {
    const { from, text } = journal;
    const { place } = this.#reader;
    if (from.generation === place.generation && from.offset === place.offset) this.#reader.advance(asBytes(text));
    else if (from.offset === 0) this.#reader.rewind(asBytes(text));
  }
}
