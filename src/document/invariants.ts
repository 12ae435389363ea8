/** Laws of the final state that several workloads share, one per kind of field. Every replica is held to them. */

import {
  canonicalJson,
  type DocumentState,
  type FieldName,
  type FieldState,
  type InvariantEvidence,
  type Kind,
  type Write,
  type WorkloadInvariant,
} from '../contract/index.ts';

/** Every element of a committed write is in the set, and no element twice, whoever added it. */
export const everyElementOnce: WorkloadInvariant = {
  name: 'every element once',
  violation: ({ finals, committed }) =>
    firstViolation(finals, (final) => {
      const present = tally(elementsOf(final));
      const missing = keysOf(committed.filter(isKind('grow_set')), elementKeys).find((key) => !present.has(key));
      if (missing !== undefined) return `the committed element ${missing} is missing`;
      const twice = [...present].find(([, count]) => count > 1);
      return twice === undefined ? null : `the element ${twice[0]} stands there ${String(twice[1])} times`;
    }),
};

/** A line stands there as often as it was committed; a line whose agent was told nothing may stand there as well. */
export const everyLineOnce: WorkloadInvariant = {
  name: 'every line once',
  violation: ({ finals, committed, unknown }) => {
    const atLeast = tally(keysOf(committed.filter(isKind('append_text')), lineKeys));
    const atMost = tally(keysOf([...committed, ...unknown].filter(isKind('append_text')), lineKeys));
    return firstViolation(finals, (final) => {
      const present = tally(linesOf(final));
      for (const [key, most] of atMost) {
        const count = present.get(key) ?? 0;
        const least = atLeast.get(key) ?? 0;
        if (count < least) return `the committed line ${key} stands there ${String(count)} times, not ${String(least)}`;
        if (count > most) return `the line ${key} stands there ${String(count)} times, not ${String(most)}`;
      }
      return null;
    });
  },
};

/** A scalar holds a value that was committed, may have landed, or was settled on: nothing invented. */
export const scalarsWereWritten: WorkloadInvariant = {
  name: 'no invented value',
  violation: ({ finals, committed, unknown }) => {
    const written = new Set(keysOf([...committed, ...unknown].filter(isKind('scalar')), scalarKeys));
    return firstViolation(finals, (final) => {
      const settled = new Set(final.resolutions.map(({ field, value }) => keyOf(field, canonicalJson(value))));
      const states = final.fields.filter(isKind('scalar'));
      const keys = states.map((state) => keyOf(state.field, canonicalJson(state.value)));
      const invented = keys.find((key) => !written.has(key) && !settled.has(key));
      return invented === undefined ? null : `nobody was told that the value ${invented} stands`;
    });
  },
};

/** start + committed <= value <= start + committed + unknown. A counter without a start begins at 0; no amount is negative. */
export function countersAddUp(starts: ReadonlyMap<FieldName, number>): WorkloadInvariant {
  return {
    name: 'counters add up',
    violation: ({ finals, committed, unknown }: InvariantEvidence) => {
      const least = addAmounts(starts, committed);
      const most = addAmounts(least, unknown);
      return firstViolation(finals, (final) => {
        const present = new Map(final.fields.filter(isKind('counter')).map((state) => [state.field, state.value]));
        for (const [field, upper] of most) {
          const lower = least.get(field) ?? 0;
          const value = present.get(field) ?? starts.get(field) ?? 0;
          const range = lower === upper ? String(lower) : `${String(lower)} to ${String(upper)}`;
          if (value < lower || value > upper) return `${field} is ${String(value)}, not ${range}`;
        }
        return null;
      });
    },
  };
}

function addAmounts(sums: ReadonlyMap<FieldName, number>, writes: readonly Write[]): ReadonlyMap<FieldName, number> {
  const added = new Map(sums);
  for (const { field, value } of writes.filter(isKind('counter'))) added.set(field, (added.get(field) ?? 0) + value);
  return added;
}

/** What is wrong with the first replica that fails the check, or null. */
export function firstViolation(
  finals: readonly DocumentState[],
  check: (final: DocumentState) => string | null,
): string | null {
  let before: DocumentState | null = null;
  for (const [index, final] of finals.entries()) {
    if (final === before) continue;
    before = final;
    const violation = check(final);
    if (violation !== null) return `replica ${String(index + 1)} of ${String(finals.length)}: ${violation}`;
  }
  return null;
}

function isKind<Name extends Kind>(
  kind: Name,
): <Item extends FieldState | Write>(item: Item) => item is Extract<Item, { kind: Name }> {
  return <Item extends FieldState | Write>(item: Item): item is Extract<Item, { kind: Name }> => item.kind === kind;
}

const keyOf = (field: FieldName, text: string): string => `${text} of ${field}`;

type WriteOf<Name extends Kind> = Extract<Write, { kind: Name }>;
const elementKeys = (write: WriteOf<'grow_set'>): readonly string[] =>
  [...new Set(write.value.map(canonicalJson))].map((element) => keyOf(write.field, element));
const lineKeys = (write: WriteOf<'append_text'>): readonly string[] =>
  write.value.map((line) => keyOf(write.field, canonicalJson(line)));
const scalarKeys = (write: WriteOf<'scalar'>): readonly string[] => [keyOf(write.field, canonicalJson(write.value))];

function keysOf<Item>(writes: readonly Item[], keys: (write: Item) => readonly string[]): readonly string[] {
  return writes.flatMap(keys);
}

function elementsOf(final: DocumentState): readonly string[] {
  return final.fields
    .filter(isKind('grow_set'))
    .flatMap((state) => state.elements.map(({ value }) => keyOf(state.field, canonicalJson(value))));
}

function linesOf(final: DocumentState): readonly string[] {
  return final.fields
    .filter(isKind('append_text'))
    .flatMap((state) => state.lines.map(({ value }) => keyOf(state.field, canonicalJson(value))));
}

function tally(keys: readonly string[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const key of keys) counts.set(key, (counts.get(key) ?? 0) + 1);
  return counts;
}
