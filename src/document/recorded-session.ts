/**
 * A recorded editing session, cut into turns: what each author typed without looking up. The cut keeps what every
 * transaction had seen: a turn is seen as a whole or not at all.
 */

import type { TextEdit } from '../contract/index.ts';

/** `parents` are positions of earlier transactions, whose merged state the author saw. */
export interface RecordedTransaction {
  readonly author: number;
  readonly parents: readonly number[];
  readonly edits: readonly TextEdit[];
}

export interface RecordedTurn {
  /**
   * Position of the agent that plays the turn. An author who worked at several places at once is played by several
   * agents: the turns of one agent all come one after another.
   */
  readonly agent: number;
  /** Position among the turns of the agent, counted from 0. */
  readonly turn: number;
  /** For each agent, its own included, how many of its turns had been seen; an agent that is not listed, none. */
  readonly seen: readonly number[];
  readonly edits: readonly TextEdit[];
}

/** In causal order. Transactions without edits only join what their children have seen. */
export function recordedTurns(transactions: readonly RecordedTransaction[]): readonly RecordedTurn[] {
  const parents = effectiveParents(transactions);
  const agents = assignAgents(transactions, parents);
  return cutIntoTurns(transactions, parents, agents);
}

const hasEdits = (transaction: RecordedTransaction | undefined): boolean =>
  transaction !== undefined && transaction.edits.length > 0;

/** Parents that have edits: a parent without edits is replaced by its own parents. */
function effectiveParents(transactions: readonly RecordedTransaction[]): readonly (readonly number[])[] {
  const effective: (readonly number[])[] = [];
  for (const { parents } of transactions) {
    const found = parents.flatMap((parent) => (hasEdits(transactions[parent]) ? [parent] : at(effective, parent)));
    effective.push([...new Set(found)]);
  }
  return effective;
}

/** An agent's transactions form a chain: each goes to an agent of its author whose last one it has seen, or to a new one. */
function assignAgents(
  transactions: readonly RecordedTransaction[],
  parents: readonly (readonly number[])[],
): readonly number[] {
  const agents: number[] = [];
  const seen: (readonly number[])[] = [];
  const lengths: number[] = [];
  const agentsOf = new Map<number, number[]>();
  for (const [index, { author }] of transactions.entries()) {
    const counts = highest(at(parents, index).map((parent) => at(seen, parent)));
    const own = agentsOf.get(author) ?? [];
    const free = own.find((agent) => (counts[agent] ?? 0) === lengths[agent]);
    const agent = free ?? lengths.length;
    if (hasEdits(transactions[index])) {
      if (free === undefined) agentsOf.set(author, [...own, agent]);
      lengths[agent] = (lengths[agent] ?? 0) + 1;
    }
    agents.push(agent);
    seen.push(hasEdits(transactions[index]) ? raise(counts, agent, lengths[agent] ?? 0) : counts);
  }
  return agents;
}

interface OpenTurn {
  readonly position: { readonly agent: number; readonly turn: number; readonly seen: readonly number[] };
  readonly edits: TextEdit[];
  last: number;
}

/**
 * A turn goes on as long as its author saw exactly its own last transaction and nobody else built upon that one. An older
 * one of its own among the parents says nothing: the last one has seen it.
 */
function cutIntoTurns(
  transactions: readonly RecordedTransaction[],
  parents: readonly (readonly number[])[],
  agents: readonly number[],
): readonly RecordedTurn[] {
  const builtUpon = seenByOthers(transactions, parents, agents);
  const turns: OpenTurn[] = [];
  const turnOf = new Map<number, OpenTurn>();
  const current = new Map<number, OpenTurn>();
  for (const [index, transaction] of transactions.entries()) {
    if (!hasEdits(transaction)) continue;
    const agent = at(agents, index);
    let open = current.get(agent);
    const own = open?.last;
    const before = at(parents, index).filter((parent) => agents[parent] !== agent || parent === own);
    if (open === undefined || before.length !== 1 || before[0] !== own || builtUpon.has(open.last)) {
      const seen = highest(before.map((parent) => seenAtEnd(turnOf.get(parent), parent)));
      open = { position: { agent, turn: seen[agent] ?? 0, seen }, edits: [], last: index };
      turns.push(open);
      current.set(agent, open);
    }
    open.edits.push(...transaction.edits);
    open.last = index;
    turnOf.set(index, open);
  }
  return turns.map(({ position, edits }) => ({ ...position, edits }));
}

/** Transactions that some other agent's transaction names as a parent. */
function seenByOthers(
  transactions: readonly RecordedTransaction[],
  parents: readonly (readonly number[])[],
  agents: readonly number[],
): ReadonlySet<number> {
  const named = (index: number): readonly number[] =>
    hasEdits(transactions[index]) ? at(parents, index).filter((parent) => agents[parent] !== agents[index]) : [];
  return new Set(transactions.flatMap((_transaction, index) => named(index)));
}

function seenAtEnd(turn: OpenTurn | undefined, transaction: number): readonly number[] {
  if (turn?.last !== transaction) throw new Error(`transaction ${String(transaction)} does not end its turn`);
  return raise(turn.position.seen, turn.position.agent, turn.position.turn + 1);
}

function highest(vectors: readonly (readonly number[])[]): readonly number[] {
  const length = Math.max(0, ...vectors.map((vector) => vector.length));
  return Array.from({ length }, (_agent, agent) => Math.max(...vectors.map((vector) => vector[agent] ?? 0)));
}

function raise(vector: readonly number[], agent: number, count: number): readonly number[] {
  const length = Math.max(vector.length, agent + 1);
  return Array.from({ length }, (_agent, other) => (other === agent ? count : (vector[other] ?? 0)));
}

function at<Item>(items: readonly Item[], index: number): Item {
  const item = items[index];
  if (item === undefined) throw new Error(`there is no item ${String(index)}`);
  return item;
}
