/** Bugs that systems with a hub really had, each as a small change of a right strategy. */

import type {
  DocumentState,
  FieldState,
  MergeStrategy,
  Transaction,
  TransactionId,
  Write,
  WriteId,
} from '../../src/contract/index.ts';
import { llmTransactional } from '../../strategies/llm-transactional.ts';
import { occ } from '../../strategies/occ.ts';
import { serial } from '../../strategies/serial.ts';
import { altered, hastyDisk } from '../support/altered.ts';

/** Reports the escalation, but the values that a person would have to choose from are gone. */
export const claimsAnEscalationStoresNothing: MergeStrategy = altered(llmTransactional, 'claims-an-escalation', {
  host: () => ({
    judge: (_conflict, done) => {
      done({ kind: 'abstain' });
    },
  }),
  replica: (replica) => ({
    state: () => {
      const state = replica.state();
      return { ...state, escalations: state.escalations.map(({ field }) => ({ field, contenders: [] })) };
    },
  }),
});

/** Every attempt looks like a turn of its own: one that is repeated after a lost answer can't be told from a new one. */
export const retriesWithoutIdempotencyKey: MergeStrategy = altered(serial, 'retries-without-key', {
  replica: (replica) => ({
    begin: (tx) => replica.begin(unlinked(tx)),
    read: (tx, fields) => replica.read(unlinked(tx), fields),
    write: (tx, writes) => replica.write(unlinked(tx), writes.map(renamed)),
    commit: (tx) => replica.commit(unlinked(tx)),
  }),
  host: (host) => ({
    view: (tx, view) => host.view(linked(tx), view),
    written: (tx) => host.written(linked(tx)),
    settle: (tx, outcome) => host.settle(linked(tx), outcome),
  }),
});

function unlinked(tx: Transaction): Transaction {
  return { ...tx, id: `${tx.id}/${String(tx.attempt)}` as TransactionId };
}

function linked(tx: Transaction): Transaction {
  return { ...tx, id: tx.id.split('/')[0] as TransactionId };
}

function renamed(write: Write): Write {
  return { ...write, id: `${write.id}/${String(write.attempt)}` as WriteId };
}

/** The hub tells the agent that its turn is safe while the record is still on its way to the disk. */
export const hubAcknowledgesBeforeTheDisk: MergeStrategy = altered(occ, 'hub-acknowledges-early', {
  host: (host) => ({ disk: hastyDisk(host) }),
});

/** Every replica that hears of a conflict has its own opinion bought. */
export const judgeAskedOnEveryReplica: MergeStrategy = altered(llmTransactional, 'judge-on-every-replica', {
  host: (host) => ({
    judge: (conflict, done) => {
      host.judge(conflict, done);
      for (const _peer of host.peers) host.judge(conflict, () => undefined);
    },
  }),
});

/** The merge of the lines forgets the last one. */
export const mergeDropsALine: MergeStrategy = altered(llmTransactional, 'merge-drops-a-line', {
  replica: (replica) => ({ state: () => withFields(replica.state(), withoutLastLine) }),
});

function withoutLastLine(state: FieldState): FieldState {
  return state.kind === 'append_text' ? { ...state, lines: state.lines.slice(0, -1) } : state;
}

/** The merge puts words of its own into what somebody wrote. */
export const mergeInventsAValue: MergeStrategy = altered(llmTransactional, 'merge-invents-a-value', {
  replica: (replica) => ({ state: () => withFields(replica.state(), withInventedValue) }),
});

function withInventedValue(state: FieldState): FieldState {
  if (state.kind !== 'scalar' || typeof state.value !== 'string') return state;
  return { ...state, value: `${state.value}, more or less` };
}

/** The hub has refused the turn; the agent is told that all is well. */
export const refusedWriteCountedAsDone: MergeStrategy = altered(serial, 'refused-counted-as-done', {
  host: (host) => ({
    settle: (tx, outcome) => {
      host.settle(tx, outcome.kind === 'conflict' ? { kind: 'committed' } : outcome);
    },
  }),
});

function withFields(state: DocumentState, change: (field: FieldState) => FieldState): DocumentState {
  return { ...state, fields: state.fields.map(change) };
}
