/** The dial of a sweep on the command line: `conflictRatio=0:1:0.1`, `occ.maxRetries=0|1|3`, `./mine.js.turns=1:8:1`. */

import { InputError } from '../input-error.ts';

export interface DialChoice {
  /** Whose knob it is; null where only the knob is named. */
  readonly part: string | null;
  readonly knob: string;
  /** As decimals without rounding, rising. */
  readonly values: readonly string[];
}

const maxPoints = 1_000;
const maxPlaces = 9;
const form = 'expected knob=start:end:step or knob=a|b|c, such as conflictRatio=0:1:0.1 or occ.maxRetries=0|1|3';

/** Throws {@link InputError} for whatever is no dial. */
export function parseDial(text: string): DialChoice {
  const [, name = '', range = ''] = /^([^=]*)=(.*)$/.exec(text) ?? [];
  const [, owner, knob] = /^(?:(.+)\.)?([A-Za-z]\w*)$/.exec(name) ?? [];
  if (knob === undefined || range === '') throw new InputError(`--dial ${text} cannot be read: ${form}`);
  const values = range.includes(':') ? steps(text, range) : listed(text, range);
  if (values.length < 2) throw new InputError(`--dial ${text} has one point only: there is nothing to compare`);
  return { part: owner ?? null, knob, values };
}

/** Both ends included. Counted in units of the last decimal place, so that 0.1 three times is 0.3. */
function steps(text: string, range: string): readonly string[] {
  const words = range.split(':');
  const places = Math.max(...words.map((word) => placesOf(text, word)));
  const [start, end, step] = words.map((word) => unitsOf(text, word, places));
  if (words.length !== 3 || start === undefined || end === undefined || step === undefined)
    throw new InputError(`--dial ${text} cannot be read: ${form}`);
  if (step <= 0 || end < start)
    throw new InputError(`--dial ${text}: the step must be above 0 and the end no less than the start`);
  const count = Math.floor((end - start) / step) + 1;
  const last = start + (count - 1) * step;
  if (last !== end) {
    const [from, to, by] = [start, last, step].map((units) => decimal(units, places));
    const right = `${String(from)}:${String(to)}:${String(by)}`;
    throw new InputError(`--dial ${text}: no whole number of steps leads to the end; ${right} would do`);
  }
  if (count > maxPoints)
    throw new InputError(`--dial ${text} has ${String(count)} points: at most ${String(maxPoints)}`);
  return Array.from({ length: count }, (_point, index) => decimal(start + index * step, places));
}

function listed(text: string, list: string): readonly string[] {
  const words = list.split('|');
  const places = Math.max(...words.map((word) => placesOf(text, word)));
  const units = new Set(words.map((word) => unitsOf(text, word, places)));
  if (units.size > maxPoints) throw new InputError(`--dial ${text} has too many points: at most ${String(maxPoints)}`);
  return [...units].sort((one, other) => one - other).map((value) => decimal(value, places));
}

function placesOf(text: string, word: string): number {
  const number = /^-?\d+(?:\.(\d+))?$/.exec(word);
  if (number === null) throw new InputError(`--dial ${text}: '${word}' is no number; ${form}`);
  const places = number[1]?.length ?? 0;
  if (places > maxPlaces)
    throw new InputError(`--dial ${text}: '${word}' has more than ${String(maxPlaces)} decimal places`);
  return places;
}

function unitsOf(text: string, word: string, places: number): number {
  const [whole = '', fraction = ''] = word.split('.');
  const units = Number(`${whole}${fraction.padEnd(places, '0')}`);
  if (!Number.isSafeInteger(units)) throw new InputError(`--dial ${text}: '${word}' is too large`);
  return units;
}

function decimal(units: number, places: number): string {
  const digits = String(Math.abs(units)).padStart(places + 1, '0');
  const sign = units < 0 ? '-' : '';
  if (places === 0) return `${sign}${digits}`;
  const fraction = digits.slice(-places).replace(/0+$/, '');
  const whole = `${sign}${digits.slice(0, -places)}`;
  return fraction === '' ? whole : `${whole}.${fraction}`;
}
