/**
 * Who knew whose write. A write knows another one of its field if its transaction was shown that write's value (in the field
 * or as a contender of an open escalation), or if the same agent wrote it earlier; and all that those know.
 *
 * Values are all that can be seen from outside, and equal values of different writes can't be told apart. So there are two
 * readings: what a write may know, and what it surely knows.
 */

import type { FieldState, Write } from '../contract/index.ts';
import { contains, sameValue } from './coverage.ts';
import type { FieldCase, Issued } from './issued.ts';
import { initialParts, partsIn, partsOf } from './values.ts';

type Reading = 'may' | 'surely';

export class Knowledge {
  readonly #writes: readonly Issued[];
  readonly #positions: ReadonlyMap<Issued, number>;
  readonly #initial: readonly string[];
  readonly #byPart = new Map<string, number[]>();
  readonly #direct: Record<Reading, (readonly number[])[]> = { may: [], surely: [] };
  readonly #reached: Record<Reading, Map<number, ReadonlySet<number>>> = { may: new Map(), surely: new Map() };
  readonly #seen = new Set<number>();

  constructor({ writes, declaration }: FieldCase) {
    this.#writes = writes;
    this.#positions = new Map(writes.map((issued, position) => [issued, position]));
    this.#initial = initialParts(declaration);
    writes.forEach((issued, position) => this.#indexVersions(issued, position));
    const previous = new Map<string, number>();
    for (const position of inOrderOfIssue(writes)) {
      const { write } = writes[position] as Issued;
      this.#link(position, previous.get(write.agent));
      previous.set(write.agent, position);
    }
  }

  mayKnow(later: Issued, earlier: Issued): boolean {
    return this.#knows('may', later, earlier);
  }

  surelyKnows(later: Issued, earlier: Issued): boolean {
    return this.#knows('surely', later, earlier);
  }

  concurrent(one: Issued, other: Issued): boolean {
    return !this.mayKnow(one, other) && !this.mayKnow(other, one);
  }

  /** What the write may know directly: its last own predecessor, and what its transaction was shown. */
  mayKnowDirectly(later: Issued): readonly Issued[] {
    const direct = this.#direct.may[this.#positions.get(later) as number] ?? [];
    return direct.map((position) => this.#writes[position] as Issued);
  }

  /** Whether some transaction was shown the write's value and nothing else explains that value. */
  wasSeen(issued: Issued): boolean {
    return this.#seen.has(this.#positions.get(issued) as number);
  }

  #knows(reading: Reading, later: Issued, earlier: Issued): boolean {
    const from = this.#positions.get(later) as number;
    return this.#reach(reading, from).has(this.#positions.get(earlier) as number);
  }

  #reach(reading: Reading, from: number): ReadonlySet<number> {
    const known = this.#reached[reading].get(from);
    if (known !== undefined) return known;
    const reached = new Set<number>();
    const open = [from];
    for (let at = open.pop(); at !== undefined; at = open.pop()) {
      for (const position of this.#direct[reading][at] ?? []) {
        if (reached.has(position)) continue;
        reached.add(position);
        open.push(position);
      }
    }
    this.#reached[reading].set(from, reached);
    return reached;
  }

  #indexVersions(issued: Issued, position: number): void {
    for (const write of issued.versions) {
      if (write.kind !== 'scalar') continue;
      for (const part of partsOf(write)) {
        const positions = this.#byPart.get(part);
        if (positions === undefined) this.#byPart.set(part, [position]);
        else if (positions.at(-1) !== position) positions.push(position);
      }
    }
  }

  #link(position: number, predecessor: number | undefined): void {
    const { write, attempt, alike } = this.#writes[position] as Issued;
    const own = predecessor === undefined ? [] : [predecessor];
    const may = new Set(own);
    const surely = new Set(own);
    attempt.views.forEach((view, index) => {
      for (const candidates of this.#shownBy(view.fields, view.escalations, write, position)) {
        for (const candidate of candidates.positions) may.add(candidate);
        if (!candidates.unique) continue;
        for (const candidate of candidates.positions) this.#seen.add(candidate);
        // A later view of the turn may have come after the write.
        if (index === 0 && alike.length === 0) for (const candidate of candidates.positions) surely.add(candidate);
      }
    });
    if (alike.length > 0) for (const earlier of this.#ownBefore(position)) may.add(earlier);
    for (const view of alike.flatMap(({ views }) => views)) {
      for (const { positions } of this.#shownBy(view.fields, view.escalations, write, position)) {
        for (const candidate of positions) may.add(candidate);
      }
    }
    this.#direct.may[position] = [...may];
    this.#direct.surely[position] = [...surely];
  }

  /** All that the same agent had written before it came back to this write. */
  #ownBefore(position: number): number[] {
    const { agent } = (this.#writes[position] as Issued).write;
    return this.#all(({ write }) => write.agent === agent).filter(
      (other) => other !== position && this.#mayPrecede(other, position),
    );
  }

  /** For each value that the view shows of the field, the writes that it may come from. */
  #shownBy(
    fields: readonly FieldState[],
    escalations: Issued['attempt']['views'][number]['escalations'],
    reader: Write,
    position: number,
  ): Candidates[] {
    const shown: Candidates[] = [];
    for (const state of fields) {
      if (state.field === reader.field) shown.push(...this.#explain(state, position));
    }
    for (const { field, contenders } of escalations) {
      if (field !== reader.field) continue;
      for (const contender of contenders) shown.push(this.#explainContender(contender, position));
    }
    return shown;
  }

  #explain(state: FieldState, reader: number): Candidates[] {
    if (state.kind === 'scalar') {
      return partsIn(state).map(({ part }) =>
        this.#candidates(this.#byPart.get(part) ?? [], reader, this.#initial.includes(part)),
      );
    }
    // Each of these writes is there by itself, not as one of several explanations.
    const standing = this.#all((issued) => issued.versions.some((write) => contains(state, write)));
    return standing.map((position) => this.#candidates([position], reader, false));
  }

  #explainContender(contender: Write, reader: number): Candidates {
    const exact = this.#all(({ versions }) =>
      versions.some((write) => write.id === contender.id && sameValue(write, contender)),
    );
    const equal =
      exact.length > 0 ? exact : this.#all(({ versions }) => versions.some((write) => sameValue(write, contender)));
    return this.#candidates(equal, reader, false);
  }

  /** Refused writes explain a value only if nothing else does; nobody sees what was issued later. */
  #candidates(positions: readonly number[], reader: number, initial: boolean): Candidates {
    const possible = positions.filter((position) => position !== reader && this.#mayPrecede(position, reader));
    const own = positions.includes(reader) && this.#sawItself(reader);
    const accepted = possible.filter((position) => (this.#writes[position] as Issued).told !== 'refused');
    const refused = accepted.length === 0 && !initial && !own;
    return {
      positions: refused ? possible : accepted,
      unique: !initial && !own && (refused ? possible : accepted).length === 1,
    };
  }

  /** A repeated turn, or one of several steps, may be shown its own value. */
  #sawItself(reader: number): boolean {
    const { attempt, versions } = this.#writes[reader] as Issued;
    return attempt.views.length > 1 || versions.length > 1;
  }

  #mayPrecede(earlier: number, later: number): boolean {
    const [one, other] = [this.#writes[earlier] as Issued, this.#writes[later] as Issued];
    const last = lastOf(other);
    if (one.write.agent !== other.write.agent) return one.firstBeganAt <= last.endedAt;
    return ownOrder(one, other) < 0 || one.attempt.beganAt < last.beganAt;
  }

  #all(matches: (issued: Issued) => boolean): number[] {
    return this.#writes.flatMap((issued, position) => (matches(issued) ? [position] : []));
  }
}

interface Candidates {
  readonly positions: readonly number[];
  /** Nothing else explains the value. */
  readonly unique: boolean;
}

function inOrderOfIssue(writes: readonly Issued[]): readonly number[] {
  return writes
    .map((_, position) => position)
    .sort((one, other) => ownOrder(writes[one] as Issued, writes[other] as Issued));
}

/** Of two writes of one agent: it may come back to an older turn, and the attempt that counts is then the later one. */
function ownOrder(one: Issued, other: Issued): number {
  return beganAt(one) - beganAt(other) || one.write.number - other.write.number;
}

/** What an agent repairs keeps its place among the agent's turns. */
function beganAt({ attempt, firstBeganAt }: Issued): number {
  return attempt.tx.repairs === true ? firstBeganAt : attempt.beganAt;
}

/** The last attempt that may have landed. */
function lastOf({ attempt, alike }: Issued): Issued['attempt'] {
  return alike.reduce((last, other) => (other.beganAt > last.beganAt ? other : last), attempt);
}
