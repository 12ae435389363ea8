/**
 * Which writes were replaced knowingly: by a later write that may know them and whose own effect is still there (it
 * survived, is escalated or resolved, or was itself replaced knowingly). That the value was seen is enough, even if another
 * write had put the same value there.
 */

import type { Kind } from '../contract/index.ts';
import type { FieldCase, Issued } from './issued.ts';
import { Knowledge } from './knowledge.ts';
import type { Presence } from './presence.ts';

/** By replaced write, a write that knows it and has an effect. */
export function findReplaced(
  { writes }: FieldCase,
  knowledge: Knowledge,
  presences: ReadonlyMap<Issued, Presence>,
): ReadonlyMap<Issued, Issued> {
  const replaced = new Map<Issued, Issued>();
  const effective = writes.filter((issued) => hasEffect(issued, presences.get(issued)));
  const visited = new Map<Kind, Set<Issued>>();
  for (let replacer = effective.pop(); replacer !== undefined; replacer = effective.pop()) {
    const kind = replacer.write.kind;
    const reached = visited.get(kind) ?? new Set();
    visited.set(kind, reached);
    const open = [replacer];
    for (let at = open.pop(); at !== undefined; at = open.pop()) {
      for (const known of knowledge.mayKnowDirectly(at)) {
        if (reached.has(known)) continue;
        reached.add(known);
        open.push(known);
        if (!replaces(kind, known.write.kind) || replaced.has(known) || isOnlyOwn(known, knowledge)) continue;
        replaced.set(known, at);
        effective.push(known);
      }
    }
  }
  return replaced;
}

function hasEffect({ told }: Issued, presence: Presence | undefined): boolean {
  if (presence === undefined || (told === 'refused' && presence.shownBy !== null)) return false;
  return presence.place !== 'nowhere';
}

/** A scalar takes the place of whatever was there; the other kinds only add to their own. */
function replaces(replacer: Kind, replaced: Kind): boolean {
  return replacer === 'scalar' || replacer !== replaced;
}

/** A refused write that nobody was ever shown was not replaced: it had never been there. */
function isOnlyOwn(issued: Issued, knowledge: Knowledge): boolean {
  return issued.told === 'refused' && !knowledge.wasSeen(issued);
}
