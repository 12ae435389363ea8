/**
 * Authority handoff (igor's migration): the document has one owner at a time. An agent that wants to read or write has the
 * authority moved to its machine, and keeps it there through its think time until its turn has ended; then it goes to whoever
 * has waited longest. So turns run one after the other, nothing is ever refused because of what somebody else did meanwhile,
 * and nobody starves. The log of accepted turns travels with the authority.
 *
 * While the owner's machine is down or stalled, all others wait: nobody takes the authority from it. An owner whose lease ran
 * out during a stall asks all others before it goes on, and so does one that comes back from its disk.
 */

import {
  seconds,
  type DocumentState,
  type FieldName,
  type Host,
  type Knobs,
  type KnobValues,
  type MergeStrategy,
  type Outcome,
  type Replica,
  type ReplicaId,
  type Transaction,
  type Write,
} from '../src/contract/index.ts';
import {
  AuthorityLog,
  AuthorityPeer,
  fieldsOf,
  rightRules,
  type AuthorityOptions,
  type AuthorityRules,
} from '../src/replication/index.ts';

interface OpenTurn {
  readonly tx: Transaction;
  readonly writes: Write[];
  /** Which version of each field the turn was shown first. */
  readonly basis: Map<FieldName, number>;
  /** A request that waits for the authority. */
  parked: (() => void) | null;
  /** It has been shown something, or is being committed: the authority stays. */
  isUsing: boolean;
}

const committed: Outcome = { kind: 'committed' };

class AuthorityReplica implements Replica {
  readonly #host: Host;
  readonly #log: AuthorityLog;
  readonly #authority: AuthorityPeer;
  #turn: OpenTurn | null = null;

  constructor(host: Host, options: AuthorityOptions, rules: AuthorityRules) {
    this.#host = host;
    this.#log = new AuthorityLog(host);
    this.#authority = new AuthorityPeer({
      host,
      log: this.#log,
      options,
      rules,
      isInUse: () => this.#turn?.isUsing ?? false,
      isWanted: () => this.#turn !== null && this.#turn.parked !== null,
      granted: () => {
        this.#goOn();
      },
    });
  }

  /** An accepted turn is final: an agent that repeats it after a crash is told so. */
  begin(tx: Transaction): void {
    if (this.#log.hasLanded(tx)) {
      this.#turn = null;
      this.#host.settle(tx, committed);
      return;
    }
    this.#turn = { tx, writes: [], basis: new Map(), parked: null, isUsing: false };
  }

  read(tx: Transaction, fields: readonly FieldName[]): void {
    this.#withAuthority((turn) => {
      const { view, versions } = this.#log.document.view(fields);
      for (const [name, version] of versions) if (!turn.basis.has(name)) turn.basis.set(name, version);
      this.#host.view(tx, view);
    });
  }

  write(tx: Transaction, writes: readonly Write[]): void {
    this.#turn?.writes.push(...writes);
    this.#host.written(tx);
  }

  /** A turn that has neither read nor written needs nobody. */
  commit(): void {
    if (this.#turn?.writes.length === 0 && this.#turn.basis.size === 0) this.#settle(this.#turn, committed);
    else
      this.#withAuthority((turn) => {
        this.#judge(turn);
      });
  }

  receive(from: ReplicaId, message: Uint8Array): void {
    this.#authority.receive(from, message);
  }

  sync(): void {
    this.#authority.sync();
  }

  state(): DocumentState {
    return this.#log.state();
  }

  close(): void {
    this.#turn = null;
  }

  /** Runs the request at once where the authority is here, and otherwise when it has come. */
  #withAuthority(request: (turn: OpenTurn) => void): void {
    const turn = this.#turn;
    if (turn === null) throw new Error('a request was made while no turn was open');
    turn.parked = () => {
      turn.parked = null;
      turn.isUsing = true;
      if (this.#log.hasLanded(turn.tx)) this.#settle(turn, committed);
      else request(turn);
    };
    if (this.#authority.request()) turn.parked();
  }

  #goOn(): void {
    this.#turn?.parked?.();
  }

  /** What the turn was shown can have changed only if the authority was lost under it. */
  #judge(turn: OpenTurn): void {
    const { tx, writes, basis } = turn;
    const refusal = this.#log.document.refusal(writes, [...basis], 'version-mismatch');
    if (refusal !== null || writes.length === 0) {
      this.#settle(turn, refusal ?? committed);
      return;
    }
    const { id, agent } = tx;
    this.#authority.append({ turn: id, writes }, (major) => {
      for (const name of fieldsOf(writes)) {
        const version = this.#log.document.fieldVersion(name);
        this.#host.trace({ kind: 'accept', field: name, holder: agent, version, token: major });
      }
      this.#settle(turn, committed);
    });
  }

  #settle(turn: OpenTurn, outcome: Outcome): void {
    this.#turn = null;
    this.#host.settle(turn.tx, outcome);
    this.#authority.released();
  }
}

const knobs = {
  lease: secondsKnob('seconds after which an owner that could not renew asks all others before it goes on', 60),
  renewBelow: secondsKnob('an owner renews its lease when no more than these seconds are left of it', 30),
  grace: secondsKnob('seconds beyond the lease for which a source waits for the target of a move in doubt', 10),
  attempts: {
    kind: 'number',
    summary: 'offers to one target before the next one is tried',
    default: 3,
    min: 1,
    max: 100,
    whole: true,
  },
  firstDelay: secondsKnob('seconds until an offer is repeated; twice as many after every attempt', 1),
  longestDelay: secondsKnob('the most seconds between two offers', 30),
} as const satisfies Knobs;

function secondsKnob(summary: string, byDefault: number): Knobs[string] {
  return { kind: 'number', summary, default: byDefault, min: 0.1, max: 86_400, whole: false };
}

function optionsFrom(values: KnobValues): AuthorityOptions {
  const valueOf = (name: keyof typeof knobs): number => Number(values[name] ?? knobs[name].default);
  const options = {
    leaseMicros: seconds(valueOf('lease')),
    renewBelowMicros: seconds(valueOf('renewBelow')),
    graceMicros: seconds(valueOf('grace')),
    attempts: valueOf('attempts'),
    firstDelayMicros: seconds(valueOf('firstDelay')),
    longestDelayMicros: seconds(valueOf('longestDelay')),
  };
  if (options.renewBelowMicros >= options.leaseMicros) {
    throw new Error('authority-handoff: renewBelow must be less than lease, or the lease is renewed without end');
  }
  return options;
}

/** For tests: the same strategy with one of its rules broken. */
export function authorityHandoffWith(rules: AuthorityRules, options = optionsFrom({})): MergeStrategy {
  return {
    name: 'authority-handoff',
    summary: 'the document has one owner at a time; whoever wants to work on it has the authority moved to its machine',
    layout: 'peers',
    promises: {
      converges: 'survivable',
      keepsCommittedWrites: 'survivable',
      keepsRefusedOut: 'survivable',
      exactlyOnce: 'survivable',
      allOrNothing: 'survivable',
      escalatesTruly: 'survivable',
      serializable: 'survivable',
      serialInRankOrder: false,
      neverWaits: false,
    },
    knobs,
    configure: (values) => authorityHandoffWith(rules, optionsFrom(values)),
    open: (host) => new AuthorityReplica(host, options, rules),
  };
}

export const authorityHandoff: MergeStrategy = authorityHandoffWith(rightRules);
