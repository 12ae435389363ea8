/** Which turns have ended, and how: for agents that wait for others. */

import {
  maxWritesPerTurn,
  transactionId,
  writeNumber,
  type AgentId,
  type TransactionId,
  type TurnEnd,
  type VersionVector,
} from '../contract/index.ts';

export class TurnBoard {
  readonly #ends = new Map<TransactionId, TurnEnd['end']>();
  readonly #waiting = new Map<TransactionId, (() => void)[]>();

  hasEnded(id: TransactionId): boolean {
    return this.#ends.has(id);
  }

  whenEnded(id: TransactionId, task: () => void): void {
    const waiting = this.#waiting.get(id);
    if (waiting === undefined) this.#waiting.set(id, [task]);
    else waiting.push(task);
  }

  ended(agent: AgentId, turn: number, end: TurnEnd['end']): void {
    const id = transactionId(agent, turn);
    this.#ends.set(id, end);
    const waiting = this.#waiting.get(id) ?? [];
    this.#waiting.delete(id);
    for (const task of waiting) task();
  }

  /** What can be seen of the writes in `sees`: turns that were given up in the recording's replay will never arrive. */
  committedPartOf(sees: VersionVector): VersionVector {
    const seen: Record<string, number> = {};
    for (const [agent, number] of Object.entries(sees)) {
      let turn = Math.floor((number - 1) / maxWritesPerTurn);
      while (turn >= 0 && this.#ends.get(transactionId(agent as AgentId, turn)) !== 'done') turn -= 1;
      if (turn >= 0) seen[agent] = Math.min(number, writeNumber(turn, maxWritesPerTurn - 1));
    }
    return seen;
  }
}
