/** Bugs of locks and version checks, each as a small change of a right strategy: what its clients tell the hub is altered. */

import { hubId, type MergeStrategy, type Transaction } from '../../src/contract/index.ts';
import { decode, encode, type Basis, type TurnAsk } from '../../src/replication/index.ts';
import type { ClientMessage } from '../../src/replication/hub-messages.ts';
import { occ } from '../../strategies/occ.ts';
import { serial } from '../../strategies/serial.ts';
import { twoPhaseLocking } from '../../strategies/two-phase-locking.ts';
import { altered } from '../support/altered.ts';

/** The message with another request in it. */
function withAsk(bytes: Uint8Array, change: (ask: TurnAsk) => TurnAsk): Uint8Array {
  const message = decode(bytes) as ClientMessage<TurnAsk>;
  return message.kind === 'ask' ? encode({ ...message, ask: change(message.ask) }) : bytes;
}

function withBasis(bytes: Uint8Array, change: (basis: Basis) => Basis): Uint8Array {
  return withAsk(bytes, (ask) => ({ ...ask, basis: change(ask.basis) }));
}

/** Of a turn that writes several fields, the first put arrives; the agent is told that all is well. */
export const putsWithoutTransaction: MergeStrategy = altered(serial, 'puts-without-transaction', {
  host: (host) => ({
    send: (to, message) => {
      const first = (ask: TurnAsk): TurnAsk =>
        ask.kind === 'commit' ? { ...ask, writes: ask.writes.slice(0, 1) } : ask;
      host.send(to, to === hubId ? withAsk(message, first) : message);
    },
  }),
});

/** Of a turn that has read several fields, only the first one is validated. */
export const validatesOnlyTheFirstField: MergeStrategy = altered(occ, 'validates-only-the-first-field', {
  host: (host) => ({
    send: (to, message) => {
      host.send(to, to === hubId ? withBasis(message, (basis) => basis.slice(0, 1)) : message);
    },
  }),
});

/** What a turn has only read may be outdated when it commits, and all the same it claims to be serializable. */
export const validatesOnlyWhatIsWritten: MergeStrategy = {
  ...occ,
  name: 'validates-only-what-is-written',
  open: (occ.configure?.({ validate: 'writes', maxRetries: 3 }) ?? occ).open,
};

/**
 * Locks are given back as soon as the agent has seen what it asked for, and taken again to write: to the hub, the rest of
 * the turn looks like another attempt that has not read anything.
 */
export const releasesLocksBeforeTheCommit: MergeStrategy = altered(twoPhaseLocking, 'releases-before-the-commit', {
  host: (host) => ({
    send: (to, message) => {
      host.send(to, to === hubId ? withBasis(message, () => []) : message);
    },
    view: (tx, view) => {
      host.send(hubId, encode({ kind: 'ping', tx: second(tx), begunAt: host.now() }));
      host.view(original(tx), view);
    },
    written: (tx) => {
      host.written(original(tx));
    },
    settle: (tx, outcome) => {
      host.settle(original(tx), outcome);
    },
  }),
  replica: (replica) => {
    let open: Transaction | null = null;
    const asSecond = (tx: Transaction): Transaction => {
      const later = second(tx);
      if (open?.id !== later.id || open.attempt !== later.attempt) replica.begin(later);
      open = later;
      return later;
    };
    return {
      begin: (tx) => {
        open = tx;
        replica.begin(tx);
      },
      read: (tx, fields) => {
        replica.read(open ?? tx, fields);
      },
      write: (tx, writes) => {
        replica.write(asSecond(tx), writes);
      },
      commit: (tx) => {
        replica.commit(asSecond(tx));
      },
    };
  },
});

function second(tx: Transaction): Transaction {
  return { ...tx, attempt: Math.floor(tx.attempt) + 0.5 };
}

function original(tx: Transaction): Transaction {
  return { ...tx, attempt: Math.floor(tx.attempt) };
}
