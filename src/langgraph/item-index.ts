/**
 * Finds items by namespace, filter and meaning, exactly as the stock store does: by asking one that holds a copy of every
 * item. Its namespaces are written so that labels with a colon stay apart, and `user` is not the beginning of `users`.
 */

import {
  InMemoryStore,
  type IndexConfig,
  type MatchCondition,
  type PutOperation,
  type SearchItem,
} from '@langchain/langgraph-checkpoint';
import type { Inquiry } from './operation.ts';

/** Items with their scores, or namespaces. */
type Finding = readonly (SearchItem | string[])[];

export class ItemIndex {
  readonly #copies: InMemoryStore;
  readonly #embeds: boolean;
  /** Embedding takes time: later changes must not be overtaken by earlier ones. */
  #changes: Promise<unknown> = Promise.resolve();

  constructor(index: IndexConfig | undefined) {
    this.#copies = new InMemoryStore(index === undefined ? {} : { index });
    this.#embeds = index !== undefined;
  }

  /** Without embeddings the change is made when this returns. */
  async put(changes: readonly PutOperation[]): Promise<void> {
    const operations = changes.map((change) => ({ ...change, namespace: change.namespace.map(labelText) }));
    const make = (): Promise<unknown> => this.#copies.batch(operations);
    if (!this.#embeds) {
      await make();
      return;
    }
    const made = this.#changes.then(make);
    this.#changes = made.catch(() => undefined);
    await made;
  }

  /** The answers in the order of the inquiries. The values are those of the copies. */
  async ask(inquiries: readonly Inquiry[]): Promise<readonly Finding[]> {
    const findings = await this.#copies.batch(inquiries.map(inquiryOfCopies));
    return (findings as Finding[]).map((finding) => finding.map(asPut));
  }
}

function inquiryOfCopies(inquiry: Inquiry): Inquiry {
  if ('namespacePrefix' in inquiry) {
    return { ...inquiry, namespacePrefix: inquiry.namespacePrefix.map(labelText) };
  }
  const { matchConditions } = inquiry;
  return matchConditions === undefined
    ? inquiry
    : { ...inquiry, matchConditions: matchConditions.map(conditionOfCopies) };
}

function conditionOfCopies({ matchType, path }: MatchCondition): MatchCondition {
  return { matchType, path: path.map((label) => (label === '*' ? label : labelText(label))) };
}

function asPut(found: SearchItem | string[]): SearchItem | string[] {
  return 'namespace' in found ? { ...found, namespace: found.namespace.map(labelOf) } : found.map(labelOf);
}

/** What ends every label, stands for a colon in it, and goes before one of these three. Sorting ignores them. */
const [end, colon, plain] = ['\u0001', '\u0002', '\u0003'];

function labelText(label: string): string {
  const marked = [plain, end, colon].reduce((text, mark) => text.replaceAll(mark, `${plain}${mark}`), label);
  return `${marked.replaceAll(':', colon)}${end}`;
}

const mark = new RegExp(`${plain}(.)|${colon}`, 'gs');

function labelOf(text: string): string {
  return text.slice(0, -1).replaceAll(mark, (_mark, marked: string | undefined) => marked ?? ':');
}
