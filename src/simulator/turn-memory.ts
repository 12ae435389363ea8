/** What an agent remembers of a turn: what it was shown, and what it wrote in which step. */

import {
  canonicalJson,
  maxWritesPerTurn,
  writeId,
  writeNumber,
  type FieldName,
  type Json,
  type Kind,
  type Transaction,
  type Turn,
  type View,
  type Write,
  type WriteDraft,
} from '../contract/index.ts';
import { mergeViews } from './views.ts';
import { WorkloadError } from './workload-error.ts';

/** What the agent asked to see, and what it was shown. */
export interface Reading {
  readonly view: View;
  readonly asked: readonly FieldName[];
}

/** What the turn comes to in the light of something new. */
export interface SecondThoughts {
  readonly seen: View;
  readonly asked: readonly FieldName[];
  /** What it was shown and goes on as if it weren't. */
  readonly dismissed: View | null;
  /** By step, as the turn should have written; what hasn't changed is the same object. */
  readonly written: readonly (readonly Write[])[];
  /** How many writes had to be made anew or taken back. */
  readonly changes: number;
  /** It would have written, or is going to write, something else. */
  readonly matters: boolean;
}

export class TurnMemory {
  readonly #turn: Turn;
  readonly #tx: Pick<Transaction, 'id' | 'agent' | 'turn'>;
  readonly #kinds: ReadonlyMap<FieldName, Kind>;
  #seen: View = { fields: [], escalations: [] };
  /** Every field that it has read, set or not. */
  readonly #asked = new Set<FieldName>();
  /** By step. */
  #written: readonly (readonly Write[])[] = [];
  #writes: readonly Write[] = [];
  #issued = 0;
  #dismissed: readonly View[] = [];

  constructor(turn: Turn, tx: Pick<Transaction, 'id' | 'agent' | 'turn'>, kinds: ReadonlyMap<FieldName, Kind>) {
    this.#turn = turn;
    this.#tx = tx;
    this.#kinds = kinds;
  }

  copy(): TurnMemory {
    const copy = new TurnMemory(this.#turn, this.#tx, this.#kinds);
    copy.#seen = this.#seen;
    for (const name of this.#asked) copy.#asked.add(name);
    copy.#written = this.#written;
    copy.#writes = this.#writes;
    copy.#issued = this.#issued;
    copy.#dismissed = this.#dismissed;
    return copy;
  }

  /** All that the turn stands for, in the order of its steps. */
  get writes(): readonly Write[] {
    return this.#writes;
  }

  /** All that it was shown: what it goes by first. */
  get views(): readonly View[] {
    return [this.#seen, ...this.#dismissed];
  }

  /** `asked`: what the agent wanted to see. What isn't set counts as seen as well. */
  see(view: View, asked: readonly FieldName[]): void {
    this.#seen = mergeViews(this.#seen, view, asked);
    for (const name of asked) this.#asked.add(name);
  }

  /** Whether the turn rests on the field: it has read it, or written it unread. */
  restsOn(name: FieldName): boolean {
    return this.#asked.has(name) || this.writes.some((write) => write.field === name);
  }

  /** The writes of the next step, issued by this attempt. */
  write(attempt: number): readonly Write[] {
    const drafts = this.#draft(this.#written.length, this.#seen);
    const writes = drafts.map((draft) => this.#issue(draft, attempt));
    this.#written = [...this.#written, writes];
    this.#writes = [...this.#writes, ...writes];
    return writes;
  }

  /**
   * What the turn would be if it had seen this as well. A scalar that it wrote and that is shown to it is written again in
   * any case: only so does anybody know that the agent stands by it.
   */
  reconsider({ view, asked }: Reading, attempt: number): SecondThoughts {
    const seen = mergeViews(this.#seen, view, asked);
    const shown = new Set(view.fields.map(({ field }) => field));
    let changes = 0;
    const written = this.#written.map((writes, step) => {
      const drafts = this.#draft(step, seen);
      changes += Math.max(0, writes.length - drafts.length);
      return drafts.map((draft, position) => {
        const before = writes[position];
        const isConfirmed = draft.kind === 'scalar' && shown.has(draft.field);
        if (before !== undefined && !isConfirmed && isSameDraft(before, draft)) return before;
        changes += 1;
        if (before === undefined) return this.#issue(draft, attempt);
        return issuedAs(before, attempt, this.#checked(draft));
      });
    });
    return { seen, asked, dismissed: null, written, changes, matters: changes > 0 || this.#changesWhatFollows(seen) };
  }

  /**
   * What the turn comes to if nothing that it was shown matters to it. It stands by the scalars that it wrote and that it was
   * shown: they are written again as they are.
   */
  dismiss({ view }: Reading, attempt: number): SecondThoughts {
    const isShown = (name: FieldName): boolean => view.fields.some(({ field }) => field === name);
    let changes = 0;
    const written = this.#written.map((writes) =>
      writes.map((write): Write => {
        if (write.kind !== 'scalar' || !isShown(write.field)) return write;
        changes += 1;
        return issuedAs(write, attempt, write);
      }),
    );
    return { seen: this.#seen, asked: [], dismissed: view, written, changes, matters: false };
  }

  adopt({ seen, asked, dismissed, written }: SecondThoughts): void {
    if (dismissed !== null) this.#dismissed = [...this.#dismissed, dismissed];
    this.#seen = seen;
    for (const name of asked) this.#asked.add(name);
    this.#written = written;
    this.#writes = written.flat();
  }

  #changesWhatFollows(seen: View): boolean {
    for (let step = this.#written.length; step < this.#turn.steps.length; step += 1) {
      const [before, after] = [this.#draft(step, this.#seen), this.#draft(step, seen)];
      if (before.length !== after.length) return true;
      if (before.some((draft, position) => !isSameDraft(draft, after[position]))) return true;
    }
    return false;
  }

  #draft(step: number, seen: View): readonly WriteDraft[] {
    try {
      return this.#turn.steps[step]?.write(seen) ?? [];
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      throw new WorkloadError(`the write function of turn ${this.#tx.id} threw: ${message}`);
    }
  }

  #issue(draft: WriteDraft, attempt: number): Write {
    const { id, agent, turn } = this.#tx;
    const index = this.#issued;
    if (index >= maxWritesPerTurn) {
      throw new WorkloadError(`turn ${id} issues more than ${String(maxWritesPerTurn)} writes`);
    }
    this.#issued += 1;
    return issuedAs({ id: writeId(id, index), agent, number: writeNumber(turn, index) }, attempt, this.#checked(draft));
  }

  #checked(draft: WriteDraft): WriteDraft {
    const declared = this.#kinds.get(draft.field);
    if (declared === undefined || declared === draft.kind) return draft;
    throw new WorkloadError(
      `turn ${this.#tx.id} writes a ${draft.kind} to the field "${draft.field}", which the schema declares as ${declared}`,
    );
  }
}

/** Part by part: every write is an object of the same make, whichever way its workload made the draft. */
function issuedAs(
  { id, agent, number }: Pick<Write, 'id' | 'agent' | 'number'>,
  attempt: number,
  { field, kind, value }: WriteDraft,
): Write {
  return { id, agent, number, attempt, field, kind, value } as Write;
}

function isSameDraft(one: WriteDraft, other: WriteDraft | undefined): boolean {
  if (other?.field !== one.field || other.kind !== one.kind) return false;
  return canonicalJson(one.value as unknown as Json) === canonicalJson(other.value as unknown as Json);
}
