/**
 * The kinds of fields on a CRDT library. Sets are keyed by the canonical form of the element: a list would show an element
 * twice when two replicas add it. Entries carry the attempt of their write; only those of its highest attempt count.
 */

import { canonicalJson, type Authored, type Json, type Kind, type WriteId } from '../contract/index.ts';
import type { CrdtField, CrdtPlace } from './crdt-field.ts';
import { textField } from './crdt-text.ts';
import { currentSlots, learn, parseSlot, registerContent, slotText, type Slot } from './register.ts';

/** How each kind is kept. A field that isn't declared is kept as a scalar: its value is the whole write, kind included. */
export type CrdtFields = Readonly<Record<Kind, (place: CrdtPlace) => CrdtField>>;

export const crdtFields: CrdtFields = {
  scalar: (place) => registerField(place, currentSlots),
  grow_set: setField,
  append_text: linesField,
  counter: counterField,
  text: textField,
};

/** `current` says which of all slots make the value. */
export function registerField(place: CrdtPlace, current: (slots: readonly Slot[]) => readonly Slot[]): CrdtField {
  const { library, field, container, declaration, identity } = place;
  const initial = declaration?.kind === 'scalar' ? declaration.initial : undefined;
  const parsed = remembered(parseSlot);
  const slots = (): readonly Slot[] => library.entries(container).map(([, text]) => parsed(text));
  return {
    content: () => {
      const content = registerContent(field, current(slots()));
      if (content !== null || initial === undefined) return content;
      return { field, kind: 'scalar', value: initial, author: null };
    },
    learn: (known) => learn(known, current(slots())),
    write: (write, known) => {
      const own = slots().filter((slot) => slot.write.agent === write.agent);
      library.set(container, JSON.stringify([write.agent, identity]), slotText({ write, known: learn(known, own) }));
    },
    note: () => undefined,
  };
}

function setField({ library, field, container, declaration }: CrdtPlace): CrdtField {
  const initial = declaration?.kind === 'grow_set' ? declaration.initial : undefined;
  const parsed = remembered((key) => JSON.parse(key) as SetKey);
  return stateless({
    content: () => {
      const keys = library.entries(container).map(([key]) => parsed(key));
      if (keys.length === 0 && initial === undefined) return null;
      const elements = new Map((initial ?? []).map((value) => [canonicalJson(value), unauthored(value)] as const));
      for (const { form, id: author } of ofLastAttempts(keys.toSorted(byForm).map(setEntry))) {
        if ((elements.get(form)?.author ?? null) === null)
          elements.set(form, { value: JSON.parse(form) as Json, author });
      }
      return { field, kind: 'grow_set', elements: [...elements.values()] };
    },
    write: (write) => {
      if (write.kind !== 'grow_set') return;
      for (const element of write.value) {
        library.set(container, JSON.stringify([canonicalJson(element), write.id, write.attempt]), '');
      }
    },
  });
}

function linesField({ library, field, container, declaration }: CrdtPlace): CrdtField {
  const initial = declaration?.kind === 'append_text' ? declaration.initial : undefined;
  const parsed = remembered((item) => JSON.parse(item) as LineItem);
  return stateless({
    content: () => {
      const items = library.items(container).map(parsed);
      if (items.length === 0 && initial === undefined) return null;
      const entries = items.map(([id, attempt, value]) => ({ id, attempt, value }));
      const lines = ofLastAttempts(entries).map(({ id, value }) => ({ value, author: id }));
      return { field, kind: 'append_text', lines: [...(initial ?? []).map(unauthored), ...lines] };
    },
    write: (write) => {
      if (write.kind !== 'append_text') return;
      for (const line of write.value) library.push(container, JSON.stringify([write.id, write.attempt, line]));
    },
  });
}

function counterField({ library, field, container, declaration }: CrdtPlace): CrdtField {
  const initial = declaration?.kind === 'counter' ? declaration.initial : undefined;
  const parsed = remembered((key) => JSON.parse(key) as readonly [WriteId, number]);
  return stateless({
    content: () => {
      const amounts = library.entries(container).map(([key, amount]) => {
        const [id, attempt] = parsed(key);
        return { id, attempt, amount: Number(amount) };
      });
      if (amounts.length === 0 && initial === undefined) return null;
      const inOrder = ofLastAttempts(amounts).toSorted((one, other) => (one.id < other.id ? -1 : 1));
      return { field, kind: 'counter', value: inOrder.reduce((sum, { amount }) => sum + amount, initial ?? 0) };
    },
    write: (write) => {
      if (write.kind !== 'counter') return;
      library.set(container, JSON.stringify([write.id, write.attempt]), String(write.value));
    },
  });
}

/** Entries never change, and each is read again and again: as many results are kept as there are entries. */
function remembered<Value>(parse: (text: string) => Value): (text: string) => Value {
  const results = new Map<string, Value>();
  return (text) => {
    const known = results.get(text);
    if (known !== undefined) return known;
    const value = parse(text);
    results.set(text, value);
    return value;
  };
}

type SetKey = readonly [form: string, id: WriteId, attempt: number];
type LineItem = readonly [id: WriteId, attempt: number, value: string];

function setEntry([form, id, attempt]: SetKey): { form: string; id: WriteId; attempt: number } {
  return { form, id, attempt };
}

function byForm(one: SetKey, other: SetKey): number {
  if (one[0] !== other[0]) return one[0] < other[0] ? -1 : 1;
  if (one[1] !== other[1]) return one[1] < other[1] ? -1 : 1;
  return one[2] - other[2];
}

/** The entries without those of attempts that were repeated. */
function ofLastAttempts<E extends { readonly id: WriteId; readonly attempt: number }>(entries: readonly E[]): E[] {
  const last = new Map<WriteId, number>();
  for (const { id, attempt } of entries) last.set(id, Math.max(attempt, last.get(id) ?? 0));
  return entries.filter(({ id, attempt }) => attempt === last.get(id));
}

/** Kinds whose writes commute need not know what their authors have seen. */
function stateless(field: Pick<CrdtField, 'content' | 'write'>): CrdtField {
  return { learn: (known) => known, note: () => undefined, ...field };
}

function unauthored<Value>(value: Value): Authored<Value> {
  return { value, author: null };
}
