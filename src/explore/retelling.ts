/** A path through the states, told step by step: every machine is run through its part of it once more. */

import type { ToldMove } from '../contract/index.ts';
import type { Automaton, Sightings } from './automaton.ts';
import { eventOf } from './event.ts';
import type { Move } from './world.ts';

export function retell(
  automata: readonly Automaton[],
  moves: readonly Move[],
  { messages }: Sightings,
): readonly ToldMove[] {
  const narrators = automata.map((automaton) => automaton.narrator());
  const steps = moves.map(({ machine, event, clock }): ToldMove => {
    const { kind, from, message, cutBefore } = eventOf(event);
    const sender = automata[from]?.id;
    const bytes = messages[message];
    const isReceipt = kind === 'receive' && sender !== undefined && bytes !== undefined;
    return {
      at: clock,
      machine: (automata[machine] as Automaton).id,
      kind,
      received: isReceipt ? { from: sender, message: bytes } : null,
      isCut: cutBefore !== null,
      events: narrators[machine]?.perform(event, clock) ?? [],
    };
  });
  for (const narrator of narrators) narrator.close();
  return steps;
}
