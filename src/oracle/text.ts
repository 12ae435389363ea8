/**
 * Whose edits stand in a text. The reference is what the edits yield when each is applied to the version that its author
 * saw; a character that is missing is charged to the write that inserted it, one that should be gone to the writes that
 * deleted it. Where two agents typed at one place at once, either order is right.
 */

import type { FieldState, Told, WriteId } from '../contract/index.ts';
import type { TextRun, TextWrite, TieRule } from '../document/text-history.ts';
import { TextHistory } from '../document/text-history.ts';
import type { FieldStanding, Standing } from './field-standing.ts';
import type { Issued } from './issued.ts';
import { compareTexts } from './text-comparison.ts';
import { isRearranged } from './text-rearrangement.ts';
import { TieOrder } from './tie-order.ts';

export function standingEdits(writes: readonly Issued[], state: FieldState | undefined): FieldStanding {
  const content = state?.kind === 'text' ? state.content : '';
  for (const absent of absencesAmong(writes)) {
    const left = writes.filter((issued) => !absent.has(issued));
    if (!canYield(left, content)) continue;
    return { standing: writes.map((issued) => (absent.has(issued) ? 'none' : 'whole')), duplicates: 0 };
  }
  return standingIn(writes, referenceOf(writes).runs(), content);
}

/** With more writes whose agents were told nothing, either all of them or none is taken to be absent. */
const mostUnknown = 5;

/**
 * Which writes may have left nothing in the text, the likeliest first: what was refused, what was escalated and may stand in
 * the escalation alone, and any of those whose agents were told nothing.
 */
function* absencesAmong(writes: readonly Issued[]): Generator<ReadonlySet<Issued>> {
  const toldTo = (told: Told): readonly Issued[] => writes.filter((issued) => issued.told === told);
  const [refused, escalated, unknown] = [toldTo('refused'), toldTo('escalated'), toldTo('nothing')];
  for (const missing of unknown.length > mostUnknown ? [[], unknown] : subsetsOf(unknown)) {
    yield new Set([...refused, ...missing]);
    if (escalated.length > 0) yield new Set([...refused, ...missing, ...escalated]);
  }
}

/** All subsets, the empty one first. */
function subsetsOf<Item>(items: readonly Item[]): readonly (readonly Item[])[] {
  return items.reduce<readonly (readonly Item[])[]>(
    (subsets, item) => [...subsets, ...subsets.map((subset) => [...subset, item])],
    [[]],
  );
}

/** The search for the right order at ties goes on until this many writes were applied. */
const mostApplied = 20_000;

/** Whether the edits, all of them, yield this text in some order of what was typed at one place at once. */
function canYield(writes: readonly Issued[], content: string): boolean {
  const order = new TieOrder();
  for (let applied = 0; applied === 0 || applied + writes.length <= mostApplied; applied += writes.length) {
    const reference = referenceOf(writes, order.precedes);
    if (reference.content() === content || isRearranged(reference.runs(), content)) return true;
    if (writes.length === 0 || !order.advance()) return false;
  }
  return false;
}

interface Account {
  /** Characters that it inserted and that nobody deleted. */
  owed: number;
  present: number;
  /** Characters that stand although it deleted them. */
  undeleted: number;
  /** Characters that are gone and that it alone, or others like it, deleted. */
  deleted: number;
}

function standingIn(writes: readonly Issued[], runs: readonly TextRun[], content: string): FieldStanding {
  const accounts = new Map<WriteId, Account>();
  for (const { write } of writes) accounts.set(write.id, { owed: 0, present: 0, undeleted: 0, deleted: 0 });
  const { present, extra } = compareTexts(runs, content);
  runs.forEach((run, index) => {
    const length = run.text.length;
    const there = present[index] as number;
    if (run.deletedBy.length === 0) {
      const account = accounts.get(run.author) as Account;
      account.owed += length;
      account.present += there;
    }
    for (const deleter of run.deletedBy) {
      const account = accounts.get(deleter) as Account;
      account.undeleted += there;
      account.deleted += length - there;
    }
  });
  const standing = writes.map((issued) => standingBy(issued, accounts.get(issued.write.id) as Account, runs));
  return { standing, duplicates: repeatedEdits(writes, extra) };
}

/** Of a refused write something must be seen before it counts as present. */
function standingBy({ told, write }: Issued, account: Account, runs: readonly TextRun[]): Standing {
  if (told === 'refused' && account.present === 0) {
    const didDelete =
      account.deleted > 0 && account.undeleted === 0 && account.owed === 0 && deletedAlone(write.id, runs);
    return didDelete ? 'whole' : 'none';
  }
  if (account.present === account.owed && account.undeleted === 0) return 'whole';
  return account.present > 0 ? 'part' : 'none';
}

function deletedAlone(write: WriteId, runs: readonly TextRun[]): boolean {
  return runs.some(({ deletedBy }) => deletedBy.length === 1 && deletedBy[0] === write);
}

/** Repeated turns whose text stands once more than the reference explains. */
function repeatedEdits(writes: readonly Issued[], extra: readonly string[]): number {
  const repeated = writes.filter(
    ({ versions }) => versions.length > 1 && versions.some((version) => insertedAgain(version, extra)),
  );
  return repeated.length;
}

function insertedAgain(version: Issued['write'], extra: readonly string[]): boolean {
  if (version.kind !== 'text') return false;
  const inserted = version.value.edits.map((edit) => edit.inserted).filter((text) => text !== '');
  return inserted.length > 0 && inserted.every((text) => extra.some((passage) => passage.includes(text)));
}

/** Applies the writes so that each comes after those that its author had seen. */
function referenceOf(writes: readonly Issued[], precedes?: TieRule): TextHistory {
  const history = new TextHistory(precedes);
  const queues = queuesByAgent(writes);
  for (let waiting = writes.length; waiting > 0;) {
    const before = waiting;
    for (const queue of queues.values()) {
      for (
        let head = queue.writes[queue.next];
        head !== undefined && isReady(head, queues);
        head = queue.writes[queue.next]
      ) {
        queue.next += 1;
        waiting -= 1;
        history.apply(head);
      }
    }
    // A basis that names what its author can't have seen: no order is right, so take the first.
    if (waiting === before) waiting -= applyAny(history, queues);
  }
  return history;
}

interface Queue {
  readonly writes: readonly TextWrite[];
  next: number;
}

function queuesByAgent(writes: readonly Issued[]): ReadonlyMap<string, Queue> {
  const byAgent = new Map<string, TextWrite[]>();
  for (const { write } of writes) {
    if (write.kind !== 'text') continue;
    const ofAgent = byAgent.get(write.agent);
    if (ofAgent === undefined) byAgent.set(write.agent, [write]);
    else ofAgent.push(write);
  }
  for (const ofAgent of byAgent.values()) ofAgent.sort((one, other) => one.number - other.number);
  return new Map([...byAgent].map(([agent, ofAgent]) => [agent, { writes: ofAgent, next: 0 }]));
}

function isReady(write: TextWrite, queues: ReadonlyMap<string, Queue>): boolean {
  for (const [agent, queue] of queues) {
    const next = queue.writes[queue.next];
    if (agent !== write.agent && next !== undefined && next.number <= (write.value.basis[agent] ?? 0)) return false;
  }
  return true;
}

function applyAny(history: TextHistory, queues: ReadonlyMap<string, Queue>): number {
  for (const queue of queues.values()) {
    const head = queue.writes[queue.next];
    if (head === undefined) continue;
    queue.next += 1;
    history.apply(head);
    return 1;
  }
  return 0;
}
