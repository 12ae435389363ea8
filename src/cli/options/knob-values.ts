/** Knobs from the command line, checked against their declaration. */

import type { Knob, KnobValue, KnobValues, Knobs } from '../../contract/index.ts';
import { InputError, messageOf } from '../input-error.ts';
import { unknownName } from './nearest.ts';
import type { Selector } from './selector.ts';

export interface Configured<Part> {
  readonly value: Part;
  /** The source with the knobs that differ from their defaults, by name: equal settings have equal labels. */
  readonly label: string;
  /** All knobs. */
  readonly knobs: KnobValues;
}

interface Configurable<Part> {
  readonly knobs?: Knobs;
  configure?(values: KnobValues): Part;
}

export function configure<Part extends Configurable<Part>>(
  part: Part,
  { source, knobs: given }: Selector,
): Configured<Part> {
  const declared = part.knobs ?? {};
  const knobs: Record<string, KnobValue> = {};
  for (const [name, knob] of Object.entries(declared)) knobs[name] = knob.default;
  for (const [name, text] of given) {
    const knob = Object.hasOwn(declared, name) ? declared[name] : undefined;
    if (knob === undefined) throw unknownName(`knob of ${source}`, name, Object.keys(declared));
    knobs[name] = readKnob(`${source}:${name}`, knob, text);
  }
  const changed = Object.keys(knobs)
    .filter((name) => knobs[name] !== declared[name]?.default)
    .sort();
  const label = [source, ...changed.map((name) => `${name}=${String(knobs[name])}`)].join(':');
  if (changed.length === 0) return { value: part, label, knobs };
  if (part.configure === undefined) throw new InputError(`${source} declares knobs but cannot be configured`);
  try {
    return { value: part.configure(knobs), label, knobs };
  } catch (error) {
    // Values that are allowed one by one may make no sense together: the part says why.
    throw new InputError(`${label}: ${messageOf(error)}`);
  }
}

function readKnob(name: string, knob: Knob, text: string): KnobValue {
  switch (knob.kind) {
    case 'choice':
      if (!knob.values.includes(text)) throw unknownName(`value of ${name}`, text, knob.values);
      return text;
    case 'number':
      return readNumber(name, knob, text);
    case 'switch':
      if (text !== 'true' && text !== 'false') throw unknownName(`value of ${name}`, text, ['true', 'false']);
      return text === 'true';
  }
}

function readNumber(name: string, knob: Extract<Knob, { kind: 'number' }>, text: string): number {
  const value = /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : NaN;
  const isRight = value >= knob.min && value <= knob.max && (!knob.whole || Number.isSafeInteger(value));
  if (isRight) return value;
  const kind = knob.whole ? 'a whole number' : 'a number';
  throw new InputError(`${name}=${text}: expected ${kind} from ${String(knob.min)} to ${String(knob.max)}`);
}
