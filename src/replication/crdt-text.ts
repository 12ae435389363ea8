/** A text of a CRDT library. Edits count code points; the library counts code units. */

import type { TextEdit, Write } from '../contract/index.ts';
import type { CrdtField, CrdtPlace } from './crdt-field.ts';

const surrogate = /[\ud800-\udfff]/;

export function isAstral(write: Write): boolean {
  return write.kind === 'text' && write.value.edits.some(({ inserted }) => surrogate.test(inserted));
}

export function textField({ library, field, container }: CrdtPlace): CrdtField {
  const version = new Map<string, number>();
  let hasAstral = false;
  /** The code unit at which this code point starts; the end of the text for one that is beyond it. */
  const unitAt = (position: number): number => {
    if (!hasAstral) return Math.min(Math.max(0, position), library.length(container));
    const content = library.content(container);
    let unit = 0;
    for (let point = 0; point < position && unit < content.length; point += 1) {
      unit += (content.codePointAt(unit) ?? 0) > 0xffff ? 2 : 1;
    }
    return unit;
  };
  const edit = ({ position, deleted, inserted }: TextEdit): void => {
    const start = unitAt(position);
    const end = deleted > 0 ? unitAt(Math.max(0, position) + deleted) : start;
    library.splice(container, start, end - start, inserted);
  };
  return {
    content: () => {
      if (version.size === 0) return null;
      const known = Object.fromEntries([...version].sort(([one], [other]) => (one < other ? -1 : 1)));
      return { field, kind: 'text', content: library.content(container), version: known };
    },
    write: (write) => {
      if (write.kind !== 'text') return;
      hasAstral ||= isAstral(write);
      write.value.edits.forEach(edit);
    },
    learn: (known) => known,
    note: ({ agent, number, isAstral: more }) => {
      hasAstral ||= more;
      version.set(agent, Math.max(number, version.get(agent) ?? 0));
    },
  };
}
