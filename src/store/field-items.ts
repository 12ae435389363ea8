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
} from '../contract/index.ts';
import { byField, initialField, putWrite } from '../document/index.ts';
import type { KindSchema } from './kinds.ts';
import type { ItemId, Part } from './node.ts';
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
  /** Writes to fields that nobody has declared: they may come to contend with values of another kind. */
  readonly #undeclared = new Map<FieldName, Write[]>();
  readonly #names: Set<FieldName>;

  /** `writes`: all that was put before. */
  constructor(host: StoreHost, strategy: MergeStrategy, { fields }: Schema, writes: readonly Write[]) {
    this.#store = new Store(host, { strategy, kinds });
    this.#declared = new Map(fields.map((declaration) => [declaration.field, declaration]));
    this.#names = new Set(this.#declared.keys());
    for (const write of writes) this.#note(write);
    for (const declaration of fields) this.#begin(declaration);
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
      // An agent knows what it has written itself, in whichever turn.
      if (!states.has(write.field) && this.#isOwn(write)) this.#store.get(agentOf(tx), item);
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
    return { ...this.#shown([...this.#names].sort()), resolutions: [] };
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
    if (this.#declared.has(write.field)) return;
    this.#undeclared.set(write.field, [...(this.#undeclared.get(write.field) ?? []), write]);
  }

  #memberOf(field: FieldName): Member {
    return this.#declared.get(field)?.kind ?? 'undeclared';
  }

  #isOwn(write: Write): boolean {
    const [leaf] = this.#store.leaves(itemOf(write.field));
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

  /** A list that contends holds what several writes have added. */
  #writesOf(field: FieldName, { tag, value }: StoreContender): readonly Write[] {
    const write = writeIn(tag);
    if (write?.kind !== 'grow_set' || !Array.isArray(value)) return write === null ? [] : [write];
    const held = new Set((value as readonly Json[]).map(canonicalJson));
    const others = this.#undeclared.get(field) ?? [];
    return others.filter(
      (other) => other.kind === 'grow_set' && other.value.some((element) => held.has(canonicalJson(element))),
    );
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
      return state.lines.map(({ value }) => `${value}\n`).join('');
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
      return { field, kind: 'append_text', lines: leaf.parts.flatMap(linesOf) };
    case 'counter':
      return { field, kind: 'counter', value: leaf.value };
  }
}

function textState(field: FieldName, value: Json): FieldState {
  const { content, version } = value as unknown as { readonly content: string; readonly version: VersionVector };
  return { field, kind: 'text', content, version };
}

/** Every line ends in its part. */
function linesOf({ value, tag }: Part<string>): readonly Authored<string>[] {
  const author = writeIn(tag)?.id ?? null;
  return value
    .split('\n')
    .slice(0, -1)
    .map((line) => ({ value: line, author }));
}
