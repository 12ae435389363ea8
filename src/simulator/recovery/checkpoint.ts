/**
 * The recovery of hermes: the turn in flight has an entry in a file, and is repeated if the entry is still there when the
 * agent comes back.
 *
 * The entry is durable before the turn starts. It is written to a temporary file of its own and renamed, so that a crash
 * leaves the old entry or the new one. It goes a moment after the end of its turn, when the agent has put its session in
 * order. By that time the next turn may have put its own there, so an entry is removed only by the generation that wrote it.
 * A file that can't be read is set aside and reported: taken for an empty one, it would be a turn forgotten.
 */

import { seconds, type Micros, type TransactionId } from '../../contract/index.ts';
import { Digest } from '../digest.ts';
import type { Interrupted, Recovery, RecoveryPolicy, Session, StartedTurn } from './policy.ts';

export interface CheckpointEntry extends StartedTurn {
  /** Who wrote the entry: when that was, by the machine's clock. No two entries of an agent share it. */
  readonly generation: Micros;
}

export type CheckpointReading =
  | { readonly kind: 'none' }
  | { readonly kind: 'entry'; readonly entry: CheckpointEntry }
  | { readonly kind: 'unreadable' };

/** Where the entry is kept. */
export interface CheckpointStore {
  read(): CheckpointReading;
  write(entry: CheckpointEntry, durable: () => void): void;
  /** Removes the entry of this generation; that of another one stays. */
  clear(own: CheckpointEntry, done: () => void): void;
  /** Takes an unreadable file out of the way without destroying it. */
  setAside(): void;
}

export const checkpointFile = 'checkpoint';

/** From the end of a turn to the removal of its entry. */
const tidyingMicros = seconds(1);

export function checkpointStore(session: Session): CheckpointStore {
  const { agent, files } = session;
  /** What this life of the agent has written last, so that it needn't be read to be known. */
  let own: { readonly text: string; readonly entry: CheckpointEntry } | null = null;
  const read = (): CheckpointReading => {
    const text = files.read(checkpointFile);
    if (text === null) return { kind: 'none' };
    return text === own?.text ? { kind: 'entry', entry: own.entry } : parseEntry(text);
  };
  return {
    read,
    write: (entry, durable) => {
      const { transaction, generation } = entry;
      const temporary = `${checkpointFile}.${String(generation)}.tmp`;
      own = { text: entryText(entry), entry };
      files.write(temporary, own.text, () => {
        files.rename(temporary, checkpointFile, () => {
          session.report({ kind: 'checkpoint', agent, action: 'written', transaction, generation, by: generation });
          durable();
        });
      });
    },
    clear: ({ generation: by }, done) => {
      const standing = read();
      if (standing.kind !== 'entry' || standing.entry.generation !== by) {
        done();
        return;
      }
      const { transaction, generation } = standing.entry;
      session.report({ kind: 'checkpoint', agent, action: 'cleared', transaction, generation, by });
      files.remove(checkpointFile, done);
    },
    setAside: () => {
      files.rename(checkpointFile, `${checkpointFile}.${String(session.now())}.corrupt`, () => undefined);
      session.report({
        kind: 'checkpoint',
        agent,
        action: 'set-aside',
        transaction: null,
        generation: null,
        by: session.now(),
      });
    },
  };
}

/** `open` says where entries are kept. */
export function checkpointing(
  open: (session: Session) => CheckpointStore,
  named: Pick<RecoveryPolicy, 'name' | 'summary'>,
): RecoveryPolicy {
  return { ...named, open: (session) => new CheckpointRecovery(session, open(session)) };
}

export const checkpoint: RecoveryPolicy = checkpointing(checkpointStore, {
  name: 'checkpoint',
  summary: 'repeats the turn in flight, which has an entry in a checkpoint file until it ends (hermes)',
});

class CheckpointRecovery implements Recovery {
  readonly #session: Session;
  readonly #store: CheckpointStore;
  /** The entry of the turn in hand. */
  #own: CheckpointEntry | null = null;

  constructor(session: Session, store: CheckpointStore) {
    this.#session = session;
    this.#store = store;
  }

  interrupted(): Interrupted {
    const reading = this.#store.read();
    switch (reading.kind) {
      case 'none':
        return [];
      case 'entry':
        this.#own = reading.entry;
        if (!this.#session.hasEnded(reading.entry.transaction)) return [reading.entry];
        this.#store.clear(reading.entry, () => undefined);
        return [];
      case 'unreadable':
        this.#store.setAside();
        return 'unreadable';
    }
  }

  starting({ transaction, turn, restarts }: StartedTurn, start: () => void): void {
    this.#own = { transaction, turn, restarts, generation: this.#session.now() };
    this.#store.write(this.#own, start);
  }

  ended(transaction: TransactionId): void {
    const own = this.#own;
    if (own?.transaction !== transaction) return;
    this.#session.after(tidyingMicros, () => {
      this.#store.clear(own, () => undefined);
    });
  }

  stop(stopped: () => void): void {
    if (this.#own === null) stopped();
    else this.#store.clear(this.#own, stopped);
  }
}

/** The checksum tells a file that was written half from one that wasn't. */
export function entryText({ transaction, turn, restarts, generation }: CheckpointEntry): string {
  const text = JSON.stringify({ transaction, turn, restarts, generation });
  return `${checksum(text)} ${text}`;
}

function parseEntry(content: string): CheckpointReading {
  const [sum, text] = [content.slice(0, 16), content.slice(17)];
  if (sum !== checksum(text)) return { kind: 'unreadable' };
  return { kind: 'entry', entry: JSON.parse(text) as CheckpointEntry };
}

function checksum(text: string): string {
  const digest = new Digest();
  digest.mixText(text);
  return digest.hex();
}
