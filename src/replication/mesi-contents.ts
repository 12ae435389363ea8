/**
 * What the fields hold, version by version. A commit names the version that its author has worked with, and its writes: that
 * version with the writes in it takes the field's place, whatever stands there by then. So a content is replaced as a whole,
 * as by somebody who puts back what he holds, while only the difference travels, and edits of texts keep their basis. That
 * nothing is lost by it is not decided here: grants and versions see to it that the named version is the newest one.
 */

import {
  type AgentId,
  type DocumentState,
  type FieldName,
  type FieldState,
  type Schema,
  type Write,
} from '../contract/index.ts';
import { canonicalField } from '../document/canonical-state.ts';
import { FieldNames } from '../document/field-names.ts';
import { hexOf } from '../document/hex.ts';
import { FoldedDocument, initialState } from '../document/index.ts';
import { mapDefined } from '../document/map-defined.ts';

export interface FieldContent {
  readonly field: FieldName;
  /** Counts the commits of the field. */
  readonly version: number;
  /** Undefined while the field was never set. */
  readonly state: FieldState | undefined;
  /** Whose commit made it; null for the initial content. */
  readonly author: AgentId | null;
  /** Equal contents have equal hashes. */
  readonly hash: string;
}

interface Version extends FieldContent {
  readonly base: Version | null;
  readonly writes: readonly Write[];
}

interface Versions {
  readonly all: Version[];
  /** The newest one. */
  document: FoldedDocument;
}

export class MesiContents {
  readonly #schema: Schema;
  readonly #fields = new Map<FieldName, Versions>();
  readonly #published = new Map<FieldName, FieldContent>();
  readonly #initial: ReadonlyMap<FieldName, FieldState>;
  readonly #names: FieldNames;
  /** Null since something was published that was not asked for yet. */
  #state: DocumentState | null = null;

  constructor(schema: Schema) {
    this.#schema = schema;
    this.#names = new FieldNames(schema);
    this.#initial = new Map(initialState(schema).fields.map((state) => [state.field, state]));
  }

  newest(field: FieldName): FieldContent {
    return newestOf(this.#versions(field));
  }

  /** What may be shown: newer contents are not yet durable. */
  published(field: FieldName): FieldContent {
    return this.#published.get(field) ?? (this.#versions(field).all[0] as Version);
  }

  publish(contents: readonly FieldContent[]): void {
    for (const content of contents) {
      this.#names.add(content.field);
      this.#published.set(content.field, content);
    }
    this.#state = null;
  }

  /** What hasn't changed is the same object as before. */
  state(): DocumentState {
    this.#state ??= this.#shown();
    return this.#state;
  }

  #shown(): DocumentState {
    const fields = mapDefined(
      this.#names.inOrder(),
      (name) => this.#published.get(name)?.state ?? this.#initial.get(name),
    );
    return { fields, escalations: [], resolutions: [] };
  }

  accepts(write: Write): boolean {
    return this.#versions(write.field).document.accepts(write);
  }

  /** Throws when there is no such version. */
  put(agent: AgentId, field: FieldName, baseVersion: number, writes: readonly Write[]): FieldContent {
    const versions = this.#versions(field);
    const base = versions.all[baseVersion];
    if (base === undefined)
      throw new Error(`${agent} has worked with version ${baseVersion} of ${field}, which never was`);
    if (base !== newestOf(versions)) versions.document = this.#rebuild(field, base);
    for (const write of writes) versions.document.apply(write);
    const state = versions.document.field(field);
    const next = { field, version: versions.all.length, state, author: agent, hash: contentHash(state), base, writes };
    versions.all.push(next);
    return next;
  }

  #versions(field: FieldName): Versions {
    const known = this.#fields.get(field);
    if (known !== undefined) return known;
    const document = this.#empty(field);
    const state = document.field(field);
    const first: Version = { field, version: 0, state, author: null, hash: contentHash(state), base: null, writes: [] };
    const versions = { all: [first], document };
    this.#fields.set(field, versions);
    return versions;
  }

  #rebuild(field: FieldName, version: Version): FoldedDocument {
    const path: Version[] = [];
    for (let at: Version | null = version; at !== null; at = at.base) path.unshift(at);
    const document = this.#empty(field);
    for (const write of path.flatMap(({ writes }) => writes)) document.apply(write);
    return document;
  }

  #empty(field: FieldName): FoldedDocument {
    return new FoldedDocument({ fields: this.#schema.fields.filter((declared) => declared.field === field) });
  }
}

function newestOf({ all }: Versions): Version {
  return all.at(-1) as Version;
}

/** FNV-1a over the canonical form, in 8 hexadecimal digits. */
function contentHash(state: FieldState | undefined): string {
  const text = state === undefined ? '' : canonicalField(state);
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  return hexOf(hash);
}
