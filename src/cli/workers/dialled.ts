/** Whose knob a dial is, and what is selected when it stands at one of its values. */

import type { Dial, KnobValues, Suite } from '../../contract/index.ts';
import type { DialChoice } from '../options/dial.ts';
import { InputError } from '../input-error.ts';
import { unknownName } from '../options/nearest.ts';
import { parseSelector } from '../options/selector.ts';
import type { Selection } from './tasks.ts';

/** What was selected without the dial. */
export interface Undialled {
  readonly suite: Suite;
  readonly model: Labelled;
}

interface Labelled {
  readonly label: string;
  readonly knobs: KnobValues;
}

/** What has the knob, or might have had it. */
interface Part extends Labelled {
  readonly kind: Dial['kind'];
  readonly source: string;
}

/** Throws {@link InputError} unless exactly one workload, strategy or model of the suite has such a number. */
export function findDial({ part, knob, values }: DialChoice, undialled: Undialled): Dial {
  const all = partsOf(undialled);
  const named = part === null ? all : all.filter(({ source }) => source === part);
  if (part !== null && named.length === 0) throw unknownPart(part, all);
  const owners = named.filter((each) => Object.hasOwn(each.knobs, knob));
  const [owner] = owners;
  if (owner === undefined) throw unknownKnob(knob, named);
  const names = distinct(owners.map(({ source }) => `${source}.${knob}`));
  if (names.length > 1) throw new InputError(`--dial ${knob} is ambiguous: write ${names.join(' or ')}`);
  if (typeof owner.knobs[knob] !== 'number')
    throw new InputError(`--dial ${knob}: this knob of ${owner.source} is no number; ${knownNumbers(named)}`);
  const dial: Dial = { kind: owner.kind, part: owner.source, knob, values: values.map(Number) };
  refuseWhatStands(dial, all);
  return dial;
}

/** What is selected with the dial at `value`. */
export function dialled(selection: Selection, undialled: Undialled, dial: Dial, value: string): Selection {
  const turned = partsOf(undialled).map((part) => ({ kind: part.kind, label: turn(part, dial, value) }));
  const labels = (kind: Dial['kind']): readonly string[] =>
    turned.filter((part) => part.kind === kind).map(({ label }) => label);
  return {
    ...selection,
    strategies: labels('strategy'),
    workloads: labels('workload'),
    faults: undialled.suite.faults.map(({ name }) => name),
    model: labels('model').join(),
  };
}

function turn(part: Part, dial: Dial, value: string): string {
  return isDialled(part, dial) ? `${part.label}:${dial.knob}=${value}` : part.label;
}

function refuseWhatStands(dial: Dial, parts: readonly Part[]): void {
  const owners = parts.filter((part) => isDialled(part, dial));
  const fixed = owners.find(({ label }) => parseSelector(label).knobs.some(([name]) => name === dial.knob));
  if (fixed !== undefined) throw new InputError(`${fixed.label} sets ${dial.knob}, which is what --dial moves`);
  if (dial.kind !== 'workload') return;
  const idle = parts.find((part) => part.kind === 'workload' && part.source !== dial.part);
  if (idle === undefined) return;
  throw new InputError(
    `--dial ${dial.part}.${dial.knob} does not move workload ${idle.label}: sweep with --workload ${dial.part} alone`,
  );
}

function isDialled({ kind, source }: Part, dial: Dial): boolean {
  return kind === dial.kind && source === dial.part;
}

function partsOf({ suite, model }: Undialled): readonly Part[] {
  return [
    ...suite.workloads.map((entry) => partOf('workload', entry)),
    ...suite.strategies.map((entry) => partOf('strategy', entry)),
    partOf('model', model),
  ];
}

function partOf(kind: Dial['kind'], { label, knobs }: Labelled): Part {
  return { kind, source: parseSelector(label).source, label, knobs };
}

function unknownPart(name: string, parts: readonly Part[]): InputError {
  const { message } = unknownName('part of this sweep', name, distinct(parts.map(({ source }) => source)));
  return new InputError(`--dial: ${message}`);
}

function unknownKnob(knob: string, parts: readonly Part[]): InputError {
  const { message } = unknownName('number', knob, numbersOf(parts));
  return new InputError(`--dial: ${message}`);
}

function knownNumbers(parts: readonly Part[]): string {
  const numbers = numbersOf(parts);
  return numbers.length === 0 ? 'it has none' : `known are ${numbers.join(', ')}`;
}

function numbersOf(parts: readonly Part[]): readonly string[] {
  return distinct(
    parts.flatMap(({ source, knobs }) =>
      Object.keys(knobs).flatMap((name) => (typeof knobs[name] === 'number' ? [`${source}.${name}`] : [])),
    ),
  );
}

function distinct(names: readonly string[]): readonly string[] {
  return [...new Set(names)];
}
