/**
 * The turns of a hub that writes in place, with their ranks: a fold of the hub's journal. Nothing is decided by what isn't
 * durable.
 */

import type { AgentId, Host, Micros, Transaction, TransactionId } from '../contract/index.ts';
import { decodeShared, encodeShared } from './shared-codec.ts';
import { intactRecords } from './hub-journal.ts';
import type { Basis } from './hub-messages.ts';
import type { TurnPlace } from './trajectory.ts';
import { type Replay, type TrajectoryDocument, type TurnWrites } from './trajectory-document.ts';

export type RankRecord =
  | { readonly kind: 'launch'; readonly tx: Transaction; readonly rank: number; readonly begunAt: Micros }
  | ({ readonly kind: 'write'; readonly tx: Transaction; readonly begunAt: Micros } & TurnWrites)
  | ({
      readonly kind: 'commit';
      readonly tx: Transaction;
      readonly basis: Basis;
      readonly repairs: boolean;
    } & TurnWrites)
  /** The agent may not know what it was shown and told when it last repaired the turn: it must look at everything again. */
  | { readonly kind: 'forgotten'; readonly turn: TransactionId }
  /** The turn goes back to what it last committed, or is forgotten with all that it wrote. */
  | { readonly kind: 'withdraw'; readonly turn: TransactionId }
  /** What can't be undone is done, up to this rank. */
  | { readonly kind: 'release'; readonly upTo: number };

export interface CommittedTurn extends TurnWrites {
  readonly tx: Transaction;
  readonly basis: Basis;
  /** The last rank that was given before the turn was first committed. */
  readonly lastRank: number;
}

export interface RankedTurn {
  /** In the newest attempt that has left a record. */
  readonly tx: Transaction;
  readonly rank: number;
  /** By the clock of the agent's machine. */
  readonly begunAt: Micros;
  /** What it has in place. */
  readonly standing: TurnWrites;
  readonly committed: CommittedTurn | null;
  /** It was launched, or has written, since it was last committed. */
  readonly isOpen: boolean;
}

/** Equal to nothing that is ever shown. */
const unknownPrint = -1;
const nothing: TurnWrites = { writes: [], aside: [] };

export class RankLedger {
  readonly #host: Pick<Host, 'disk'>;
  readonly #document: TrajectoryDocument;
  readonly #placed: 'by-rank' | 'by-arrival';
  /** In the order of their ranks. */
  readonly #turns = new Map<TransactionId, RankedTurn>();
  /** By agent, the turn that it has repaired, if it has done nothing since that it could only do if it knew that. */
  readonly #lastRepairs = new Map<AgentId, TransactionId>();
  #length = 0;
  #lastRank = 0;
  #released = 0;

  constructor(host: Pick<Host, 'disk'>, document: TrajectoryDocument, placed: 'by-rank' | 'by-arrival') {
    this.#host = host;
    this.#document = document;
    this.#placed = placed;
    for (const record of intactRecords(host)) this.#apply(decodeShared(record) as RankRecord);
  }

  /** How many records are durable. */
  get length(): number {
    return this.#length;
  }

  get lastRank(): number {
    return this.#lastRank;
  }

  get released(): number {
    return this.#released;
  }

  turn(id: TransactionId): RankedTurn | undefined {
    return this.#turns.get(id);
  }

  /** In the order of their ranks. */
  turns(): Iterable<RankedTurn> {
    return this.#turns.values();
  }

  lastRepairOf(agent: AgentId): RankedTurn | undefined {
    const id = this.#lastRepairs.get(agent);
    return id === undefined ? undefined : this.#turns.get(id);
  }

  placeOf({ tx, rank }: RankedTurn): TurnPlace {
    return { turn: tx.id, rank, place: this.#placed === 'by-rank' ? rank : this.#length + 1 };
  }

  append(record: RankRecord, durable: (replays: readonly Replay[]) => void): void {
    this.#host.disk.append(encodeShared(record), () => {
      durable(this.#apply(record));
    });
  }

  #apply(record: RankRecord): readonly Replay[] {
    this.#length += 1;
    switch (record.kind) {
      case 'launch': {
        const { tx, rank, begunAt } = record;
        this.#lastRank = rank;
        this.#lastRepairs.delete(tx.agent);
        this.#turns.set(tx.id, { tx, rank, begunAt, standing: nothing, committed: null, isOpen: true });
        return [];
      }
      case 'write': {
        const { tx, begunAt, writes, aside } = record;
        this.#lastRepairs.delete(tx.agent);
        return this.#stand(this.#known(tx.id), { tx, begunAt, standing: { writes, aside }, isOpen: true });
      }
      case 'commit': {
        const { tx, basis, writes, aside } = record;
        const turn = this.#known(tx.id);
        if (record.repairs) this.#lastRepairs.set(tx.agent, tx.id);
        else this.#lastRepairs.delete(tx.agent);
        const { lastRank } = turn.committed ?? { lastRank: this.#lastRank };
        const committed = { tx, basis, writes, aside, lastRank };
        return this.#stand(turn, { tx, standing: { writes, aside }, committed, isOpen: false });
      }
      case 'withdraw': {
        const turn = this.#known(record.turn);
        const replays = this.#stand(turn, { standing: turn.committed ?? nothing, isOpen: false });
        if (turn.committed === null) this.#turns.delete(record.turn);
        return replays;
      }
      case 'forgotten': {
        const turn = this.#known(record.turn);
        this.#lastRepairs.delete(turn.tx.agent);
        if (turn.committed === null) return [];
        const basis = turn.committed.basis.map(([field]) => [field, unknownPrint] as const);
        this.#turns.set(record.turn, { ...turn, committed: { ...turn.committed, basis } });
        return [];
      }
      case 'release':
        this.#released = record.upTo;
        return [];
    }
  }

  #stand(turn: RankedTurn, change: Partial<RankedTurn> & Pick<RankedTurn, 'standing'>): readonly Replay[] {
    this.#turns.set(turn.tx.id, { ...turn, ...change });
    return this.#document.replace(this.placeOf(turn), turn.standing.writes, change.standing);
  }

  #known(id: TransactionId): RankedTurn {
    const turn = this.#turns.get(id);
    if (turn === undefined) throw new Error(`the journal speaks of ${id}, which was never launched`);
    return turn;
  }
}
