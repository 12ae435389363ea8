/**
 * One attempt at a turn, from `begin` to the answer: for each step read, think and write, then commit. Between two of these
 * the agent takes notice of what has changed under it. A finished turn that is opened again does only that.
 */

import {
  addUse,
  noUse,
  type FieldName,
  type Kind,
  type Micros,
  type ModelPreset,
  type Outcome,
  type RandomStreams,
  type Transaction,
  type Turn,
  type View,
  type Write,
} from '../contract/index.ts';
import type { Thinking } from '../random/model-calls.ts';
import type { CallTrouble } from './call-trouble.ts';
import { cutOffAfter } from './cut-thinking.ts';
import { readNotice, type NoticeReading } from './notice-reading.ts';
import type { OpenAttempt } from './recorder.ts';
import type { Neighbourhood, Requests, Residence } from './residence.ts';
import { TurnMemory } from './turn-memory.ts';
import { withoutTextContent } from './views.ts';

export interface AttemptParts extends Neighbourhood {
  readonly machine: Residence;
  /** Declared kinds; a field that isn't declared takes any. */
  readonly kinds: ReadonlyMap<FieldName, Kind>;
  /** What the agent thinks with. */
  readonly model: ModelPreset;
  /** Of the trial. */
  readonly streams: RandomStreams;
  /** What befalls the calls of the model. */
  readonly trouble?: CallTrouble;
}

/** A turn as its attempt gets it. */
export interface TurnAtHand {
  readonly tx: Transaction;
  readonly turn: Turn;
  /** Fields that a conflict has named: they are read as well. */
  readonly alsoReads: readonly FieldName[];
  /** What the agent knows of the turn if it has finished it, and the notice for which it opens it again. */
  readonly reopened: { readonly memory: TurnMemory; readonly fields: readonly FieldName[] } | null;
  /** The number of a further attempt, for writes that are made anew. */
  nextAttempt(): number;
}

type Activity = 'reading' | 'noticing' | 'thinking' | 'writing' | 'committing';

export class AttemptInFlight {
  readonly #parts: AttemptParts;
  readonly #atHand: TurnAtHand;
  readonly #tx: Transaction;
  readonly #record: OpenAttempt;
  readonly #memory: TurnMemory;
  #step = 0;
  #activity: Activity = 'thinking';
  /** What it has asked to read, last. */
  #asked: readonly FieldName[] = [];
  #since: Micros;
  /** What it is at; null while it waits for an answer. */
  #thinking: Thinking | null = null;
  readonly #noticed = new Set<FieldName>();
  /** What goes on when the agent is done with a notice, or when what it has repaired is written. */
  #goOn: () => void = () => undefined;
  #notices = 0;
  #isOver = false;

  constructor(parts: AttemptParts, atHand: TurnAtHand) {
    this.#parts = parts;
    this.#atHand = atHand;
    this.#tx = atHand.tx;
    this.#since = parts.loop.now;
    this.#record = parts.recorder.attempt(atHand.tx);
    this.#memory = atHand.reopened?.memory ?? new TurnMemory(atHand.turn, atHand.tx, parts.kinds);
    for (const name of atHand.reopened?.fields ?? []) this.#noticed.add(name);
  }

  get writes(): readonly Write[] {
    return this.#memory.writes;
  }

  get memory(): TurnMemory {
    return this.#memory;
  }

  get record(): OpenAttempt {
    return this.#record;
  }

  isOf(tx: Transaction, which: 'this-attempt' | 'any-attempt' = 'this-attempt'): boolean {
    return this.#tx.id === tx.id && (which === 'any-attempt' || this.#tx.attempt === tx.attempt);
  }

  begin(): void {
    const { recorder, machine } = this.#parts;
    recorder.hash('begin', this.#tx.id, String(this.#tx.attempt));
    recorder.tell({ kind: 'begin', machine: machine.id, tx: this.#tx });
    this.#ask((replica) => {
      replica.begin(this.#tx);
    });
    if (this.#isOver) return;
    if (this.#atHand.reopened === null) this.#read();
    else
      this.#heed(() => {
        this.#commit();
      });
  }

  view(view: View): void {
    const isNotice = this.#activity === 'noticing';
    this.#answer(isNotice ? 'noticing' : 'reading', 'view');
    if (!Array.isArray(view.fields) || !Array.isArray(view.escalations)) {
      throw new Error(`answered the read of ${this.#tx.id} with something that is not a view`);
    }
    const { recorder, machine } = this.#parts;
    const kept = withoutTextContent(view);
    recorder.hash('view', this.#tx.id);
    recorder.tell({ kind: 'view', machine: machine.id, tx: this.#tx, view: kept });
    if (isNotice) {
      this.#weigh(view);
      return;
    }
    this.#record.views.push(kept);
    this.#memory.see(view, this.#asked);
    this.#think();
  }

  written(): void {
    this.#answer('writing', 'written');
    this.#later(0 as Micros, this.#goOn);
  }

  notify(changed: readonly FieldName[]): void {
    for (const field of changed) this.#noticed.add(field);
    this.#parts.recorder.hash('notify', this.#tx.id);
    this.#parts.recorder.tell({ kind: 'notify', machine: this.#parts.machine.id, tx: this.#tx, fields: changed });
  }

  /** The answer came, or the agent died with its machine (null). */
  end(outcome: Outcome | null): void {
    if (outcome !== null) this.#noteWait();
    if (this.#thinking !== null) {
      this.#hasThought(cutOffAfter((this.#parts.loop.now - this.#since) as Micros, this.#thinking));
    }
    this.#isOver = true;
    this.#record.outcome = outcome;
    this.#record.endedAt = this.#parts.loop.now;
  }

  #advance(): void {
    this.#step += 1;
    const isLast = this.#step >= this.#atHand.turn.steps.length;
    this.#heed(() => {
      if (isLast) this.#commit();
      else this.#read();
    });
  }

  #read(): void {
    const reads = this.#atHand.turn.steps[this.#step]?.reads ?? [];
    const fields = this.#step === 0 ? [...new Set([...reads, ...this.#atHand.alsoReads])] : reads;
    if (fields.length === 0) this.#think();
    else this.#request('reading', fields);
  }

  #request(activity: 'reading' | 'noticing', fields: readonly FieldName[]): void {
    this.#open(activity);
    this.#asked = fields;
    this.#parts.recorder.tell({ kind: 'read', machine: this.#parts.machine.id, tx: this.#tx, fields });
    this.#ask((replica) => {
      replica.read(this.#tx, fields);
    });
  }

  #think(): void {
    const step = `step/${this.#tx.id}/${String(this.#tx.attempt)}/${String(this.#step + 1)}`;
    const planned = this.#atHand.turn.steps[this.#step];
    const thinking = this.#troubled(step, {
      thinkMicros: planned?.thinkMicros ?? (0 as Micros),
      uses: planned?.uses ?? noUse,
    });
    const { thinkMicros } = thinking;
    this.#parts.recorder.tell({ kind: 'think', machine: this.#parts.machine.id, tx: this.#tx, thinkMicros });
    this.#thinkThrough(thinking, () => {
      this.#hasThought(thinking);
      this.#heed(() => {
        this.#write();
      });
    });
  }

  #thinkThrough(thinking: Thinking, done: () => void): void {
    this.#open('thinking');
    this.#thinking = thinking;
    this.#later(thinking.thinkMicros, () => {
      this.#thinking = null;
      done();
    });
  }

  #hasThought({ thinkMicros, uses }: Thinking): void {
    this.#record.thinkMicros = (this.#record.thinkMicros + thinkMicros) as Micros;
    this.#record.uses = addUse(this.#record.uses, uses);
  }

  #troubled(name: string, thinking: Thinking, afterMicros = 0): Thinking {
    const { trouble, loop } = this.#parts;
    return trouble?.prolong(name, (loop.now + afterMicros) as Micros, thinking) ?? thinking;
  }

  /** What has changed under the agent is looked at before it goes on. */
  #heed(goOn: () => void): void {
    const changed = this.#changedUnderIt();
    if (changed.length === 0) {
      goOn();
      return;
    }
    this.#goOn = () => {
      this.#heed(goOn);
    };
    this.#request('noticing', changed);
  }

  /** What it has built on of that which it was notified of since it last looked. */
  #changedUnderIt(): readonly FieldName[] {
    if (this.#noticed.size === 0) return [];
    const changed = [...this.#noticed].filter((name) => this.#memory.restsOn(name));
    this.#noticed.clear();
    return changed;
  }

  #weigh(view: View): void {
    this.#notices += 1;
    const { id, attempt } = this.#tx;
    const name = `notice/${id}/${String(attempt)}/${String(this.#notices)}`;
    const reading = readNotice({
      model: this.#parts.model,
      random: this.#parts.streams.stream(name),
      memory: this.#memory,
      shown: { view, asked: this.#asked },
      attempt: this.#atHand.reopened === null ? this.#atHand.nextAttempt() : attempt,
      troubled: (part, after, thinking) => this.#troubled(`${name}/${part}`, thinking, after),
    });
    const { takesMicros, judging, repairing } = reading;
    this.#thinkThrough({ thinkMicros: takesMicros, uses: addUse(judging, repairing) }, () => {
      this.#heedTo(reading);
    });
  }

  /** What the agent was shown and has dismissed it has seen, too; but it goes on as if it hadn't. */
  #heedTo(reading: NoticeReading): void {
    const { recorder, machine, loop } = this.#parts;
    const { thoughts, matters, misjudged, takesMicros, judging, repairing } = reading;
    const fields = this.#asked;
    const repaired = thoughts.changes;
    const uses = { judging, repairing };
    const taken = { at: loop.now, tx: this.#tx, fields, matters, misjudged, repaired, takesMicros, ...uses };
    recorder.notices.push(taken);
    recorder.hash('notice', this.#tx.id, String(misjudged), String(repaired));
    recorder.tell({ kind: 'notice', machine: machine.id, taken });
    this.#memory.adopt(thoughts);
    this.#record.views = this.#memory.views.map(withoutTextContent);
    if (repaired === 0) this.#goOn();
    else this.#submit(this.#memory.writes, { ...this.#tx, repairs: true });
  }

  #write(): void {
    const writes = this.#memory.write(this.#tx.attempt);
    this.#goOn = () => {
      this.#advance();
    };
    if (writes.length === 0) this.#goOn();
    else this.#submit(writes, this.#tx);
  }

  #submit(writes: readonly Write[], tx: Transaction): void {
    const { recorder, machine } = this.#parts;
    const standing = new Set(this.#memory.writes);
    this.#record.replaced.push(...this.#record.writes.filter((write) => !standing.has(write)));
    this.#record.writes = [...standing];
    if (tx.repairs === true) this.#record.isRepaired = true;
    this.#open('writing');
    recorder.hash('write', tx.id);
    recorder.tell({ kind: 'write', machine: machine.id, tx, writes });
    this.#ask((replica) => {
      replica.write(tx, writes);
    });
  }

  #commit(): void {
    const { recorder, custody, machine, loop } = this.#parts;
    this.#open('committing');
    this.#record.committedAt = loop.now;
    custody.commitRequested(machine.id, this.#tx.id, loop.nextSequence());
    recorder.hash('commit', this.#tx.id);
    recorder.tell({ kind: 'commit', machine: machine.id, tx: this.#tx });
    this.#ask((replica) => {
      replica.commit(this.#tx);
    });
  }

  #open(activity: Activity): void {
    this.#activity = activity;
    this.#since = this.#parts.loop.now;
  }

  #answer(expected: Activity, answer: string): void {
    if (this.#activity !== expected) {
      throw new Error(`answered ${this.#tx.id} with '${answer}', but it had no such request open`);
    }
    this.#noteWait();
    this.#activity = 'thinking';
  }

  #noteWait(): void {
    if (this.#activity === 'thinking') return;
    const { machine, loop } = this.#parts;
    if (machine.cause.kind !== 'agent' && machine.cause.kind !== 'disk') this.#record.waited = true;
    if (this.#activity === 'committing') return;
    this.#record.blockedMicros = (this.#record.blockedMicros + loop.now - this.#since) as Micros;
  }

  #later(delay: Micros, task: () => void): void {
    this.#parts.machine.schedule(delay, { kind: 'agent' }, () => {
      if (!this.#isOver) task();
    });
  }

  #ask(request: (replica: Requests) => void): void {
    const { replica } = this.#parts.machine;
    if (replica !== null) request(replica);
  }
}
