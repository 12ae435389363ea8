/**
 * Some agents change a price, others read it and send a mail that quotes it. A mail that is sent can't be taken back: it must
 * not quote a price that never stood, because the change was refused, undone, or made anew on top of another one.
 */

import {
  canonicalJson,
  field,
  type FieldDeclaration,
  type Json,
  type View,
  type Workload,
  type WorkloadInvariant,
  type WriteDraft,
} from '../src/contract/index.ts';
import { everyLineOnce, firstViolation, scalarsWereWritten } from '../src/document/invariants.ts';
import { latestWrite } from '../src/document/latest-write.ts';
import { scalarIn } from '../src/document/scalar-value.ts';
import { draftScripts, type Intent, type TurnPlace } from '../src/random/agent-script.ts';

const price = field('price');
const outbox = field('outbox');
const turns = 3;
const separator = ' quotes ';

/** A price says how many changes it comes after: it is another one if one of them comes or goes. */
interface Price {
  readonly [key: string]: Json;
  readonly changes: number;
  readonly by: string;
}

const listPrice: Price = { changes: 0, by: 'list' };

const fields: readonly FieldDeclaration[] = [
  { field: price, kind: 'scalar', initial: listPrice, meaning: 'the current price, after so many changes' },
  {
    field: outbox,
    kind: 'append_text',
    meaning: 'mails that were sent, with the price that they quote',
    irreversible: true,
  },
];

function priceIn({ fields: states }: View): Price {
  return (scalarIn(states, price) ?? listPrice) as Price;
}

/** The first agent and every second one after it change the price, the others write mails. */
function act({ agent, seat, turn }: TurnPlace): Intent {
  const name = `${agent}, turn ${String(turn + 1)}`;
  const change = (view: View): readonly WriteDraft[] => {
    const value: Price = { changes: priceIn(view).changes + 1, by: name };
    return [{ field: price, kind: 'scalar', value }];
  };
  const send = (view: View): readonly WriteDraft[] => {
    return [{ field: outbox, kind: 'append_text', value: [`${name}${separator}${canonicalJson(priceIn(view))}`] }];
  };
  return { reads: [price], write: seat % 2 === 0 ? change : send };
}

const quotedPricesStood: WorkloadInvariant = {
  name: 'no mail quotes a price that never stood',
  violation: ({ finals, committed, unknown }) => {
    const changes = [...committed, ...unknown].filter((write) => write.field === price && write.kind === 'scalar');
    const stood = new Set([listPrice as Json, ...changes.map(({ value }) => value as Json)].map(canonicalJson));
    return firstViolation(finals, (final) => {
      const mails = final.fields.flatMap((state) => (state.kind === 'append_text' ? state.lines : []));
      const wrong = mails.find(({ value }) => !stood.has(value.split(separator)[1] ?? ''));
      return wrong === undefined ? null : `a mail was sent that should not have been: ${wrong.value}`;
    });
  },
};

export const outboxCase: Workload = {
  name: 'outbox',
  summary: 'agents change a price while others send mails that quote it: what is sent cannot be taken back',
  conflict: 'a price that an agent is about to quote is changed at the same time',
  contended: true,
  agents: { default: 4, min: 2, max: 64 },
  plan: (setting) => ({
    schema: { fields },
    agents: draftScripts(setting, turns, (place) => [act(place)]),
    rightChoice: latestWrite,
  }),
  exercised: ({ overlappingTurns }) => overlappingTurns > 0,
  invariants: [scalarsWereWritten, everyLineOnce, quotedPricesStood],
};
