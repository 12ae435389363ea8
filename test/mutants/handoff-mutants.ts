/** Bugs of systems that hand authority over: the right strategy with one of its rules broken, and where they are looked for. */

import { seconds, type Fault, type MergeStrategy } from '../../src/contract/index.ts';
import { rightRules, type AuthorityRules } from '../../src/replication/index.ts';
import { authorityHandoff, authorityHandoffWith } from '../../strategies/authority-handoff.ts';
import { atStep, planOf, run, turn } from '../support/plans.ts';
import type { Look, Mutant } from './mutant.ts';
import { protocolWitnessesOf, type Witness } from './witness.ts';

interface BrokenRule {
  readonly name: string;
  readonly bug: string;
  readonly rule: Partial<AuthorityRules>;
  /** What happens to this machine before one of the first messages that it receives. */
  readonly machine: string;
  readonly fault: Fault;
}

const receives = 24;

function mutant({ name, bug, rule, machine, fault }: BrokenRule): Mutant {
  const wrong = { ...authorityHandoffWith({ ...rightRules, ...rule }), name };
  function* looks(): Generator<Look> {
    for (let nth = 1; nth <= receives; nth += 1) {
      const seenOn = (strategy: MergeStrategy): readonly Witness[] => {
        const tape = [atStep(machine, 'receive', 'before', nth, fault)];
        return protocolWitnessesOf(run(strategy, planOf([turn()], [turn()], [turn()]), tape));
      };
      const trial = `three turns, ${fault.kind} before receive ${String(nth)} of ${machine}`;
      yield { trial, wrong: seenOn(wrong), right: seenOn(authorityHandoff) };
    }
  }
  return { name, bug, caughtBy: 'OneOwner', looks };
}

export const handoffMutants: readonly Mutant[] = [
  mutant({
    name: 'ambiguous-move-tried-elsewhere',
    bug: 'a move that was sent and not confirmed is treated as if nothing had been sent: the next one gets the authority',
    rule: { ambiguous: 'try-next' },
    machine: 'a3',
    fault: { kind: 'busy', stallMicros: seconds(2) },
  }),
  mutant({
    name: 'recovers-without-asking',
    bug: 'a source in doubt takes the authority back at its next tick, in the epoch that it has sent away',
    rule: { recovery: 'unasked' },
    machine: 'a2',
    fault: { kind: 'busy', stallMicros: seconds(20) },
  }),
  mutant({
    name: 'restarts-from-zero',
    bug: 'a replica that opens goes on from the epoch (0, 0), whatever was before',
    rule: { opening: 'from-zero' },
    machine: 'a1',
    fault: { kind: 'crash', downMicros: seconds(5) },
  }),
];
