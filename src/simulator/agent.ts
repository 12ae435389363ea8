/**
 * A simulated LLM worker. The workload hands it the turns of its script one after another; it thinks again after a conflict,
 * and what it repeats when its machine comes back from a crash is for its recovery to say.
 */

import {
  transactionId,
  type AgentEars,
  type AgentScript,
  type FieldName,
  type Micros,
  type Outcome,
  type Transaction,
  type TransactionId,
  type Turn,
  type TurnEnd,
  type View,
} from '../contract/index.ts';
import { AttemptInFlight, type AttemptParts, type TurnAtHand } from './attempt.ts';
import { FinishedTurns, type Reopening } from './finished-turns.ts';
import { sessionOf } from './agent-session.ts';
import type { SessionFiles } from './recovery/agent-files.ts';
import type { Recovery, RecoveryPolicy, StartedTurn } from './recovery/policy.ts';
import type { Resident } from './residence.ts';
import type { TurnBoard } from './turn-board.ts';

export interface AgentParts extends AttemptParts {
  readonly script: AgentScript;
  readonly board: TurnBoard;
  readonly files: SessionFiles;
  readonly policy: RecoveryPolicy;
}

/** The turn that the agent works on. */
interface TurnInHand extends StartedTurn {
  conflicts: number;
  alsoReads: readonly FieldName[];
}

export class Agent implements AgentEars, Resident {
  readonly #parts: AgentParts;
  /** Of the turns of the script. Made once: the same text is found faster than an equal one, and many look turns up. */
  readonly #ids: readonly TransactionId[];
  #recovery: Recovery;
  /** The next turn of the script: those before it have been begun. */
  #next = 0;
  /** What is to be repeated first, oldest first. */
  #interrupted: readonly StartedTurn[] = [];
  #inHand: TurnInHand | null = null;
  /** How often each turn was begun. */
  readonly #attempts = new Map<number, number>();
  /** Turns that were begun and have no end. */
  readonly #open = new Set<number>();
  #inFlight: AttemptInFlight | null = null;
  readonly #finished = new FinishedTurns();
  /** The finished turn that it has opened again. */
  #reopened: Reopening | null = null;
  /** The next turn of the script starts at this time, if nothing is to be repaired before. */
  #nextAt: Micros | null = null;
  #isStarting = false;
  /** Its script is done. */
  #isDone = false;
  #doneAt = 0 as Micros;
  /** Raised when the agent dies or goes on: what was planned before is dropped. */
  #episode = 0;

  constructor(parts: AgentParts) {
    this.#parts = parts;
    const { agent, turns } = parts.script;
    this.#ids = turns.map((_turn, place) => transactionId(agent, place));
    this.#recovery = this.#parts.policy.open(sessionOf(this.#parts));
  }

  /** Its script is done, and nothing is to be repaired. */
  get isDone(): boolean {
    return this.#isDone && this.#reopened === null && !this.#finished.hasWaiting;
  }

  /** When it was last done. */
  get doneAt(): Micros {
    return this.#doneAt;
  }

  start(): void {
    this.#goOn();
  }

  died(): void {
    this.#episode += 1;
    this.#inFlight?.end(null);
    this.#inFlight = null;
    this.#inHand = null;
    this.#reopened = null;
    this.#nextAt = null;
    this.#isStarting = false;
    this.#finished.forgetNotices();
    this.#parts.files.crash();
  }

  revived(): void {
    if (this.#isDone) return;
    this.#recovery = this.#parts.policy.open(sessionOf(this.#parts));
    const found = this.#recovery.interrupted();
    this.#interrupted = found === 'unreadable' ? this.#handedOutAgain() : found;
    const repeated = new Set(this.#interrupted.map(({ turn }) => turn));
    for (const turn of this.#open) if (!repeated.has(turn)) this.#recordEnd(turn, 'forgotten');
    this.#goOn();
  }

  /** The trial is over although this agent isn't: what is left of its script is unfinished. */
  abandon(): void {
    if (this.isDone) return;
    this.died();
    if (this.#isDone) return;
    for (const turn of this.#open) this.#recordEnd(turn, 'unfinished');
    for (; this.#nextTurn() !== undefined; this.#next += 1) this.#recordEnd(this.#next, 'unfinished');
    this.#isDone = true;
  }

  view(tx: Transaction, view: View): void {
    this.#addressed(tx, 'view').view(view);
  }

  written(tx: Transaction): void {
    this.#addressed(tx, 'written').written();
  }

  notify(tx: Transaction, changed: readonly FieldName[]): void {
    if (this.#inFlight?.isOf(tx, 'any-attempt') === true) this.#inFlight.notify(changed);
    else {
      this.#finished.notice(tx.turn, changed);
      if (this.#isIdle()) this.#goOn();
    }
  }

  settle(tx: Transaction, outcome: Outcome): void {
    const { recorder, machine } = this.#parts;
    const attempt = this.#addressed(tx, 'settle');
    attempt.end(outcome);
    this.#inFlight = null;
    if (isSafe(outcome)) this.#remember(attempt);
    recorder.observe({ kind: 'told', replica: machine.id, tx, outcome, writes: attempt.writes });
    recorder.mark('settle', tx.id, outcome.kind);
    recorder.tell({ kind: 'settle', machine: machine.id, tx, outcome });
    if (this.#reopened === null) this.#react(tx, outcome);
    else this.#afterRepair(this.#reopened, tx, outcome);
  }

  #remember(attempt: AttemptInFlight): void {
    if (this.#reopened !== null) this.#finished.repaired(this.#reopened.turn, attempt.memory, attempt.record);
    else if (this.#inHand !== null) this.#finished.finish(this.#inHand.turn, attempt.memory, attempt.record);
  }

  /** A repair that was refused is tried again, from what the turn still stands for. */
  #afterRepair({ turn, fields }: Reopening, tx: Transaction, outcome: Outcome): void {
    const { custody, machine, loop } = this.#parts;
    this.#reopened = null;
    if (isSafe(outcome)) custody.acknowledged(machine.id, tx.id, machine.disk.version, loop.nextSequence());
    else custody.dropped(machine.id);
    if (outcome.kind === 'conflict') this.#finished.notice(turn, fields);
    this.#doneAt = loop.now;
    this.#goOn();
  }

  #addressed(tx: Transaction, answer: string): AttemptInFlight {
    if (this.#inFlight?.isOf(tx) !== true) {
      throw new Error(`answered ${tx.id} (attempt ${String(tx.attempt)}) with '${answer}', but that is not open`);
    }
    return this.#inFlight;
  }

  #react(tx: Transaction, outcome: Outcome): void {
    const { custody, machine, loop } = this.#parts;
    switch (outcome.kind) {
      case 'committed':
      case 'escalated':
        custody.acknowledged(machine.id, tx.id, machine.disk.version, loop.nextSequence());
        this.#endTurn('done');
        break;
      case 'conflict':
        custody.dropped(machine.id);
        this.#thinkAgain(outcome.fields);
        break;
      case 'rejected':
        custody.dropped(machine.id);
        this.#endTurn('rejected');
        break;
      default:
        throw new Error(`settled ${tx.id} with an outcome of no known kind: ${JSON.stringify(outcome)}`);
    }
  }

  #thinkAgain(fields: readonly FieldName[]): void {
    const turn = this.#inHand;
    if (turn === null) return;
    turn.conflicts += 1;
    turn.alsoReads = [...new Set([...turn.alsoReads, ...fields])];
    if (turn.conflicts >= this.#parts.environment.maxConflicts) this.#endTurn('gave-up-after-conflicts');
    else this.#later(0 as Micros, () => this.#begin());
  }

  #isIdle(): boolean {
    return this.#inFlight === null && this.#inHand === null && !this.#isStarting && this.#parts.machine.isUp;
  }

  /** First what is to be repaired and what was interrupted, then the next turn of the script. */
  #goOn(): void {
    const [interrupted, ...rest] = this.#interrupted;
    const next = this.#nextTurn();
    if (this.#finished.hasWaiting) {
      this.#later(0 as Micros, () => this.#reopen());
    } else if (interrupted !== undefined) {
      this.#interrupted = rest;
      this.#repeat(interrupted);
    } else if (next !== undefined) {
      const { now } = this.#parts.loop;
      this.#nextAt ??= (now + next.pauseMicros) as Micros;
      this.#later(Math.max(0, this.#nextAt - now) as Micros, () => this.#awaitOthers(next));
    } else if (!this.#isDone) {
      this.#isStarting = true;
      this.#recovery.stop(() => {
        this.#isStarting = false;
        this.#isDone = true;
        this.#doneAt = this.#parts.loop.now;
        if (this.#finished.hasWaiting) this.#goOn();
      });
    }
  }

  #reopen(): void {
    const reopening = this.#finished.next();
    if (reopening === null) {
      this.#goOn();
    } else if (reopening.kind === 'livelocked') {
      this.#parts.recorder.turns.set(this.#idOf(reopening.turn), 'livelocked');
      this.#goOn();
    } else {
      this.#reopened = reopening;
      const { turn, memory, fields } = reopening;
      this.#attempt(turn, { alsoReads: [], reopened: { memory, fields } });
    }
  }

  #awaitOthers(turn: Turn): void {
    const { board } = this.#parts;
    const missing = turn.after?.find((id) => !board.hasEnded(id));
    if (missing === undefined) {
      this.#take(this.#next, 0);
      return;
    }
    const episode = this.#episode;
    board.whenEnded(missing, () => {
      if (episode === this.#episode) this.#later(0 as Micros, () => this.#awaitOthers(turn));
    });
  }

  #repeat({ turn, restarts }: StartedTurn): void {
    if (restarts < this.#parts.environment.maxRestarts) {
      this.#later(0 as Micros, () => this.#take(turn, restarts + 1));
      return;
    }
    this.#recordEnd(turn, 'gave-up-after-crashes');
    this.#recovery.ended(this.#idOf(turn));
    this.#goOn();
  }

  /** The turn starts when its recovery says so: the count of its restarts is durable by then. */
  #take(turn: number, restarts: number): void {
    const transaction = this.#idOf(turn);
    const episode = this.#episode;
    this.#isStarting = true;
    this.#nextAt = null;
    this.#recovery.starting({ transaction, turn, restarts }, () => {
      if (episode !== this.#episode) return;
      this.#isStarting = false;
      this.#inHand = { transaction, turn, restarts, conflicts: 0, alsoReads: [] };
      this.#open.add(turn);
      this.#next = Math.max(this.#next, turn + 1);
      this.#begin();
    });
  }

  #begin(): void {
    if (this.#inHand === null) return;
    const { turn, alsoReads } = this.#inHand;
    this.#attempt(turn, { alsoReads, reopened: null });
  }

  #attempt(place: number, { alsoReads, reopened }: Pick<TurnAtHand, 'alsoReads' | 'reopened'>): void {
    const { agent, turns } = this.#parts.script;
    const turn = turns[place];
    if (turn === undefined) return;
    const attempt = this.#nextAttempt(place);
    const sees = turn.sees === undefined ? {} : { sees: this.#parts.board.committedPartOf(turn.sees) };
    const repairs = reopened === null ? {} : { repairs: true as const };
    const tx: Transaction = { id: this.#idOf(place), agent, turn: place, attempt, ...sees, ...repairs };
    const nextAttempt = (): number => this.#nextAttempt(place);
    this.#inFlight = new AttemptInFlight(this.#parts, { tx, turn, nextAttempt, alsoReads, reopened });
    this.#inFlight.begin();
  }

  #nextAttempt(turn: number): number {
    const attempt = (this.#attempts.get(turn) ?? 0) + 1;
    this.#attempts.set(turn, attempt);
    return attempt;
  }

  #endTurn(end: TurnEnd['end']): void {
    const ended = this.#inHand;
    if (ended === null) return;
    this.#inHand = null;
    this.#recordEnd(ended.turn, end);
    this.#recovery.ended(ended.transaction);
    this.#goOn();
  }

  #recordEnd(turn: number, end: TurnEnd['end']): void {
    const { recorder, board, script, machine } = this.#parts;
    const transaction = this.#idOf(turn);
    this.#open.delete(turn);
    if (recorder.turns.get(transaction) === 'done') return;
    recorder.turns.set(transaction, end);
    recorder.mark('end', transaction, end);
    if (end !== 'done') recorder.tell({ kind: 'give-up', machine: machine.id, transaction, reason: end });
    board.ended(script.agent, turn, end);
  }

  /** What the agent was working on, as far as those know who gave it the work. */
  #handedOutAgain(): readonly StartedTurn[] {
    return [...this.#open].map((turn) => ({ transaction: this.#idOf(turn), turn, restarts: 0 }));
  }

  #nextTurn(): Turn | undefined {
    return this.#parts.script.turns[this.#next];
  }

  #idOf(turn: number): TransactionId {
    return this.#ids[turn] as TransactionId;
  }

  #later(delay: Micros, task: () => void): void {
    this.#episode += 1;
    const episode = this.#episode;
    this.#parts.machine.schedule(delay, { kind: 'agent' }, () => {
      if (episode === this.#episode) task();
    });
  }
}

function isSafe(outcome: Outcome): boolean {
  return outcome.kind === 'committed' || outcome.kind === 'escalated';
}
