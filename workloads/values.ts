/**
 * Values on which serialisation and comparison go wrong: null against a value, nothing at all, keys named `__proto__`,
 * long text, text beyond the basic plane, numbers at the edge, values that are equal but written differently.
 */

import {
  field,
  type FieldDeclaration,
  type Json,
  type View,
  type Workload,
  type WorkloadInvariant,
  type WriteDraft,
} from '../src/contract/index.ts';
import { latestWrite } from '../src/document/latest-write.ts';
import { everyElementOnce, everyLineOnce, scalarsWereWritten } from '../src/document/invariants.ts';
import { editText } from '../src/document/text-draft.ts';
import { draftScripts, type TurnPlace } from '../src/random/agent-script.ts';

const verdict = field('verdict');
const locale = field('locale');
const profile = field('profile');
const prototype = field('__proto__');
const limits = field('limits');
const constructor = field('constructor');
const lines = field('lines');
const story = field('story');

const fields: readonly FieldDeclaration[] = [
  { field: verdict, kind: 'scalar', meaning: 'the verdict of the review; null as long as there is none' },
  { field: locale, kind: 'scalar', meaning: 'language and region of the readers' },
  { field: profile, kind: 'scalar', meaning: 'settings, nested' },
  { field: prototype, kind: 'scalar', meaning: 'a name that means something to JavaScript' },
  { field: limits, kind: 'scalar', meaning: 'a number or a long text' },
  { field: constructor, kind: 'grow_set', meaning: 'elements of all shapes' },
  { field: lines, kind: 'append_text', meaning: 'lines, also empty ones' },
  { field: story, kind: 'text', meaning: 'a text in several scripts' },
];

const pollutingKey = '__proto__';

/** `fromEntries` makes `__proto__` an own key, as JSON.parse does. */
const withPrototypeKey = (by: string): Json => Object.fromEntries([[pollutingKey, { polluted: true, by }]]);

const nonAscii = 'Grüße, Καλημέρα, שלום, 你好, 👩‍🚀, e\u0301';
/** About 1,400 characters, and more bytes. */
const filler = `${nonAscii}. `.repeat(30);
const longText = (by: string): string => `${by}: ${filler}`;

/** Two sides of one case each: agents on odd and even seats disagree, or agree on purpose. */
type Case = (place: TurnPlace, first: boolean, view: View) => WriteDraft;

const cases: readonly (readonly Case[])[] = [
  [
    (place, first) => ({ field: verdict, kind: 'scalar', value: first ? null : `accepted by ${place.agent}` }),
    (_place, first) => ({
      field: locale,
      kind: 'scalar',
      value: first ? { language: 'fi', region: 'FI' } : { region: 'FI', language: 'fi' },
    }),
  ],
  [
    (place) => ({ field: prototype, kind: 'scalar', value: `set by ${place.agent}` }),
    (place, first) => ({
      field: constructor,
      kind: 'grow_set',
      value: first ? [] : ['', null, nonAscii, [], {}, withPrototypeKey(place.agent)],
    }),
  ],
  [
    (place) => ({ field: profile, kind: 'scalar', value: { a: [{ b: [[], {}, withPrototypeKey(place.agent)] }] } }),
    (place, first) => ({
      field: lines,
      kind: 'append_text',
      value: first ? [''] : [`  ${place.agent}: ${nonAscii}\t`, `${place.agent}: ${nonAscii}`],
    }),
  ],
  [
    (place, first) => ({
      field: limits,
      kind: 'scalar',
      value: first ? longText(place.agent) : edgeNumber(place.seat),
    }),
    (place, _first, view) =>
      editText(view, story, { share: (place.seat % 4) / 3, deleted: 0, inserted: `${place.agent}:👩‍🚀𝒳 ` }),
  ],
  [(place, first) => ({ field: verdict, kind: 'scalar', value: first ? `rejected by ${place.agent}` : null })],
];

const edgeNumbers = [Number.MAX_SAFE_INTEGER, -0.1, 1e21, 5e-324] as const;
const edgeNumber = (seat: number): number => edgeNumbers[Math.floor(seat / 2) % edgeNumbers.length] ?? 0;

const nothingExecuted: WorkloadInvariant = {
  name: 'no key named __proto__ took effect',
  violation: () => ('polluted' in {} ? 'a value has changed the prototype of all objects' : null),
};

export const values: Workload = {
  name: 'values',
  summary: 'null, nothing, __proto__, long and non-ASCII text, numbers at the edge, equal values',
  conflict: 'agents set one verdict at the same time, to null and to a text',
  contended: true,
  agents: { default: 4, min: 2, max: 16 },
  plan: (setting) => ({
    schema: { fields },
    agents: draftScripts(setting, cases.length, (place) => {
      const drafts = (view: View): readonly WriteDraft[] =>
        (cases[place.turn] ?? []).map((draft) => draft(place, place.seat % 2 === 0, view));
      return [{ reads: drafts({ fields: [], escalations: [] }).map((draft) => draft.field), write: drafts }];
    }),
    rightChoice: latestWrite,
  }),
  exercised: ({ byField }) => (byField.get(verdict) ?? 0) > 0,
  invariants: [scalarsWereWritten, everyElementOnce, everyLineOnce, nothingExecuted],
};
