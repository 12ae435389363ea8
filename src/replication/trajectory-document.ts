/**
 * A document whose fields are trajectories: every turn sees its own part of it. Writes that could not be put where they
 * belong wait for a person beside it, in open escalations.
 */

import type {
  DocumentState,
  Escalation,
  FieldDeclaration,
  FieldName,
  FieldState,
  Schema,
  TransactionId,
  View,
  Write,
  WriteId,
} from '../contract/index.ts';
import { initialField } from '../document/index.ts';
import type { RankOptions } from './rank-options.ts';
import { Trajectory, type Horizon, type TurnPlace } from './trajectory.ts';

/** What a turn stands for now. */
export interface TurnWrites {
  readonly writes: readonly Write[];
  /** Those of them that wait for a person. */
  readonly aside: readonly WriteId[];
}

interface SetAsideWrite extends TurnPlace {
  readonly write: Write;
}

/** Writes of others that were undone and made again, because one was put below them. */
export interface Replay {
  readonly field: FieldName;
  readonly undone: number;
}

const everything: Horizon = { below: Infinity, except: null };

export class TrajectoryDocument {
  readonly #declared: ReadonlyMap<FieldName, FieldDeclaration>;
  readonly #trajectories = new Map<FieldName, Trajectory>();
  #aside: readonly SetAsideWrite[] = [];

  readonly #acts: RankOptions['acts'];

  constructor(schema: Schema, acts: RankOptions['acts']) {
    this.#acts = acts;
    this.#declared = new Map(schema.fields.map((declaration) => [declaration.field, declaration]));
    for (const name of this.#declared.keys()) this.#trajectory(name);
  }

  /** The first of these writes of a turn that is of another kind than its field. */
  misfit({ turn }: TurnPlace, writes: readonly Write[]): Write | undefined {
    return writes.find(({ field, kind }) => {
      const first = writes.find((write) => write.field === field);
      const expected = this.#declared.get(field)?.kind ?? this.#trajectory(field).kindFor(turn) ?? first?.kind;
      return expected !== kind;
    });
  }

  /** Whether something has to be undone for the write to come in. */
  isMisplaced(place: TurnPlace, { field }: Write): boolean {
    return this.#trajectory(field).above(place) > 0;
  }

  /** From now on the turn stands for exactly this. */
  replace(place: TurnPlace, before: readonly Write[], { writes, aside }: TurnWrites): readonly Replay[] {
    const placed = writes.filter(({ id }) => !aside.includes(id));
    const names = [...new Set([...before, ...placed].map(({ field }) => field))];
    const replays = names.map((field) => {
      const ofField = placed.filter((write) => write.field === field);
      return { field, undone: this.#trajectory(field).replace(place, ofField) };
    });
    const waiting = writes.filter(({ id }) => aside.includes(id)).map((write) => ({ write, ...place }));
    this.#aside = [...this.#aside.filter(({ turn }) => turn !== place.turn), ...waiting];
    return replays.filter(({ undone }) => undone > 0);
  }

  view(names: readonly FieldName[], horizon: Horizon): View {
    return {
      fields: names.flatMap((name) => this.#trajectory(name).state(horizon) ?? []),
      escalations: names.flatMap((name) => this.#escalation(name, horizon) ?? []),
    };
  }

  /** Equal for equal views of the field. */
  print(name: FieldName, horizon: Horizon): number {
    const waiting = this.#waiting(name, horizon);
    return this.#trajectory(name).print(horizon) + waiting.length * 2 ** 32;
  }

  /** The last of what is shown that stands below the writes of this turn. */
  newestBelow(name: FieldName, turn: TransactionId, horizon: Horizon): Write | undefined {
    return this.#trajectory(name).newestBelow(turn, horizon);
  }

  /** What is written to the field waits until it is released. */
  isHeldBack(name: FieldName): boolean {
    return this.#acts === 'when-settled' && this.#isIrreversible(name);
  }

  /** Of what can't be undone and is held back, only what was released up to this rank is there. */
  state(released: number): DocumentState {
    const names = [...this.#trajectories.keys()].sort();
    const fields: FieldState[] = [];
    for (const name of names) {
      const shown = this.isHeldBack(name) ? { below: released + 1, except: null } : everything;
      const state = this.#trajectory(name).state(shown);
      if (state !== undefined) fields.push(state);
    }
    return { fields, escalations: names.flatMap((name) => this.#escalation(name, everything) ?? []), resolutions: [] };
  }

  /** A scalar that waits contends with what stands. */
  #escalation(field: FieldName, horizon: Horizon): Escalation | undefined {
    const waiting = this.#waiting(field, horizon);
    if (waiting.length === 0) return undefined;
    const standing = this.#trajectory(field).newest(horizon);
    const contends = standing?.kind === 'scalar' && waiting.some(({ kind }) => kind === 'scalar');
    return { field, contenders: contends ? [standing, ...waiting] : waiting };
  }

  #waiting(field: FieldName, { below, except }: Horizon): readonly Write[] {
    const shown = this.#aside.filter((each) => each.write.field === field && each.rank < below && each.turn !== except);
    return shown.map(({ write }) => write);
  }

  #isIrreversible(name: FieldName): boolean {
    return this.#declared.get(name)?.irreversible === true;
  }

  #trajectory(field: FieldName): Trajectory {
    const known = this.#trajectories.get(field);
    if (known !== undefined) return known;
    const declaration = this.#declared.get(field);
    const initial = declaration === undefined ? undefined : initialField(declaration);
    const created = new Trajectory(field, initial, this.#acts === 'at-once' && this.#isIrreversible(field));
    this.#trajectories.set(field, created);
    return created;
  }
}
