/** One attempt at a turn, from `begin` to the answer: for each step read, think and write, then commit. */

import {
  maxWritesPerTurn,
  writeId,
  writeNumber,
  type FieldName,
  type Kind,
  type Micros,
  type Outcome,
  type Replica,
  type Transaction,
  type Turn,
  type View,
  type Write,
  type WriteDraft,
} from '../contract/index.ts';
import { bounds } from './environment.ts';
import type { Machine, Surroundings } from './machine.ts';
import type { OpenAttempt } from './recorder.ts';
import { mergeViews, withoutTextContent } from './views.ts';
import { WorkloadError } from './workload-error.ts';

export interface AttemptParts extends Surroundings {
  readonly machine: Machine;
  /** Declared kinds; a field that isn't declared takes any. */
  readonly kinds: ReadonlyMap<FieldName, Kind>;
}

type Activity = 'reading' | 'thinking' | 'writing' | 'committing';

export class AttemptInFlight {
  readonly #parts: AttemptParts;
  readonly #tx: Transaction;
  readonly #turn: Turn;
  readonly #record: OpenAttempt;
  /** Fields that a conflict has named: they are read as well. */
  readonly #alsoReads: readonly FieldName[];
  #step = 0;
  #activity: Activity = 'thinking';
  #since: Micros;
  #seen: View = { fields: [], escalations: [] };
  readonly #noticed = new Set<FieldName>();
  #notices = 0;
  #isOver = false;

  constructor(parts: AttemptParts, tx: Transaction, turn: Turn, alsoReads: readonly FieldName[]) {
    this.#parts = parts;
    this.#tx = tx;
    this.#turn = turn;
    this.#alsoReads = alsoReads;
    this.#since = parts.loop.now;
    this.#record = parts.recorder.attempt(tx);
  }

  get writes(): readonly Write[] {
    return this.#record.writes;
  }

  isOf(tx: Transaction): boolean {
    return this.#tx.id === tx.id && this.#tx.attempt === tx.attempt;
  }

  begin(): void {
    const { recorder, machine } = this.#parts;
    recorder.hash('begin', this.#tx.id, String(this.#tx.attempt));
    recorder.tell({ kind: 'begin', machine: machine.id, tx: this.#tx });
    this.#ask((replica) => {
      replica.begin(this.#tx);
    });
    if (!this.#isOver) this.#read();
  }

  view(view: View): void {
    this.#answer('reading', 'view');
    if (!Array.isArray(view.fields) || !Array.isArray(view.escalations)) {
      throw new Error(`answered the read of ${this.#tx.id} with something that is not a view`);
    }
    const { recorder, machine } = this.#parts;
    const kept = withoutTextContent(view);
    this.#record.views.push(kept);
    this.#seen = mergeViews(this.#seen, view);
    recorder.hash('view', this.#tx.id);
    recorder.tell({ kind: 'view', machine: machine.id, tx: this.#tx, view: kept });
    this.#think();
  }

  written(): void {
    this.#answer('writing', 'written');
    this.#later(0 as Micros, () => {
      this.#advance();
    });
  }

  notify(changed: readonly FieldName[]): void {
    for (const field of changed) this.#noticed.add(field);
    this.#parts.recorder.hash('notify', this.#tx.id);
    this.#parts.recorder.tell({ kind: 'notify', machine: this.#parts.machine.id, tx: this.#tx, fields: changed });
  }

  /** The answer came, or the agent died with its machine (null). */
  end(outcome: Outcome | null): void {
    if (outcome !== null) this.#noteWait();
    this.#isOver = true;
    this.#record.outcome = outcome;
    this.#record.endedAt = this.#parts.loop.now;
  }

  #advance(): void {
    this.#step += 1;
    if (this.#step < this.#turn.steps.length) this.#read();
    else this.#commit();
  }

  #read(): void {
    const reads = this.#turn.steps[this.#step]?.reads ?? [];
    const fields = this.#step === 0 ? [...new Set([...reads, ...this.#alsoReads])] : reads;
    if (fields.length === 0) this.#think();
    else this.#requestRead(fields);
  }

  #requestRead(fields: readonly FieldName[]): void {
    this.#open('reading');
    this.#parts.recorder.tell({ kind: 'read', machine: this.#parts.machine.id, tx: this.#tx, fields });
    this.#ask((replica) => {
      replica.read(this.#tx, fields);
    });
  }

  #think(): void {
    const thinkMicros = this.#turn.steps[this.#step]?.thinkMicros ?? (0 as Micros);
    this.#open('thinking');
    this.#parts.recorder.tell({ kind: 'think', machine: this.#parts.machine.id, tx: this.#tx, thinkMicros });
    this.#later(thinkMicros, () => {
      this.#record.thinkMicros = (this.#record.thinkMicros + thinkMicros) as Micros;
      this.#takeNotice();
    });
  }

  /** What has changed under the agent is looked at and thought about once more before it writes. */
  #takeNotice(): void {
    const changed = [...this.#noticed].filter((name) => this.#hasSeen(name));
    this.#noticed.clear();
    if (changed.length === 0 || this.#notices >= bounds.noticesPerStep) {
      this.#write();
      return;
    }
    this.#notices += 1;
    this.#requestRead(changed);
  }

  #hasSeen(name: FieldName): boolean {
    return [...this.#seen.fields, ...this.#seen.escalations].some((part) => part.field === name);
  }

  #write(): void {
    const firstIndex = this.#record.writes.length;
    const writes = this.#draft().map((draft, index) => this.#issue(draft, firstIndex + index));
    if (writes.length === 0) {
      this.#advance();
      return;
    }
    const { recorder, machine } = this.#parts;
    this.#record.writes.push(...writes);
    this.#open('writing');
    recorder.hash('write', this.#tx.id);
    recorder.tell({ kind: 'write', machine: machine.id, tx: this.#tx, writes });
    this.#ask((replica) => {
      replica.write(this.#tx, writes);
    });
  }

  #draft(): readonly WriteDraft[] {
    try {
      return this.#turn.steps[this.#step]?.write(this.#seen) ?? [];
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      throw new WorkloadError(`the write function of turn ${this.#tx.id} threw: ${message}`);
    }
  }

  #issue(draft: WriteDraft, index: number): Write {
    const { id, agent, turn, attempt } = this.#tx;
    if (index >= maxWritesPerTurn) {
      throw new WorkloadError(`turn ${id} issues more than ${String(maxWritesPerTurn)} writes`);
    }
    const declared = this.#parts.kinds.get(draft.field);
    if (declared !== undefined && declared !== draft.kind) {
      throw new WorkloadError(
        `turn ${id} writes a ${draft.kind} to the field "${draft.field}", which the schema declares as ${declared}`,
      );
    }
    return { id: writeId(id, index), agent, number: writeNumber(turn, index), attempt, ...draft };
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

  #ask(request: (replica: Replica) => void): void {
    const { replica } = this.#parts.machine;
    if (replica !== null) request(replica);
  }
}
