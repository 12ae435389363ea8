/**
 * Optimistic concurrency control (Kung and Robinson, "On Optimistic Methods for Concurrency Control", 1981): nobody waits
 * for anybody's thinking. A commit names the versions that its turn was shown; if one of them is no longer current, all of
 * the turn is refused, and its agent thinks again after a growing pause. The last attempt is not refused any more: all its
 * writes are set aside in open escalations, where a person, or a later turn that has seen them, settles them.
 *
 * The hub keeps nothing of a turn in memory: which attempt is the last one stands in the attempt's own number. So an attempt
 * that a crash has ended counts as well.
 */

import {
  hubId,
  micros,
  seconds,
  type DocumentState,
  type Host,
  type Knobs,
  type MergeStrategy,
  type Micros,
  type Outcome,
  type Transaction,
  type Write,
} from '../src/contract/index.ts';
import {
  FieldGate,
  fieldsOf,
  HubDocument,
  hubClient,
  hubServer,
  versionIn,
  type Basis,
  type HubLogic,
  type Landing,
  type Session,
  type TurnAsk,
} from '../src/replication/index.ts';

interface Options {
  /** Whether what a turn has only read must be current as well. */
  readonly validate: 'writes' | 'reads-and-writes';
  /** Attempts after the first. */
  readonly maxRetries: number;
}

const tick = seconds(1);
/** Pauses after the first attempts that were refused, in ticks; the last one goes on. */
const pauseTicks = [0, 1, 2, 4, 8, 16] as const;

class OptimisticHub implements HubLogic<TurnAsk> {
  readonly #host: Host;
  readonly #options: Options;
  readonly #document: HubDocument;
  /** Turns that are validated against the same field are validated one after the other. */
  readonly #gate = new FieldGate();

  constructor(host: Host, options: Options) {
    this.#host = host;
    this.#options = options;
    this.#document = new HubDocument(host);
    this.#document.traceRecovered([]);
  }

  asked(session: Session<TurnAsk>, ask: TurnAsk): void {
    switch (ask.kind) {
      case 'read':
        this.#show(session, ask);
        break;
      case 'write':
        session.written();
        break;
      case 'commit': {
        const basis = this.#validated(ask.basis, ask.writes);
        const fields = [...basis.map(([name]) => name), ...fieldsOf(ask.writes)];
        this.#gate.enter(fields, (leave) => {
          this.#commit(session, ask.writes, basis, leave);
        });
        break;
      }
    }
  }

  heard(): void {
    // Nobody holds anything.
  }

  gone(): void {
    // Nobody holds anything.
  }

  landed(tx: Transaction): Landing | null {
    return this.#document.landed(tx);
  }

  state(): DocumentState {
    return this.#document.state();
  }

  version(): number {
    return this.#document.version();
  }

  /**
   * The version that a turn was shown first is the one that counts: it may have written by it. Whoever could not be committed
   * any more is told at once; the last attempt goes on, since its writes are wanted.
   */
  #show(session: Session<TurnAsk>, { fields, basis }: Extract<TurnAsk, { kind: 'read' }>): void {
    const isDoomed = this.#options.validate === 'reads-and-writes' && !this.#isLast(session.tx);
    const stale = isDoomed ? this.#document.stale(basis) : [];
    const { view, versions } = this.#document.view(fields);
    const first = versions.map(([name, version]) => [name, versionIn(basis, name) ?? version] as const);
    if (stale.length === 0) session.view(view, first);
    else session.settle({ kind: 'conflict', cause: 'version-mismatch', fields: stale });
  }

  #commit(session: Session<TurnAsk>, writes: readonly Write[], basis: Basis, leave: () => void): void {
    const end = (outcome: Outcome): void => {
      session.settle(outcome);
      leave();
    };
    const refusal = this.#document.refusal(writes, basis, 'version-mismatch');
    if (session.isGone) leave();
    else if (refusal === null) this.#accept(session.tx, writes, end);
    else if (refusal.kind === 'conflict' && this.#isLast(session.tx) && writes.length > 0)
      this.#document.setAside(session.tx, writes, end);
    else end(refusal);
  }

  #accept(tx: Transaction, writes: readonly Write[], end: (outcome: Outcome) => void): void {
    this.#document.accept(tx, writes, (outcome) => {
      for (const name of fieldsOf(writes)) {
        const version = this.#document.fieldVersion(name);
        this.#host.trace({ kind: 'accept', field: name, holder: tx.agent, version, token: null });
      }
      end(outcome);
    });
  }

  #validated(basis: Basis, writes: readonly Write[]): Basis {
    switch (this.#options.validate) {
      case 'reads-and-writes':
        return basis;
      case 'writes': {
        const written = fieldsOf(writes);
        return basis.filter(([name]) => written.includes(name));
      }
    }
  }

  #isLast({ attempt }: Transaction): boolean {
    return attempt > this.#options.maxRetries;
  }
}

/** The more attempts were refused, the longer; half as much more or less, so that those who collided don't do it again. */
function pause({ attempt }: Transaction, random: number): Micros {
  const ticks = pauseTicks[Math.min(attempt, pauseTicks.length) - 1] ?? 0;
  return micros(ticks * tick * (0.5 + random));
}

const knobs: Knobs = {
  validate: {
    kind: 'choice',
    summary: 'what must be current at the commit; with "writes" alone there is write skew',
    default: 'reads-and-writes',
    values: ['writes', 'reads-and-writes'],
  },
  maxRetries: {
    kind: 'number',
    summary: 'attempts after the first; what the last one is refused is escalated',
    default: 3,
    min: 0,
    max: 1000,
    whole: true,
  },
};

/** An escalation puts aside a whole turn, also what nobody contended for: it is not promised to be a true conflict. */
function occWith(options: Options): MergeStrategy {
  return {
    name: 'occ',
    summary: `commits are refused when what the turn ${relied[options.validate]} has changed; then the agent thinks again`,
    layout: 'hub',
    promises: {
      converges: 'survivable',
      keepsCommittedWrites: 'survivable',
      keepsRefusedOut: 'survivable',
      exactlyOnce: 'survivable',
      allOrNothing: 'survivable',
      escalatesTruly: false,
      serializable: options.validate === 'reads-and-writes' ? 'survivable' : false,
      serialInRankOrder: false,
      neverWaits: false,
    },
    knobs,
    configure: ({ validate, maxRetries }) =>
      occWith({ validate: validate as Options['validate'], maxRetries: Number(maxRetries) }),
    open: (host) =>
      host.self === hubId
        ? hubServer(host, new OptimisticHub(host, options))
        : hubClient(host, { writes: 'with-commit', pingMicros: null, backOff: (tx) => pause(tx, host.random()) }),
  };
}

const relied = { writes: 'overwrites', 'reads-and-writes': 'read' } as const;

export const occ: MergeStrategy = occWith({ validate: 'reads-and-writes', maxRetries: 3 });
