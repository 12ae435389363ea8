/**
 * The hub's journal: one record per turn that it has accepted. A turn is answered, shown and judged by only once its record
 * is durable; after a restart everything is rebuilt from here. What was refused is not written down.
 *
 * An accepted turn is final. Others may have built on what it wrote, so when its agent repeats it after a crash, it is told
 * what became of the turn instead of being let in a second time.
 */

import type { Host, Outcome, Transaction, TransactionId } from '../contract/index.ts';
import { decodeShared, encodeShared } from './shared-codec.ts';

/** An attempt that was accepted for good, and what its agent is told of its turn from then on. */
export interface Landing {
  readonly tx: Transaction;
  readonly outcome: Outcome;
}

export class TurnJournal<Entry extends Landing> {
  readonly #host: Pick<Host, 'disk'>;
  readonly #apply: (entry: Entry) => void;
  /** Of every turn, and not only of the newest of each agent: an agent may come back to an older one. */
  readonly #landings = new Map<TransactionId, Landing>();
  #length = 0;

  /** `apply` is called for every durable entry in the order of the journal, now and later. */
  constructor(host: Pick<Host, 'disk'>, apply: (entry: Entry) => void) {
    this.#host = host;
    this.#apply = apply;
    for (const record of intactRecords(host)) this.#take(decodeShared(record) as Entry);
  }

  /** How many turns have landed. */
  get length(): number {
    return this.#length;
  }

  append(entry: Entry, durable: () => void): void {
    this.#host.disk.append(encodeShared(entry), () => {
      this.#take(entry);
      durable();
    });
  }

  /** The attempt at the turn that has landed, if any has. */
  landed({ id }: Transaction): Landing | null {
    return this.#landings.get(id) ?? null;
  }

  #take(entry: Entry): void {
    this.#length += 1;
    this.#landings.set(entry.tx.id, { tx: entry.tx, outcome: entry.outcome });
    this.#apply(entry);
  }
}

/** A record that the crash has torn was never answered. It is taken away, so that the next one doesn't stand behind it. */
export function intactRecords(host: Pick<Host, 'disk'>): readonly Uint8Array[] {
  const records = host.disk.records().slice();
  const last = records.at(-1);
  if (last === undefined || isReadable(last)) return records;
  const intact = records.slice(0, -1);
  host.disk.replace(intact, () => undefined);
  return intact;
}

function isReadable(record: Uint8Array): boolean {
  try {
    decodeShared(record);
    return true;
  } catch {
    return false;
  }
}
