/** All mutants, in the order of the kill matrix. Whoever adds one adds a line here and no test. */

import { llmTransactional } from '../../strategies/llm-transactional.ts';
import { loro } from '../../strategies/loro.ts';
import { lww } from '../../strategies/lww.ts';
import { occ } from '../../strategies/occ.ts';
import { serial } from '../../strategies/serial.ts';
import { twoPhaseLocking } from '../../strategies/two-phase-locking.ts';
import { yjs } from '../../strategies/yjs.ts';
import {
  putsWithoutTransaction,
  releasesLocksBeforeTheCommit,
  validatesOnlyTheFirstField,
  validatesOnlyWhatIsWritten,
} from './coordination-mutants.ts';
import { handoffMutants } from './handoff-mutants.ts';
import {
  claimsAnEscalationStoresNothing,
  hubAcknowledgesBeforeTheDisk,
  judgeAskedOnEveryReplica,
  mergeDropsALine,
  mergeInventsAValue,
  refusedWriteCountedAsDone,
  retriesWithoutIdempotencyKey,
} from './hub-mutants.ts';
import { laneMutants } from './lane-mutants.ts';
import { acknowledgesBeforeTheAppend } from './live-mutants.ts';
import { mesiMutants } from './mesi-mutants.ts';
import { strategyMutant, type Mutant } from './mutant.ts';
import {
  acknowledgesBeforeTheDisk,
  loroWithOldId,
  registerWithoutCausality,
  setAsList,
  tieBrokenByArrival,
  yjsWithOldId,
} from './peer-mutants.ts';
import { rankMutants } from './rank-mutants.ts';
import { recoveryMutants } from './recovery-mutants.ts';

export const mutants: readonly Mutant[] = [
  strategyMutant({
    strategy: claimsAnEscalationStoresNothing,
    right: llmTransactional,
    bug: 'a conflict is reported as escalated, but the values that a person would choose from are gone',
    caughtBy: 'lost',
    place: { workload: 'semantic-conflict', faults: 'none', seeds: 4 },
  }),
  strategyMutant({
    strategy: acknowledgesBeforeTheDisk,
    right: loro,
    bug: 'the agent is told that its turn is safe before it is on the disk',
    caughtBy: 'AckDurable',
    place: { workload: 'mixed', faults: 'crash', seeds: 20 },
  }),
  strategyMutant({
    strategy: hubAcknowledgesBeforeTheDisk,
    right: occ,
    bug: 'the hub answers a commit before its record is on the disk',
    caughtBy: 'AckDurable',
    place: { workload: 'clean-merge', faults: 'crash', seeds: 40 },
  }),
  strategyMutant({
    strategy: acknowledgesBeforeTheAppend,
    right: loro,
    bug: 'a turn is told that it is safe, and its record is written some seconds later',
    caughtBy: 'lost',
    place: { workload: 'tally', faults: 'crash', seeds: 1 },
  }),
  strategyMutant({
    strategy: tieBrokenByArrival,
    right: lww,
    bug: 'of two equal timestamps the one that arrives later wins, and it arrives in a different order everywhere',
    caughtBy: 'divergence',
    place: { workload: 'values', faults: 'none', seeds: 5 },
  }),
  strategyMutant({
    strategy: loroWithOldId,
    right: loro,
    bug: 'a Loro replica that was restored from a backup goes on under the id that it had, and numbers its changes anew',
    caughtBy: 'lost',
    place: { workload: 'mixed', faults: 'restore', seeds: 10 },
  }),
  strategyMutant({
    strategy: yjsWithOldId,
    right: yjs,
    bug: 'a Yjs replica that was restored from a backup goes on under the id that it had, and numbers its changes anew',
    caughtBy: 'divergence',
    place: { workload: 'mixed', faults: 'restore', seeds: 30 },
  }),
  strategyMutant({
    strategy: setAsList,
    right: loro,
    bug: 'a set is kept as a list of the library: two replicas that add one element show it twice',
    caughtBy: 'duplicates',
    place: { workload: 'union', faults: 'restore', seeds: 40 },
  }),
  strategyMutant({
    strategy: registerWithoutCausality,
    right: loro,
    bug: 'a register does not know what its writers had read: whoever overwrites a value knowingly contends with it',
    caughtBy: 'false escalation',
    place: { workload: 'mixed', faults: 'none', seeds: 5 },
  }),
  strategyMutant({
    strategy: judgeAskedOnEveryReplica,
    right: llmTransactional,
    bug: 'every replica that hears of a conflict asks the model for itself',
    caughtBy: 'extra calls',
    place: { workload: 'semantic-conflict', faults: 'none', seeds: 4 },
  }),
  strategyMutant({
    strategy: refusedWriteCountedAsDone,
    right: serial,
    bug: 'a refused write is dropped, and its agent is told that all is well',
    caughtBy: 'lost',
    place: { workload: 'status-race', faults: 'none', seeds: 8 },
  }),
  strategyMutant({
    strategy: retriesWithoutIdempotencyKey,
    right: serial,
    bug: 'a turn that is repeated after a lost answer cannot be told from a new one',
    caughtBy: 'duplicates',
    place: { workload: 'notes', faults: 'crash', seeds: 16 },
  }),
  strategyMutant({
    strategy: mergeDropsALine,
    right: llmTransactional,
    bug: 'the merge of two lists of lines forgets one of them',
    caughtBy: 'lost',
    place: { workload: 'notes', faults: 'none', seeds: 2 },
  }),
  strategyMutant({
    strategy: mergeInventsAValue,
    right: llmTransactional,
    bug: 'the merge puts words of its own into what somebody wrote',
    caughtBy: 'invented value',
    place: { workload: 'disjoint', faults: 'none', seeds: 2 },
  }),
  strategyMutant({
    strategy: putsWithoutTransaction,
    right: serial,
    bug: 'a turn is put field by field, and nobody looks whether the later ones arrive',
    caughtBy: 'AllOrNothing',
    place: { workload: 'torn-pair', faults: 'none', seeds: 2 },
  }),
  strategyMutant({
    strategy: validatesOnlyTheFirstField,
    right: occ,
    bug: 'of a turn that has read several fields, only the first is checked when it commits',
    caughtBy: 'NoSkew',
    place: { workload: 'mixed', faults: 'none', seeds: 12 },
  }),
  strategyMutant({
    strategy: validatesOnlyWhatIsWritten,
    right: occ,
    bug: 'what a turn has read but not written may be outdated when it commits',
    caughtBy: 'NoSkew',
    place: { workload: 'canary', faults: 'none', seeds: 1 },
  }),
  strategyMutant({
    strategy: releasesLocksBeforeTheCommit,
    right: twoPhaseLocking,
    bug: 'locks are given back when the agent has read, and taken again when it writes',
    caughtBy: 'NoSkew',
    place: { workload: 'notes', faults: 'none', seeds: 12 },
  }),
  ...handoffMutants,
  ...recoveryMutants,
  ...mesiMutants,
  ...laneMutants,
  ...rankMutants,
];
