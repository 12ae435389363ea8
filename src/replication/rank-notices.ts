/**
 * Who is told of what. A notice is due as long as what a turn was shown isn't what it would be shown now; it is sent at once,
 * and again and again until the turn has answered it by reading and committing anew.
 */

import { replicaOf, seconds, type FieldName, type Host, type TransactionId } from '../contract/index.ts';
import { encodeShared } from './shared-codec.ts';
import type { RankAttempts } from './rank-attempts.ts';
import type { RankedTurn } from './rank-ledger.ts';
import type { RankMessage } from './rank-messages.ts';
import type { RankOptions } from './rank-options.ts';
import type { Horizon } from './trajectory.ts';
import type { TrajectoryDocument } from './trajectory-document.ts';

const repeatMicros = seconds(30);

/** A field, and what it shows. */
type Shown = readonly [FieldName, number];
type Prints = Map<FieldName, number>;

export interface NoticeParts {
  readonly host: Host;
  readonly options: RankOptions;
  readonly document: TrajectoryDocument;
  readonly attempts: RankAttempts;
  /** Asked to look for notices that are due and that may have to be said again. */
  readonly again: () => void;
}

export class RankNotices {
  readonly #parts: NoticeParts;
  readonly #sent = new Map<TransactionId, Prints>();
  /** As good as answered: nobody will ever know. */
  readonly #lost = new Map<TransactionId, Prints>();
  #isRepeating = false;

  constructor(parts: NoticeParts) {
    this.#parts = parts;
  }

  horizonOf({ tx, rank, committed }: RankedTurn): Horizon {
    switch (this.#parts.options.shown) {
      case 'lower-ranks':
        return { below: rank, except: tx.id };
      case 'everything':
        return { below: committed === null ? Infinity : committed.lastRank + 1, except: tx.id };
    }
  }

  /** Says what is due and hasn't been said; returns whether anything is due. */
  tell(turn: RankedTurn): boolean {
    const { host } = this.#parts;
    const stale = this.#stale(turn);
    const sent = this.#sent.get(turn.tx.id);
    const news = stale.filter(([field, print]) => sent?.get(field) !== print);
    // What is no longer due may become due again.
    this.#sent.set(turn.tx.id, new Map(stale));
    const arriving = news.filter((each) => !this.#lose(turn.tx.id, each));
    if (arriving.length > 0) {
      const message: RankMessage = { kind: 'notice', tx: turn.tx, fields: arriving.map(([field]) => field) };
      host.send(replicaOf(turn.tx.agent), encodeShared(message));
    }
    if (stale.length > 0) this.#repeatLater();
    return stale.length > 0;
  }

  /** From now on the turn stands for something else, or its agent may have forgotten what it was told. */
  forget(turn: TransactionId): void {
    this.#sent.delete(turn);
  }

  /** What the turn rests on and was shown otherwise. */
  #stale(turn: RankedTurn): readonly Shown[] {
    const { attempts, document } = this.#parts;
    const seen = attempts.of(turn.tx.id)?.seen ?? (turn.isOpen ? null : new Map(turn.committed?.basis));
    if (seen === null) return [];
    const horizon = this.horizonOf(turn);
    const names = [...new Set([...seen.keys(), ...this.#overwritten(turn, seen, horizon)])];
    return names
      .map((name): Shown => [name, document.print(name, horizon)])
      .filter(([name, print]) => seen.get(name) !== print && this.#lost.get(turn.tx.id)?.get(name) !== print);
  }

  /** Where the turn has replaced what another agent wrote without having been shown it. */
  #overwritten(turn: RankedTurn, seen: ReadonlyMap<FieldName, number>, horizon: Horizon): readonly FieldName[] {
    const { attempts, document } = this.#parts;
    const attempt = attempts.of(turn.tx.id);
    // An attempt that begins from the start has not said yet what it is going to write.
    if (attempt !== undefined && !attempt.repairs && attempt.session.tx.attempt !== turn.tx.attempt) return [];
    const blind = turn.standing.writes.filter(({ field, kind }) => kind === 'scalar' && !seen.has(field));
    return blind
      .map(({ field }) => field)
      .filter((field) => {
        const below = document.newestBelow(field, turn.tx.id, horizon);
        return below !== undefined && below.agent !== turn.tx.agent;
      });
  }

  #lose(turn: TransactionId, [field, print]: Shown): boolean {
    const { host, options } = this.#parts;
    if (options.lostNotices === 0 || host.random() >= options.lostNotices) return false;
    this.#lost.set(turn, new Map(this.#lost.get(turn)).set(field, print));
    return true;
  }

  #repeatLater(): void {
    if (this.#isRepeating) return;
    this.#isRepeating = true;
    this.#parts.host.after(repeatMicros, () => {
      this.#isRepeating = false;
      this.#sent.clear();
      this.#parts.again();
    });
  }
}
