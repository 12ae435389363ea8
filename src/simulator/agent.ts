/**
 * A simulated LLM worker: it makes the turns of its script one after another, thinks again after a conflict, and repeats
 * the turn in flight when its machine comes back from a crash.
 */

import {
  transactionId,
  type AgentScript,
  type FieldName,
  type Micros,
  type Outcome,
  type Transaction,
  type Turn,
  type TurnEnd,
  type View,
} from '../contract/index.ts';
import { AttemptInFlight, type AttemptParts } from './attempt.ts';
import type { AgentEars } from './host.ts';
import type { Resident } from './machine.ts';
import type { TurnBoard } from './turn-board.ts';

export interface AgentParts extends AttemptParts {
  readonly script: AgentScript;
  readonly board: TurnBoard;
}

export class Agent implements AgentEars, Resident {
  readonly #parts: AgentParts;
  #turn = 0;
  #attempts = 0;
  #conflicts = 0;
  #restarts = 0;
  #alsoReads: readonly FieldName[] = [];
  #inFlight: AttemptInFlight | null = null;
  /** Raised when the agent dies or goes on: what was planned before is dropped. */
  #episode = 0;

  constructor(parts: AgentParts) {
    this.#parts = parts;
  }

  get isDone(): boolean {
    return this.#turn >= this.#parts.script.turns.length;
  }

  start(): void {
    this.#pause();
  }

  died(): void {
    this.#episode += 1;
    this.#inFlight?.end(null);
    this.#inFlight = null;
  }

  revived(): void {
    if (this.isDone) return;
    if (this.#attempts === 0) {
      this.#pause();
      return;
    }
    this.#restarts += 1;
    if (this.#restarts > this.#parts.environment.maxRestarts) this.#endTurn('gave-up-after-crashes');
    else this.#beginSoon();
  }

  /** The trial is over although this agent isn't: what is left of its script is unfinished. */
  abandon(): void {
    this.died();
    for (; !this.isDone; this.#turn += 1) this.#recordEnd('unfinished');
  }

  view(tx: Transaction, view: View): void {
    this.#addressed(tx, 'view').view(view);
  }

  written(tx: Transaction): void {
    this.#addressed(tx, 'written').written();
  }

  notify(tx: Transaction, changed: readonly FieldName[]): void {
    if (this.#inFlight?.isOf(tx) === true) this.#inFlight.notify(changed);
  }

  settle(tx: Transaction, outcome: Outcome): void {
    const { recorder, machine } = this.#parts;
    const attempt = this.#addressed(tx, 'settle');
    attempt.end(outcome);
    this.#inFlight = null;
    recorder.observe({ kind: 'told', replica: machine.id, tx, outcome, writes: attempt.writes });
    recorder.mark(`settle ${tx.id} ${outcome.kind}`);
    recorder.tell({ kind: 'settle', machine: machine.id, tx, outcome });
    this.#react(tx, outcome);
  }

  #addressed(tx: Transaction, answer: string): AttemptInFlight {
    if (this.#inFlight?.isOf(tx) !== true) {
      throw new Error(`answered ${tx.id} (attempt ${String(tx.attempt)}) with '${answer}', but that is not open`);
    }
    return this.#inFlight;
  }

  #react(tx: Transaction, outcome: Outcome): void {
    const { custody, machine, environment } = this.#parts;
    switch (outcome.kind) {
      case 'committed':
      case 'escalated':
        custody.acknowledged(machine.id, tx.id, machine.disk.version);
        this.#endTurn('done');
        break;
      case 'conflict':
        custody.dropped(machine.id);
        this.#conflicts += 1;
        this.#alsoReads = [...new Set([...this.#alsoReads, ...outcome.fields])];
        if (this.#conflicts >= environment.maxConflicts) this.#endTurn('gave-up-after-conflicts');
        else this.#beginSoon();
        break;
      case 'rejected':
        custody.dropped(machine.id);
        this.#endTurn('rejected');
        break;
      default:
        throw new Error(`settled ${tx.id} with an outcome of no known kind: ${JSON.stringify(outcome)}`);
    }
  }

  #pause(): void {
    const turn = this.#currentTurn();
    if (turn === undefined) return;
    this.#later(turn.pauseMicros, () => {
      this.#awaitOthers(turn);
    });
  }

  #awaitOthers(turn: Turn): void {
    const { board } = this.#parts;
    const missing = turn.after?.find((id) => !board.hasEnded(id));
    if (missing === undefined) {
      this.#begin();
      return;
    }
    const episode = this.#episode;
    board.whenEnded(missing, () => {
      if (episode === this.#episode)
        this.#later(0 as Micros, () => {
          this.#awaitOthers(turn);
        });
    });
  }

  #beginSoon(): void {
    this.#later(0 as Micros, () => {
      this.#begin();
    });
  }

  #begin(): void {
    const turn = this.#currentTurn();
    if (turn === undefined) return;
    this.#attempts += 1;
    const { agent } = this.#parts.script;
    const sees = turn.sees === undefined ? {} : { sees: this.#parts.board.committedPartOf(turn.sees) };
    const id = transactionId(agent, this.#turn);
    const tx: Transaction = { id, agent, turn: this.#turn, attempt: this.#attempts, ...sees };
    this.#inFlight = new AttemptInFlight(this.#parts, tx, turn, this.#alsoReads);
    this.#inFlight.begin();
  }

  #endTurn(end: TurnEnd['end']): void {
    this.#recordEnd(end);
    this.#turn += 1;
    this.#attempts = 0;
    this.#conflicts = 0;
    this.#restarts = 0;
    this.#alsoReads = [];
    this.#pause();
  }

  #recordEnd(end: TurnEnd['end']): void {
    const { recorder, board, script, machine } = this.#parts;
    const transaction = transactionId(script.agent, this.#turn);
    recorder.turns.push({ transaction, end });
    recorder.mark(`end ${transaction} ${end}`);
    if (end !== 'done') recorder.tell({ kind: 'give-up', machine: machine.id, transaction, reason: end });
    board.ended(script.agent, this.#turn, end);
  }

  #currentTurn(): Turn | undefined {
    return this.#parts.script.turns[this.#turn];
  }

  #later(delay: Micros, task: () => void): void {
    this.#episode += 1;
    const episode = this.#episode;
    this.#parts.machine.schedule(delay, { kind: 'agent' }, () => {
      if (episode === this.#episode) task();
    });
  }
}
