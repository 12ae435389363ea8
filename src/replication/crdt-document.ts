/**
 * A document on a CRDT library, which replicates all that the fields hold. Only what the library need not know travels beside
 * its update: which fields and writes it touches, so that nothing else must be read again.
 *
 * An attempt that was repeated is replaced by its successor in every kind but text. There the journal takes care of it: it lets
 * no attempt out whose agent was not told (see gossip.ts).
 */

import type {
  DocumentState,
  Escalation,
  FieldDeclaration,
  FieldName,
  FieldState,
  Host,
  Transaction,
  View,
  Write,
} from '../contract/index.ts';
import { byField } from '../document/put.ts';
import { ByteReader, ByteWriter } from './bytes.ts';
import type { Content, CrdtField, NotedWrite } from './crdt-field.ts';
import { crdtFields, type CrdtFields } from './crdt-fields.ts';
import type { CrdtLibrary } from './crdt-library.ts';
import { isAstral } from './crdt-text.ts';
import type { Identity, Merge } from './merge.ts';
import type { Known } from './register.ts';

/** The document of one life of a replica. `identity` is fresh in each. */
export function crdtDocument(host: Host, library: CrdtLibrary, identity: Identity, kinds = crdtFields): Merge {
  return new CrdtDocument(host, library, identity, kinds);
}

const nothingKnown: Known = new Map();

class CrdtDocument implements Merge {
  readonly #library: CrdtLibrary;
  readonly #identity: Identity;
  readonly #kinds: CrdtFields;
  readonly #declarations: ReadonlyMap<FieldName, FieldDeclaration>;
  readonly #fields = new Map<FieldName, CrdtField>();
  /** What was read since the last change. */
  readonly #contents = new Map<FieldName, Content>();
  /** What the open turn has learnt of each field. */
  readonly #known = new Map<FieldName, Known>();

  constructor(host: Host, library: CrdtLibrary, identity: Identity, kinds: CrdtFields) {
    this.#library = library;
    this.#identity = identity;
    this.#kinds = kinds;
    this.#declarations = new Map(host.schema.fields.map((declaration) => [declaration.field, declaration]));
    for (const name of this.#declarations.keys()) this.#field(name);
  }

  begin(_tx: Transaction): void {
    this.#known.clear();
  }

  view(_tx: Transaction, names: readonly FieldName[]): View {
    for (const name of names) this.#known.set(name, this.#field(name).learn(this.#knownOf(name)));
    return arrange(names.map((name) => this.#content(name)));
  }

  commit(_tx: Transaction, writes: readonly Write[]): Uint8Array {
    const update = this.#library.change(() => {
      for (const write of writes) this.#field(write.field).write(write, this.#knownOf(write.field));
    });
    const header = new ByteWriter().number(writes.length);
    for (const write of writes) {
      const noted = { agent: write.agent, number: write.number, isAstral: isAstral(write) };
      this.#touch(write.field, noted);
      header.text(JSON.stringify(write.field)).text(noted.agent).number(noted.number).number(Number(noted.isAstral));
    }
    return header.bytes(update).finish();
  }

  apply(updates: readonly Uint8Array[]): void {
    this.#library.apply(updates.map((update) => this.#readHeader(update)));
  }

  state(): DocumentState {
    return { resolutions: [], ...arrange([...this.#fields.keys()].map((name) => this.#content(name))) };
  }

  close(): void {
    this.#library.close();
  }

  /** Notes what the update touches, and returns the library's part of it. */
  #readHeader(update: Uint8Array): Uint8Array {
    const reader = new ByteReader(update);
    for (let left = reader.number(); left > 0; left -= 1) {
      const field = JSON.parse(reader.text()) as FieldName;
      this.#touch(field, { agent: reader.text(), number: reader.number(), isAstral: reader.number() === 1 });
    }
    return reader.bytes();
  }

  #knownOf(name: FieldName): Known {
    return this.#known.get(name) ?? nothingKnown;
  }

  #field(name: FieldName): CrdtField {
    const present = this.#fields.get(name);
    if (present !== undefined) return present;
    const declaration = this.#declarations.get(name) ?? null;
    const place = {
      library: this.#library,
      field: name,
      container: containerName(name),
      declaration,
      identity: this.#identity,
    };
    const field = this.#kinds[declaration?.kind ?? 'scalar'](place);
    this.#fields.set(name, field);
    return field;
  }

  #content(name: FieldName): Content {
    const cached = this.#contents.get(name);
    if (cached !== undefined) return cached;
    const content = this.#field(name).content();
    this.#contents.set(name, content);
    return content;
  }

  #touch(name: FieldName, write: NotedWrite): void {
    this.#field(name).note(write);
    this.#contents.delete(name);
  }
}

/** Containers may not be named with slashes or control characters, and field names may. */
function containerName(name: FieldName): string {
  return `field ${JSON.stringify(name).replaceAll('/', '\\u002f')}`;
}

function arrange(contents: readonly Content[]): View {
  const fields: FieldState[] = [];
  const escalations: Escalation[] = [];
  for (const content of contents) {
    if (content === null) continue;
    if ('contenders' in content) escalations.push(content);
    else fields.push(content);
  }
  return { fields: fields.sort(byField), escalations: escalations.sort(byField) };
}
