/**
 * What a cycle of dependencies is called (Adya, "Weak Consistency", 1999; Cerone, Bernardi and Gotsman, "A Framework for
 * Transactional Consistency Models with Atomic Visibility", 2015): by how many anti-dependencies it has, and whether two of
 * them follow each other. Each anti-dependency is asked for the shortest cycle that it closes.
 */

import type { TransactionId } from '../../contract/index.ts';
import type { Dependencies, Dependency } from '../dependencies.ts';
import { describeCycle } from '../serializability.ts';
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
export function findCycles({ dependencies, cycle }: Scene): CycleFindings {
  if (cycle() === null) return noCycles;
  const graph = dependencies();
  const found = { 'read-skew': new Map(), 'write-skew': new Map(), 'long-fork': new Map() } satisfies Found;
  const search = new Search(graph);
  for (const [reader, following] of graph.byTurn) {
    for (const first of following) {
      if (first.kind !== 'overwritten' || found['read-skew'].has(reader)) continue;
      nameCycle(first, search, found);
    }
  }
  return {
    'read-skew': findingOf([...found['read-skew'].values()]),
    'write-skew': findingOf([...found['write-skew'].values()]),
    'long-fork': findingOf([...found['long-fork'].values()]),
  };
}

type Found = Readonly<Record<keyof CycleFindings, Map<TransactionId, string>>>;

function nameCycle(first: Dependency, search: Search, found: Found): void {
  const skewed = search.cycle(first, (_before, next) => isRead(next) || next === first);
  if (skewed !== null) {
    note(found['read-skew'], skewed);
    return;
  }
  // Two turns that overwrite each other in one field may lose an update, but there is no skew between fields.
  const mayTurn = (next: Dependency): boolean => next === first || next.field !== first.field;
  const shortest = search.cycle(first, (_before, next) => isRead(next) || mayTurn(next));
  if (shortest === null) return;
  if (hasNeighbours(shortest)) note(found['write-skew'], shortest);
  const forked = search.cycle(first, (before, next) => isRead(next) || (isRead(before) && mayTurn(next)));
  if (forked !== null) note(found['long-fork'], forked);
}

function note(sentences: Map<TransactionId, string>, cycle: readonly [Dependency, ...Dependency[]]): void {
  const reader = cycle[0].before;
  if (!sentences.has(reader)) sentences.set(reader, describeCycle(cycle));
}

function isRead({ kind }: Dependency): boolean {
  return kind === 'read-from';
}

/** Whether two anti-dependencies follow each other on the cycle: only then can snapshots show it. */
function hasNeighbours(cycle: readonly Dependency[]): boolean {
  return cycle.some((one, index) => !isRead(one) && !isRead(cycle[(index + 1) % cycle.length] as Dependency));
}

/** Whether the next dependency may come right behind the one before it, also where the cycle closes. */
type MayFollow = (before: Dependency, next: Dependency) => boolean;

/** Breadth first: the first cycle is a shortest one. */
class Search {
  readonly #graph: Dependencies;
  #steps = 0;

  constructor(graph: Dependencies) {
    this.#graph = graph;
  }

  cycle(first: Dependency, mayFollow: MayFollow): readonly [Dependency, ...Dependency[]] | null {
    const cameBy = new Map<Dependency, Dependency>();
    const reached = { 'read-from': new Set<TransactionId>(), overwritten: new Set([first.after]) };
    const open = [first];
    for (let at = 0; at < open.length && this.#steps < mostSteps; at += 1) {
      const before = open[at] as Dependency;
      for (const next of this.#graph.byTurn.get(before.after) ?? []) {
        this.#steps += 1;
        if (reached[next.kind].has(next.after) || !mayFollow(before, next)) continue;
        reached[next.kind].add(next.after);
        cameBy.set(next, before);
        if (next.after !== first.before) open.push(next);
        else if (mayFollow(next, first)) return wayTo(next, first, cameBy);
      }
    }
    return null;
  }
}

function wayTo(
  last: Dependency,
  first: Dependency,
  cameBy: ReadonlyMap<Dependency, Dependency>,
): readonly [Dependency, ...Dependency[]] {
  const way: Dependency[] = [];
  for (let by: Dependency | undefined = last; by !== undefined && by !== first; by = cameBy.get(by)) way.unshift(by);
  return [first, ...way];
}
