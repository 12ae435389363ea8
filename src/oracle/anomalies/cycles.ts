/**
 * What a cycle of dependencies is called (Adya, "Weak Consistency", 1999; Cerone, Bernardi and Gotsman, "A Framework for
 * Transactional Consistency Models with Atomic Visibility", 2015): by how many anti-dependencies it has, and whether two of
 * them follow each other. Each anti-dependency is asked for the shortest cycle that it closes.
 */

import type { TransactionId } from '../../contract/index.ts';
import type { Dependencies, Dependency } from '../dependencies.ts';
import { describeCycle, findCycle } from '../serializability.ts';
import { findingOf, type Finding, type Scene } from './scene.ts';

export interface CycleFindings {
  readonly 'read-skew': Finding | null;
  readonly 'write-skew': Finding | null;
  readonly 'long-fork': Finding | null;
}

export const noCycles: CycleFindings = { 'read-skew': null, 'write-skew': null, 'long-fork': null };

/** So many steps the searches of one trial may take together. */
const mostSteps = 20_000;

/** Of each name one sentence per turn that read what was then overwritten. */
export function findCycles({ dependencies }: Scene): CycleFindings {
  const graph = dependencies();
  if (findCycle(graph) === null) return noCycles;
  const found = { 'read-skew': new Map(), 'write-skew': new Map(), 'long-fork': new Map() } satisfies Found;
  const search = new Search(graph);
  for (const [reader, following] of graph.byTurn) {
    for (const first of following) {
      if (first.kind !== 'overwritten' || found['read-skew'].has(reader)) continue;
      nameCycle(reader, first, search, found);
    }
  }
  return {
    'read-skew': findingOf([...found['read-skew'].values()]),
    'write-skew': findingOf([...found['write-skew'].values()]),
    'long-fork': findingOf([...found['long-fork'].values()]),
  };
}

type Found = Readonly<Record<keyof CycleFindings, Map<TransactionId, string>>>;

function nameCycle(reader: TransactionId, first: Dependency, search: Search, found: Found): void {
  const back = search.path(first.after, reader, isRead);
  if (back !== null) {
    note(found['read-skew'], reader, [first, ...back]);
    return;
  }
  // Two turns that overwrite each other in one field may lose an update, but there is no skew between fields.
  const other = search.path(first.after, reader, (next) => isRead(next) || next.field !== first.field);
  if (other === null) return;
  const cycle = [first, ...other];
  note(found[hasNeighbours(cycle) ? 'write-skew' : 'long-fork'], reader, cycle);
}

function note(sentences: Map<TransactionId, string>, reader: TransactionId, cycle: readonly Dependency[]): void {
  if (!sentences.has(reader)) sentences.set(reader, describeCycle(cycle));
}

function isRead({ kind }: Dependency): boolean {
  return kind === 'read-from';
}

/** Whether two anti-dependencies follow each other on the cycle: only then can snapshots show it. */
function hasNeighbours(cycle: readonly Dependency[]): boolean {
  return cycle.some((one, index) => !isRead(one) && !isRead(cycle[(index + 1) % cycle.length] as Dependency));
}

/** Breadth first: the first way is a shortest one. */
class Search {
  readonly #graph: Dependencies;
  #steps = 0;

  constructor(graph: Dependencies) {
    this.#graph = graph;
  }

  path(
    from: TransactionId,
    to: TransactionId,
    uses: (dependency: Dependency) => boolean,
  ): readonly Dependency[] | null {
    const cameBy = new Map<TransactionId, Dependency | null>([[from, null]]);
    const open = [from];
    for (let at = 0; at < open.length && this.#steps < mostSteps; at += 1) {
      for (const next of this.#graph.byTurn.get(open[at] as TransactionId) ?? []) {
        this.#steps += 1;
        if (cameBy.has(next.after) || !uses(next)) continue;
        cameBy.set(next.after, next);
        if (next.after === to) return wayTo(to, cameBy);
        open.push(next.after);
      }
    }
    return null;
  }
}

function wayTo(to: TransactionId, cameBy: ReadonlyMap<TransactionId, Dependency | null>): readonly Dependency[] {
  const way: Dependency[] = [];
  for (let by = cameBy.get(to); by !== null && by !== undefined; by = cameBy.get(by.before)) way.unshift(by);
  return way;
}
