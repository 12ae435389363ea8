/** What is named on the command line: `lww`, `lww:clock=wall`, `./mine.js:knob=1`. */

import { InputError } from '../input-error.ts';

export interface Selector {
  /** A registered name, or the path or URL of a module. */
  readonly source: string;
  readonly isModule: boolean;
  /** In the order in which they were given. */
  readonly knobs: readonly (readonly [name: string, value: string])[];
}

export function parseSelector(text: string): Selector {
  const { source, knobs } = splitKnobs(text);
  const isModule = /^(\.{1,2}\/|\/|file:)/.test(source);
  if (source === '') throw new InputError(`'${text}' names nothing: expected name or name:knob=value`);
  if (!isModule && source.includes(':')) {
    throw new InputError(`'${text}' cannot be read: expected name or name:knob=value, several knobs as name:a=1:b=2`);
  }
  return { source, isModule, knobs };
}

/** Knobs are taken from the end, so that a path, a URL or the name of a model may contain colons. */
export function splitKnobs(text: string): Pick<Selector, 'source' | 'knobs'> {
  const parts = text.split(':');
  const knobs: [string, string][] = [];
  for (let last = parts.at(-1); parts.length > 1 && last !== undefined; last = parts.at(-1)) {
    const knob = /^([A-Za-z]\w*)=(.*)$/.exec(last);
    if (knob === null) break;
    knobs.unshift([knob[1] ?? '', knob[2] ?? '']);
    parts.pop();
  }
  return { source: parts.join(':'), knobs };
}

/** Comma lists, several of them joined; a name that stands there twice counts once. */
export function splitNames(option: string, lists: readonly string[]): readonly string[] {
  const names = lists.flatMap((list) => list.split(',')).map((name) => name.trim());
  if (names.includes('')) throw new InputError(`${option} contains an empty name: expected names separated by commas`);
  return [...new Set(names)];
}
