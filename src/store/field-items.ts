/** A document of fields in a store: every field is an item with one member, named after its kind, and every put is one write. */

import {
  canonicalJson,
  type AgentId,
  type Authored,
  type DocumentState,
  type Escalation,
  type FieldDeclaration,
  type FieldName,
  type FieldState,
  type Json,
  type Kind,
  type MergeStrategy,
  type Outcome,
  type Schema,
  type Transaction,
  type VersionVector,
  type View,
  type Write,
  type WriteId,
} from '../contract/index.ts';
import { FieldNames } from '../document/field-names.ts';
import { byField, initialField, putWrite } from '../document/index.ts';
import type { KindSchema } from './kinds.ts';
import type { ItemId } from './node.ts';
import type { Leaf, StoreContender } from './outcome.ts';
import { Store } from './store.ts';
import type { StoreHost } from './turns.ts';

/** A field that nobody has declared is of the kind of what was written. */
type Member = Kind | 'undeclared';

const kinds: KindSchema = {
  scalar: 'scalar',
  grow_set: 'set',
  append_text: 'append',
  counter: 'counter',
  text: 'scalar',
};

/** Who has put the initial values of fields that grow. Everybody knows those of scalars: they are shown where nothing was put. */
const beginning = 'beginning' as AgentId;

export class FieldItems {
  readonly #store: Store;
  readonly #declared: ReadonlyMap<FieldName, FieldDeclaration>;
  /** All writes that were put. */
  readonly #noted = new Map<FieldName, Write[]>();
  readonly #names: FieldNames;

  /** `writes`: all that was put before. */
  constructor(host: StoreHost, strategy: MergeStrategy, schema: Schema, writes: readonly Write[]) {
    this.#store = new Store(host, { strategy, kinds });
    this.#declared = new Map(schema.fields.map((declaration) => [declaration.field, declaration]));
    this.#names = new FieldNames(schema);
    for (const write of writes) this.#note(write);
    for (const declaration of schema.fields) this.#begin(declaration);
  }

  /** What the turn knows from now on. */
  view(tx: Transaction, fields: readonly FieldName[]): View {
    for (const field of fields) this.#store.get(agentOf(tx), itemOf(field));
    return this.#shown(fields);
  }

  /** Puts the writes of a turn that was shown these fields. The outcome holds when they are durable. */
  put(tx: Transaction, writes: readonly Write[], shown: ReadonlyMap<FieldName, FieldState | undefined>): Outcome {
    const states = new Map(shown);
    for (const write of writes) {
      this.#note(write);
      const item = itemOf(write.field);
      if (states.get(write.field) === undefined && this.#goesOn(write)) {
        this.#store.get(agentOf(tx), item);
        states.set(write.field, this.#field(write.field));
      }
      const state = putWrite(states.get(write.field), write);
      states.set(write.field, state);
      const value = { [this.#memberOf(write.field)]: valueOf(state) };
      this.#store.put(agentOf(tx), item, value, { tag: write as unknown as Json }, () => undefined);
    }
    const { escalations } = this.#shown([...new Set(writes.map(({ field }) => field))]);
    const contending = new Set(escalations.flatMap(({ contenders }) => contenders.map(({ id }) => id)));
    const escalated = writes.map(({ id }) => id).filter((id) => contending.has(id));
    return escalated.length === 0 ? { kind: 'committed' } : { kind: 'escalated', writes: escalated };
  }

  state(): DocumentState {
    return { ...this.#shown(this.#names.inOrder()), resolutions: [] };
  }

  close(): void {
    this.#store.close();
  }

  #begin(declaration: FieldDeclaration): void {
    const initial = initialField(declaration);
    const item = itemOf(declaration.field);
    if (initial === undefined || initial.kind === 'scalar' || this.#store.peek(item) !== null) return;
    this.#store.put(beginning, item, { [declaration.kind]: valueOf(initial) }, {}, () => undefined);
  }

  #note(write: Write): void {
    this.#names.add(write.field);
    this.#noted.set(write.field, [...(this.#noted.get(write.field) ?? []), write]);
  }

  #memberOf(field: FieldName): Member {
    return this.#declared.get(field)?.kind ?? 'undeclared';
  }

  /** An agent knows what it has written itself, in whichever turn; an amount is added to whatever there is. */
  #goesOn(write: Write): boolean {
    const [leaf] = this.#store.leaves(itemOf(write.field));
    if (write.kind === 'counter') return true;
    return write.kind === 'scalar' && leaf?.kind === 'scalar' && writeIn(leaf.tag)?.agent === write.agent;
  }

  #shown(fields: readonly FieldName[]): View {
    const open = this.#store.escalations();
    const escalations = open
      .filter(({ key }) => fields.includes(key as FieldName))
      .map(({ key, contenders }) => this.#escalation(key as FieldName, contenders));
    return {
      fields: fields.flatMap((field) => this.#field(field) ?? []).sort(byField),
      escalations: escalations.sort(byField),
    };
  }

  #escalation(field: FieldName, contenders: readonly StoreContender[]): Escalation {
    const writes = contenders.flatMap((contender) => this.#writesOf(field, contender));
    return { field, contenders: [...new Map(writes.map((write) => [write.id, write])).values()] };
  }

  /** What contends in a list or a text may hold several writes. */
  #writesOf(field: FieldName, { tag, value }: StoreContender): readonly Write[] {
    const write = writeIn(tag);
    if (write === null) return [];
    const noted = this.#noted.get(field) ?? [];
    switch (write.kind) {
      case 'scalar':
      case 'counter':
        return [write];
      case 'grow_set':
      case 'append_text': {
        const parts = new Set(partsOf(value).map(canonicalJson));
        return noted.filter((other) => addedBy(other).some((part) => parts.has(canonicalJson(part))));
      }
      case 'text':
        return noted.filter((other) => isIn(value, other));
    }
  }

  #field(field: FieldName): FieldState | undefined {
    const item = this.#store.peek(itemOf(field));
    const declaration = this.#declared.get(field);
    if (item === null) return declaration === undefined ? undefined : initialField(declaration);
    const [leaf] = this.#store.leaves(itemOf(field));
    if (leaf !== undefined) return stateOf(field, leaf, declaration?.kind);
    // The newest text is shown while it is contested: what all its contenders build on stands there.
    return declaration?.kind === 'text' ? textState(field, item.value['text'] ?? null) : undefined;
  }
}

/** Every attempt at a turn is an agent of its own: it knows what it was shown itself. */
function agentOf({ id, attempt }: Transaction): AgentId {
  return `${id}/${String(attempt)}` as AgentId;
}

function itemOf(field: FieldName): ItemId {
  return { namespace: ['document'], key: field };
}

/** The elements of a list, or the lines of a growing text. */
function partsOf(value: Json | undefined): readonly Json[] {
  if (typeof value === 'string') return linesIn(value).map((line) => line.value);
  return Array.isArray(value) ? (value as readonly Json[]) : [];
}

function addedBy(write: Write): readonly Json[] {
  return write.kind === 'grow_set' || write.kind === 'append_text' ? write.value : [];
}

/** Whether the text holds the write. */
function isIn(text: Json | undefined, { kind, agent, number }: Write): boolean {
  if (kind !== 'text' || text === undefined) return false;
  return number <= ((text as unknown as HeldText).version[agent] ?? 0);
}

/** Any line fits on one line, and equal lines of two authors are two lines. */
function lineText({ value, author }: Authored<string>): string {
  return `${JSON.stringify([author, value])}\n`;
}

function linesIn(text: string): readonly Authored<string>[] {
  const lines = text.split('\n').slice(0, -1);
  return lines.map((line) => {
    const [author, value] = JSON.parse(line) as [WriteId | null, string];
    return { author, value };
  });
}

function writeIn(tag: Json): Write | null {
  return tag as unknown as Write | null;
}

function valueOf(state: FieldState): Json {
  switch (state.kind) {
    case 'scalar':
    case 'counter':
      return state.value;
    case 'grow_set':
      return state.elements.map(({ value }) => value);
    case 'append_text':
      return state.lines.map(lineText).join('');
    case 'text':
      return { content: state.content, version: state.version };
  }
}

function stateOf(field: FieldName, leaf: Leaf, kind: Kind | undefined): FieldState {
  switch (leaf.kind) {
    case 'scalar':
      if (kind === 'text') return textState(field, leaf.value);
      return { field, kind: 'scalar', value: leaf.value, author: writeIn(leaf.tag)?.id ?? null };
    case 'list':
      return {
        field,
        kind: 'grow_set',
        elements: leaf.elements.map(({ value, tag }) => ({ value, author: writeIn(tag)?.id ?? null })),
      };
    case 'text':
      return { field, kind: 'append_text', lines: leaf.parts.flatMap(({ value }) => linesIn(value)) };
    case 'counter':
      return { field, kind: 'counter', value: leaf.value };
  }
}

interface HeldText {
  readonly content: string;
  readonly version: VersionVector;
}

function textState(field: FieldName, value: Json): FieldState {
  const { content, version } = value as unknown as HeldText;
  return { field, kind: 'text', content, version };
}
