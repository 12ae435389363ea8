/** How an agent finds out after a crash which turns to repeat. The same for all agents of a trial. */

import type { AgentId, Micros, ProtocolEvent, TransactionId } from '../../contract/index.ts';
import type { AgentFiles } from './agent-files.ts';

export interface RecoveryPolicy {
  readonly name: string;
  /** One line, shown by `list`. */
  readonly summary: string;
  /** Called in every life of the agent: its files hold what survived. */
  open(session: Session): Recovery;
}

/** What the agent's process has to go by. */
export interface Session {
  readonly agent: AgentId;
  readonly files: AgentFiles;
  now(): Micros;
  /** Calls back in this life of the agent or never. */
  after(delay: Micros, task: () => void): void;
  /** Whether those who gave it the turn have heard of its end: what the agent was told counts as known. */
  hasEnded(transaction: TransactionId): boolean;
  report(event: Extract<ProtocolEvent, { readonly kind: 'checkpoint' }>): void;
}

/** A turn that the agent starts or has started. */
export interface StartedTurn {
  readonly transaction: TransactionId;
  /** Position among the turns of the agent, counted from 0. */
  readonly turn: number;
  /** How often the turn was started again after a crash. */
  readonly restarts: number;
}

/**
 * What was interrupted, oldest first. `unreadable`: something was, but what it was can't be read any more. The agent says so
 * and is given again whatever it was working on.
 */
export type Interrupted = readonly StartedTurn[] | 'unreadable';

/** The recovery of one life of an agent. */
export interface Recovery {
  /** Asked once, before anything else. */
  interrupted(): Interrupted;
  /** `start` is called when the turn may start: whatever must survive a crash is durable by then. */
  starting(turn: StartedTurn, start: () => void): void;
  ended(transaction: TransactionId): void;
  /** The agent has nothing more to do. `stopped` is called when nothing is left behind. */
  stop(stopped: () => void): void;
}
