/**
 * The hub of agents who write in place: it ranks their turns, puts their writes where they belong, shows each turn what it
 * may see, and notifies whoever rests on something that has changed since. One thing at a time, and each on what is durable.
 */

import {
  hubId,
  type AgentId,
  type DocumentState,
  type FieldName,
  type Host,
  type Micros,
  type Outcome,
  type Replica,
  type ReplicaId,
  type Transaction,
  type TransactionId,
  type Write,
  type WriteId,
} from '../contract/index.ts';
import { FieldGate } from './field-gate.ts';
import type { Landing } from './hub-journal.ts';
import { onTheWire, type Basis } from './hub-messages.ts';
import { hubServer, type HubLogic } from './hub-server.ts';
import type { Session } from './hub-session.ts';
import { encodeShared } from './shared-codec.ts';
import { pingMicros, RankAttempts } from './rank-attempts.ts';
import { RankClient } from './rank-client.ts';
import { RankLedger, type CommittedTurn, type RankedTurn, type RankRecord } from './rank-ledger.ts';
import type { OpenedNote, RankAsk, RankMessage } from './rank-messages.ts';
import { RankNotices } from './rank-notices.ts';
import type { RankOptions } from './rank-options.ts';
import { TrajectoryDocument, type TurnWrites } from './trajectory-document.ts';

/** A request on its way through the hub. */
interface Request {
  readonly session: Session<RankAsk>;
  readonly ask: RankAsk;
  readonly turn: RankedTurn;
  readonly leave: () => void;
}

export function rankReplica(host: Host, options: RankOptions): Replica {
  return host.self === hubId ? hubServer(host, new RankHub(host, options)) : new RankClient(host, pingMicros);
}

class RankHub implements HubLogic<RankAsk> {
  readonly #host: Host;
  readonly #options: RankOptions;
  readonly #document: TrajectoryDocument;
  readonly #ledger: RankLedger;
  readonly #notices: RankNotices;
  readonly #line = new FieldGate();
  readonly #attempts: RankAttempts;
  /** When the machines of the agents started, by their own clocks. */
  readonly #startedAt = new Map<AgentId, Micros>();
  /** Up to this rank nothing will ever change. */
  #settled = 0;

  constructor(host: Host, options: RankOptions) {
    this.#host = host;
    this.#options = options;
    this.#document = new TrajectoryDocument(host.schema, options.acts);
    this.#ledger = new RankLedger(host, this.#document, options.placed);
    this.#attempts = new RankAttempts(host, (turn) => {
      this.#withdraw(turn);
    });
    const again = (): void => {
      this.#enter((leave) => {
        this.#lookAround(leave);
      });
    };
    const [document, attempts] = [this.#document, this.#attempts];
    this.#notices = new RankNotices({ host, options, document, attempts, again });
    for (const turn of this.#ledger.turns()) {
      this.#traceRank(turn);
      if (turn.isOpen) this.#attempts.expect(turn.tx.id);
    }
    // Agents may have missed what the last life of the hub told them.
    again();
  }

  asked(session: Session<RankAsk>, ask: RankAsk): void {
    const { tx } = session;
    if (this.#startedAt.get(tx.agent) !== ask.openedAt) this.#started(tx.agent, ask.openedAt);
    for (const turn of this.#openTurnsOf(tx.agent)) if (turn !== tx.id) this.#withdraw(turn);
    this.#enter((leave) => {
      if (session.isGone) leave();
      else
        this.#launched(session, (turn) => {
          this.#attempts.attend(session, ask, turn);
          this.#serve({ session, ask, turn, leave });
        });
    });
  }

  heard({ tx }: Session<RankAsk>): void {
    this.#attempts.heard(tx.id);
  }

  gone(): void {
    // What the agent asks next says whether it has given the turn up.
  }

  noted(from: ReplicaId, note: unknown): void {
    const { openedAt } = note as OpenedNote;
    this.#started(from as string as AgentId, openedAt);
    const heard: RankMessage = { kind: 'heard', openedAt };
    this.#host.send(from, encodeShared(heard));
  }

  /** Only of a turn that nothing can change any more; until then its agent may have to repair it, and must know it. */
  landed({ id }: Transaction): Landing | null {
    const turn = this.#ledger.turn(id);
    if (turn?.committed === undefined || turn.committed === null || turn.rank > this.#settled) return null;
    return { tx: turn.committed.tx, outcome: outcomeOf(turn.committed) };
  }

  state(): DocumentState {
    return this.#document.state(this.#ledger.released);
  }

  version(): number {
    return this.#ledger.length;
  }

  /** One after another, each when what the one before it has written is durable. */
  #enter(task: (leave: () => void) => void): void {
    this.#line.enter(['everything' as FieldName], task);
  }

  /** Ranks rise; over restarts of the hub as well. */
  #launched({ tx, begunAt }: Session<RankAsk>, then: (turn: RankedTurn) => void): void {
    const known = this.#ledger.turn(tx.id);
    if (known !== undefined) {
      then(known);
      return;
    }
    const rank = Math.max(this.#ledger.lastRank + 1, this.#host.now());
    this.#ledger.append({ kind: 'launch', tx: onTheWire(tx), rank, begunAt }, () => {
      const turn = this.#ledger.turn(tx.id) as RankedTurn;
      this.#traceRank(turn);
      then(turn);
    });
  }

  #serve(request: Request): void {
    const { ask, session } = request;
    switch (ask.kind) {
      case 'read':
        this.#show(request, ask.fields);
        break;
      case 'write':
        this.#place(request, ask.writes, (standing) => {
          const { begunAt } = session;
          this.#append({ kind: 'write', tx: onTheWire(session.tx), begunAt, ...standing }, () => {
            session.written();
            this.#lookAround(request.leave);
          });
        });
        break;
      case 'commit':
        this.#commit(request, ask.writes);
        break;
    }
  }

  #show({ session, turn, leave }: Request, fields: readonly FieldName[]): void {
    // A later step may look at a field that has changed since an earlier one: that one has to hear of it as well.
    this.#notices.tell(turn);
    const horizon = this.#notices.horizonOf(turn);
    const versions: Basis = fields.map((field) => [field, this.#document.print(field, horizon)]);
    const seen = this.#attempts.of(turn.tx.id)?.seen;
    for (const [field, print] of versions) seen?.set(field, print);
    session.view(this.#document.view(fields, horizon), versions);
    leave();
  }

  /** Nothing is left of a turn that is refused. */
  #place({ session, turn, leave }: Request, writes: readonly Write[], then: (standing: TurnWrites) => void): void {
    const misfit = this.#document.misfit(this.#ledger.placeOf(turn), writes);
    if (misfit === undefined) {
      then({ writes, aside: this.#asideOf(turn, writes) });
      return;
    }
    const reason = `the field "${misfit.field}" does not take a ${misfit.kind}`;
    this.#attempts.end(turn.tx.id);
    this.#append({ kind: 'withdraw', turn: turn.tx.id }, () => {
      session.settle({ kind: 'rejected', cause: 'type-mismatch', reason });
      this.#lookAround(leave);
    });
  }

  /** A machine that has just started goes on with nothing that it had begun, and may not know what it was told last. */
  #started(agent: AgentId, at: Micros): void {
    this.#startedAt.set(agent, at);
    for (const turn of this.#openTurnsOf(agent)) if (this.#begunAt(turn) < at) this.#withdraw(turn);
    this.#enter((leave) => {
      for (const { tx } of this.#ledger.turns()) if (tx.agent === agent) this.#notices.forget(tx.id);
      const repaired = this.#ledger.lastRepairOf(agent);
      const goOn = (): void => {
        this.#lookAround(leave);
      };
      if (repaired === undefined || repaired.rank <= this.#settled) goOn();
      else this.#append({ kind: 'forgotten', turn: repaired.tx.id }, goOn);
    });
  }

  #commit(request: Request, writes: readonly Write[] | null): void {
    const { session, turn, leave } = request;
    const { id } = turn.tx;
    const basis = [...(this.#attempts.of(id)?.seen ?? [])];
    const land = (standing: TurnWrites): void => {
      const { repairs } = request.ask;
      this.#append({ kind: 'commit', tx: onTheWire(session.tx), basis, repairs, ...standing }, () => {
        this.#attempts.end(id);
        this.#notices.forget(id);
        session.settle(outcomeOf(standing));
        this.#lookAround(leave);
      });
    };
    if (writes !== null) this.#place(request, writes, land);
    else land({ writes: turn.committed?.writes ?? [], aside: turn.committed?.aside ?? [] });
  }

  /** What stands where it belongs stays there; what has to come in below others may fail to. */
  #asideOf(turn: RankedTurn, writes: readonly Write[]): readonly WriteId[] {
    const place = this.#ledger.placeOf(turn);
    const { standing } = turn;
    const aside = writes.filter((write) => {
      const isStanding = standing.writes.some(({ id, attempt }) => id === write.id && attempt === write.attempt);
      if (isStanding) return standing.aside.includes(write.id);
      if (this.#options.failingUndo === 0 || !this.#document.isMisplaced(place, write)) return false;
      return this.#host.random() < this.#options.failingUndo;
    });
    return aside.map(({ id }) => id);
  }

  /** The writes of a turn that is given up are undone; a turn that was opened again goes back to what it had committed. */
  #withdraw(id: TransactionId): void {
    this.#enter((leave) => {
      this.#attempts.end(id);
      if (this.#ledger.turn(id)?.isOpen !== true) {
        this.#lookAround(leave);
        return;
      }
      this.#notices.forget(id);
      this.#append({ kind: 'withdraw', turn: id }, () => {
        this.#lookAround(leave);
      });
    });
  }

  #append(record: RankRecord, durable: () => void): void {
    const id = 'turn' in record ? record.turn : 'tx' in record ? record.tx.id : null;
    this.#ledger.append(record, (replays) => {
      if (id !== null) for (const replay of replays) this.#host.trace({ kind: 'replay', tx: id, ...replay });
      durable();
    });
  }

  /** Notifies whoever rests on what has changed, and lets out what nothing can change any more. */
  #lookAround(leave: () => void): void {
    let isSettled = this.#options.shown === 'lower-ranks';
    for (const turn of this.#ledger.turns()) {
      if (turn.rank <= this.#settled) continue;
      const isDue = this.#notices.tell(turn);
      isSettled &&= turn.committed !== null && !this.#isOpen(turn) && !isDue;
      if (isSettled) this.#settled = turn.rank;
    }
    this.#release(leave);
  }

  #release(leave: () => void): void {
    const { released } = this.#ledger;
    const isHeld = ({ rank, standing: { writes } }: RankedTurn): boolean =>
      rank > released && rank <= this.#settled && writes.some(({ field }) => this.#document.isHeldBack(field));
    if ([...this.#ledger.turns()].some(isHeld)) this.#append({ kind: 'release', upTo: this.#settled }, leave);
    else leave();
  }

  #isOpen({ tx, isOpen }: RankedTurn): boolean {
    return isOpen || this.#attempts.of(tx.id) !== undefined;
  }

  #openTurnsOf(agent: AgentId): readonly TransactionId[] {
    return [...this.#ledger.turns()]
      .filter((turn) => turn.tx.agent === agent && this.#isOpen(turn))
      .map(({ tx }) => tx.id);
  }

  #begunAt(id: TransactionId): Micros {
    return this.#attempts.of(id)?.session.begunAt ?? this.#ledger.turn(id)?.begunAt ?? (0 as Micros);
  }

  #traceRank({ tx, rank }: RankedTurn): void {
    if (this.#options.shown === 'lower-ranks') this.#host.trace({ kind: 'rank', tx: tx.id, rank });
  }
}

function outcomeOf({ aside }: TurnWrites | CommittedTurn): Outcome {
  return aside.length === 0 ? { kind: 'committed' } : { kind: 'escalated', writes: aside };
}
