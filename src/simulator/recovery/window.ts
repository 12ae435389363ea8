/**
 * The agent keeps a log of its turns with their times, durable before a turn starts. When it comes back, everything of the
 * last two minutes counts as interrupted: also turns that had ended, which then are repeated, and not a turn in flight that
 * began before that, which is forgotten. The agent can't know when it crashed: it counts back from when it looks.
 */

import { seconds, type Micros, type TransactionId } from '../../contract/index.ts';
import type { Interrupted, Recovery, RecoveryPolicy, Session, StartedTurn } from './policy.ts';

const windowMicros = seconds(120);
const logFile = 'session.log';

type LogRecord =
  | ({ readonly kind: 'started'; readonly at: Micros } & StartedTurn)
  | { readonly kind: 'ended'; readonly at: Micros; readonly transaction: TransactionId }
  | { readonly kind: 'stopped' };

export const recoveryWindow: RecoveryPolicy = {
  name: 'window',
  summary: 'repeats every turn that began or ended in the last 120 s; one in flight that began earlier is forgotten',
  open: (session) => new WindowRecovery(session),
};

class WindowRecovery implements Recovery {
  readonly #session: Session;

  constructor(session: Session) {
    this.#session = session;
  }

  interrupted(): Interrupted {
    const since = this.#session.now() - windowMicros;
    const turns = new Map<TransactionId, StartedTurn>();
    const recent = new Set<TransactionId>();
    for (const record of parseLog(this.#session.files.read(logFile) ?? '')) {
      if (record.kind === 'stopped') {
        turns.clear();
        continue;
      }
      if (record.kind === 'started') turns.set(record.transaction, record);
      if (record.at >= since) recent.add(record.transaction);
    }
    return [...turns.values()]
      .filter((turn) => recent.has(turn.transaction))
      .sort((one, other) => one.turn - other.turn);
  }

  starting({ transaction, turn, restarts }: StartedTurn, start: () => void): void {
    this.#append({ kind: 'started', at: this.#session.now(), transaction, turn, restarts }, start);
  }

  ended(transaction: TransactionId): void {
    this.#append({ kind: 'ended', at: this.#session.now(), transaction }, () => undefined);
  }

  stop(stopped: () => void): void {
    this.#append({ kind: 'stopped' }, stopped);
  }

  /** A line begins with its line break, so that one that a crash has torn doesn't swallow the next. */
  #append(record: LogRecord, durable: () => void): void {
    this.#session.files.append(logFile, `\n${JSON.stringify(record)}`, durable);
  }
}

/** What a crash has torn was not durable, and nothing had started by it. */
function parseLog(text: string): readonly LogRecord[] {
  return text.split('\n').flatMap((line) => {
    try {
      return [JSON.parse(line) as LogRecord];
    } catch {
      return [];
    }
  });
}
