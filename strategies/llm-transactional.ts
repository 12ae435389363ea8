/**
 * Nobody waits for anybody: turns are committed to the hub's log one after another. What merges by its kind is merged. A
 * scalar that was overwritten by somebody who had not seen its value is a true conflict: the model is asked once, at the hub,
 * and what it discards stands in a resolution record. What it can't settle becomes an escalation to a person.
 */

import {
  hubId,
  type DocumentState,
  type FieldName,
  type Host,
  type MergeStrategy,
  type Outcome,
  type Resolution,
  type Transaction,
  type Write,
} from '../src/contract/index.ts';
import {
  askJudge,
  combinesObjects,
  ContestedDocument,
  FieldGate,
  goTogether,
  hubClient,
  hubServer,
  isContested,
  otherValues,
  TurnJournal,
  versionIn,
  type Basis,
  type FieldRuling,
  type HubLogic,
  type Landing,
  type Ruling,
  type Session,
  type SettledWrites,
  type Standing,
  type StandingWrites,
  type TurnAsk,
} from '../src/replication/index.ts';

/** The writes of one turn to one contestable field: of several to a scalar only the last one counts. */
interface Newcomers {
  readonly field: FieldName;
  readonly last: Write;
  readonly standing: readonly Standing[];
}

type Decision =
  | { readonly kind: 'stands'; readonly standing: readonly Standing[] }
  | { readonly kind: 'conflict'; readonly unknown: readonly Standing[] }
  | { readonly kind: 'misfit' };

class JudgingHub implements HubLogic<TurnAsk> {
  readonly #host: Host;
  readonly #document: ContestedDocument;
  readonly #journal: TurnJournal<Landing & SettledWrites>;
  readonly #gate = new FieldGate();

  constructor(host: Host) {
    this.#host = host;
    this.#document = new ContestedDocument(host.schema);
    this.#journal = new TurnJournal<Landing & SettledWrites>(host, (turn) => {
      this.#document.apply(turn);
    });
  }

  asked(session: Session<TurnAsk>, ask: TurnAsk): void {
    switch (ask.kind) {
      case 'read': {
        const { view, versions } = this.#document.view(ask.fields);
        session.view(view, versions);
        break;
      }
      case 'write':
        session.written();
        break;
      case 'commit': {
        const contestable = ask.writes.filter(({ field }) => this.#document.isContestable(field));
        const fields = contestable.map(({ field }) => field);
        this.#gate.enter(fields, (leave) => {
          this.#commit(session, ask.writes, ask.basis, leave);
        });
        break;
      }
    }
  }

  heard(): void {
    // A turn holds nothing before its commit.
  }

  gone(): void {
    // A commit that is still being judged sees for itself that nobody waits for it.
  }

  landed(tx: Transaction): Landing | null {
    return this.#journal.landed(tx);
  }

  state(): DocumentState {
    return this.#document.state();
  }

  version(): number {
    return this.#journal.length;
  }

  /** Nobody who came earlier needs the contestable fields any more, and nobody who comes later gets them until `leave`. */
  #commit(session: Session<TurnAsk>, writes: readonly Write[], basis: Basis, leave: () => void): void {
    const merged = writes.filter(({ field }) => !this.#document.isContestable(field));
    const newcomers = newcomersByField(writes.filter(({ field }) => this.#document.isContestable(field)));
    const decisions = newcomers.map((group) => ({ group, decision: decide(this.#document.standing, group, basis) }));
    const misfits = merged.some((write) => !this.#document.accepts(write));
    if (misfits || decisions.some(({ decision }) => decision.kind === 'misfit')) {
      session.settle({ kind: 'rejected', cause: 'type-mismatch', reason: 'a field holds another kind of value' });
      leave();
      return;
    }
    const rulings = decisions.map(({ group, decision }) => (done: (ruling: FieldRuling) => void) => {
      this.#rule(group, decision, done);
    });
    const land = (settled: readonly FieldRuling[]): void => {
      this.#land(session, { merged, rulings: settled }, writes, leave);
    };
    if (session.isGone) leave();
    else collect(rulings, land);
  }

  #rule(group: Newcomers, decision: Decision, done: (ruling: FieldRuling) => void): void {
    const { field } = group;
    switch (decision.kind) {
      case 'stands':
        done({ field, standing: decision.standing, resolution: null });
        break;
      case 'conflict': {
        const contenders = [...decision.unknown, ...group.standing];
        const conflict = {
          field,
          meaning: this.#document.meaning(field),
          contenders: contenders.map(({ write }) => write),
        };
        askJudge(this.#host, conflict, combinesObjects, (ruling) => {
          done(carryOut(ruling, field, contenders));
        });
        break;
      }
      case 'misfit':
        throw new Error(`the field "${field}" was ruled on although its turn is refused`);
    }
  }

  /** An attempt that is over by now is dropped: its agent is making another one. */
  #land(session: Session<TurnAsk>, settled: SettledWrites, writes: readonly Write[], leave: () => void): void {
    if (session.isGone) {
      leave();
      return;
    }
    const contested = settled.rulings.filter(({ standing }) => isContested(standing));
    const open = contested.flatMap(({ standing }) => standing.map(({ write }) => write.id));
    const escalated = writes.map(({ id }) => id).filter((id) => open.includes(id));
    const outcome: Outcome = escalated.length === 0 ? { kind: 'committed' } : { kind: 'escalated', writes: escalated };
    const done = (): void => {
      session.settle(outcome);
      leave();
    };
    if (writes.length === 0) done();
    else this.#journal.append({ tx: session.tx, outcome, ...settled }, done);
  }
}

function newcomersByField(writes: readonly Write[]): Newcomers[] {
  const names = [...new Set(writes.map(({ field }) => field))];
  return names.flatMap((field) => {
    const group = writes.filter((write) => write.field === field);
    const last = group.at(-1);
    if (last === undefined) return [];
    const counting = last.kind === 'scalar' ? [last] : group.filter(({ kind }) => kind === last.kind);
    return { field, last, standing: counting.map((write) => ({ write, author: write.id })) };
  });
}

/** Who has seen what stands replaces it; who hasn't, and doesn't agree with it, is in conflict with it. */
function decide(document: StandingWrites, { field, last, standing }: Newcomers, basis: Basis): Decision {
  const before = document.standing(field).filter(({ write }) => write.id !== last.id);
  const unknown = document.unknownTo(last, versionIn(basis, field));
  const isOpen = isContested(before);
  const sameKind = before.every(({ write }) => write.kind === last.kind);
  if (sameKind && last.kind !== 'scalar') return { kind: 'stands', standing: withoutRepeated(before, standing) };
  if (unknown.length === 0 && !isOpen && !sameKind) return { kind: 'misfit' };
  const agreed = unknown.every(({ write }) => goTogether(write, last));
  if (agreed || isOpen) return { kind: 'stands', standing: [...unknown, ...standing] };
  // A model is not asked to choose between kinds: both stand in an escalation at once.
  if (!sameKind) return { kind: 'stands', standing: withoutRepeated(before, standing) };
  return { kind: 'conflict', unknown };
}

function withoutRepeated(before: readonly Standing[], standing: readonly Standing[]): Standing[] {
  const ids = standing.map(({ write }) => write.id);
  return [...before.filter(({ write }) => !ids.includes(write.id)), ...standing];
}

function carryOut(ruling: Ruling, field: FieldName, contenders: readonly Standing[]): FieldRuling {
  switch (ruling.kind) {
    case 'keep': {
      const { write } = ruling;
      const standing = contenders.filter((contender) => goTogether(contender.write, write));
      return { field, standing, resolution: settle(write, write.id, contenders) };
    }
    case 'combine': {
      const last = contenders.at(-1)?.write;
      if (last?.kind !== 'scalar') throw new Error(`values of the field "${field}" were combined that are no scalars`);
      const write: Write = { ...last, value: ruling.value };
      return { field, standing: [{ write, author: null }], resolution: settle(write, null, contenders) };
    }
    case 'leave-to-person':
      return { field, standing: contenders, resolution: null };
  }
}

function settle(write: Write, kept: Resolution['kept'], contenders: readonly Standing[]): Resolution {
  if (write.kind !== 'scalar') throw new Error(`the model kept ${write.id}, which is not a scalar`);
  const { field, value } = write;
  const discarded = otherValues(
    contenders.map((contender) => contender.write),
    value,
  );
  return { field, kept, value, discarded, by: 'model' };
}

/** Starts all tasks and hands on their results, in the order of the tasks, when the last of them is done. */
function collect<Result>(
  tasks: readonly ((done: (result: Result) => void) => void)[],
  then: (results: readonly Result[]) => void,
): void {
  const results: Result[] = [];
  let missing = tasks.length;
  if (missing === 0) then(results);
  tasks.forEach((task, index) => {
    task((result) => {
      results[index] = result;
      missing -= 1;
      if (missing === 0) then(results);
    });
  });
}

export const llmTransactional: MergeStrategy = {
  name: 'llm-transactional',
  summary: 'a log that merges by kind and asks a model once about each true conflict; the rest goes to a person',
  layout: 'hub',
  promises: {
    converges: 'survivable',
    keepsCommittedWrites: 'survivable',
    keepsRefusedOut: 'survivable',
    exactlyOnce: 'survivable',
    allOrNothing: false,
    escalatesTruly: 'survivable',
    serializable: false,
    serialInRankOrder: false,
    neverWaits: false,
  },
  open: (host) =>
    host.self === hubId
      ? hubServer(host, new JudgingHub(host))
      : hubClient(host, { writes: 'with-commit', pingMicros: null }),
};
