/**
 * Whether the committed turns are equivalent to some serial order: a cycle of dependencies says no. Only dependencies that
 * the views prove are used, so a cycle is never a false alarm; that there is none proves nothing.
 */

import type { TransactionId } from '../contract/index.ts';
import { because, type Dependencies, type Dependency } from './dependencies.ts';

/** As one sentence. */
export function describeCycle(cycle: readonly Dependency[]): string {
  return cycle.map(because).join('; ');
}

/** Any cycle; `uses` leaves dependencies out. */
export function findCycle(
  { byTurn }: Dependencies,
  uses: (dependency: Dependency) => boolean = () => true,
): readonly Dependency[] | null {
  const finished = new Set<TransactionId>();
  for (const start of byTurn.keys()) {
    const cycle = finished.has(start) ? null : cycleFrom(start, byTurn, uses, finished);
    if (cycle !== null) return cycle;
  }
  return null;
}

/** Depth first without recursion: a chain of turns may be long. */
function cycleFrom(
  start: TransactionId,
  byTurn: Dependencies['byTurn'],
  uses: (dependency: Dependency) => boolean,
  finished: Set<TransactionId>,
): readonly Dependency[] | null {
  const path: { readonly turn: TransactionId; readonly by: Dependency | null; next: number }[] = [
    { turn: start, by: null, next: 0 },
  ];
  const onPath = new Set([start]);
  for (let top = path.at(-1); top !== undefined; top = path.at(-1)) {
    const dependency = byTurn.get(top.turn)?.[top.next];
    top.next += 1;
    if (dependency === undefined) {
      path.pop();
      onPath.delete(top.turn);
      finished.add(top.turn);
    } else if (!uses(dependency)) continue;
    else if (onPath.has(dependency.after)) {
      const from = path.findIndex(({ turn }) => turn === dependency.after);
      return [...path.slice(from + 1).flatMap(({ by }) => by ?? []), dependency];
    } else if (!finished.has(dependency.after)) {
      path.push({ turn: dependency.after, by: dependency, next: 0 });
      onPath.add(dependency.after);
    }
  }
  return null;
}
