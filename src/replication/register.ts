/**
 * The multi-value register that knows causality: every agent has slots of its own, each with the newest write and what its
 * author knew. Values that no other slot's author knew are the current ones (after dotted version vectors, Preguica et
 * al., 2010). Comparing versions of whole documents instead would call writes concurrent that never met.
 */

import type { AgentId, Escalation, FieldName, FieldState, Write } from '../contract/index.ts';
import { canonicalJson } from '../contract/index.ts';

/** One attempt at a write, in the order in which its agent made them. */
export interface Stamp {
  readonly number: number;
  readonly attempt: number;
}

/** By agent, its newest write of the field that was known. */
export type Known = ReadonlyMap<AgentId, Stamp>;

export interface Slot {
  readonly write: Write;
  readonly known: Known;
}

/** What a field with these slots shows: nothing, a value, or an escalation with all that contend for it. */
export type RegisterContent = FieldState | Escalation | null;

/** The slots that no other slot covers, in the order of their write ids. */
export function currentSlots(slots: readonly Slot[]): readonly Slot[] {
  const current = slots.filter((slot) => !slots.some((other) => other !== slot && isCovered(slot, other)));
  return current.toSorted((one, other) => (one.write.id < other.write.id ? -1 : 1));
}

/** The field state of one current value, or of several equal ones; an escalation of several different ones. */
export function registerContent(field: FieldName, current: readonly Slot[]): RegisterContent {
  const [first] = current;
  if (first === undefined) return null;
  const form = valueForm(first.write);
  if (current.every(({ write }) => valueForm(write) === form)) return stateOf(first.write);
  return { field, contenders: current.map(({ write }) => write) };
}

/** What somebody knows who knew this much and has now seen these slots, or written them. */
export function learn(known: Known, slots: readonly Slot[]): Known {
  const learnt = new Map(known);
  for (const { write, known: behind } of slots) {
    learnStamp(learnt, write.agent, write);
    for (const [agent, stamp] of behind) learnStamp(learnt, agent, stamp);
  }
  return learnt;
}

/** The text of a slot; it reads back as an equal one. */
export function slotText({ write, known }: Slot): string {
  return JSON.stringify([write, [...known].map(([agent, { number, attempt }]) => [agent, number, attempt])]);
}

export function parseSlot(text: string): Slot {
  const [write, known] = JSON.parse(text) as [Write, [AgentId, number, number][]];
  return { write, known: new Map(known.map(([agent, number, attempt]) => [agent, { number, attempt }])) };
}

function isCovered(slot: Slot, by: Slot): boolean {
  if (knows(by, slot.write)) return true;
  // An agent may come back to an older turn: then it has seen the newer write that it replaces.
  return by.write.agent === slot.write.agent && isNewer(by.write, slot.write) && !knows(slot, by.write);
}

function knows(slot: Slot, write: Write): boolean {
  const known = slot.known.get(write.agent);
  return known !== undefined && !isNewer(write, known);
}

function isNewer(one: Stamp, other: Stamp): boolean {
  return one.number > other.number || (one.number === other.number && one.attempt > other.attempt);
}

function learnStamp(known: Map<AgentId, Stamp>, agent: AgentId, { number, attempt }: Stamp): void {
  const before = known.get(agent);
  if (before === undefined || isNewer({ number, attempt }, before)) known.set(agent, { number, attempt });
}

function valueForm(write: Write): string {
  return `${write.kind} ${canonicalJson(write.kind === 'text' ? JSON.stringify(write.value) : write.value)}`;
}

/** The field when this write alone makes its content. */
function stateOf(write: Write): FieldState {
  const { field, id: author } = write;
  switch (write.kind) {
    case 'scalar':
      return { field, kind: 'scalar', value: write.value, author };
    case 'grow_set':
      return { field, kind: 'grow_set', elements: write.value.map((value) => ({ value, author })) };
    case 'append_text':
      return { field, kind: 'append_text', lines: write.value.map((value) => ({ value, author })) };
    case 'counter':
      return { field, kind: 'counter', value: write.value };
    case 'text': {
      const content = write.value.edits.map(({ inserted }) => inserted).join('');
      return { field, kind: 'text', content, version: { [write.agent]: write.number } };
    }
  }
}
