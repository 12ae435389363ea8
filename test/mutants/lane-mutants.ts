/**
 * Bugs that systems with leases really had: each is one wrong rule, in a story that brings it to light. The right strategy
 * lives through the same story, so that only the rule can be to blame. Where a fence would hide the bug, both go without.
 */

import {
  agentAt,
  field,
  seconds,
  type Fault,
  type FaultProfile,
  type KnobValues,
  type MergeStrategy,
  type TapeEntry,
  type Turn,
  type Workload,
} from '../../src/contract/index.ts';
import { runTrial } from '../../src/experiment/index.ts';
import { scan } from '../../src/replication/framed-log.ts';
import { laneRules, type LaneRules } from '../../src/replication/index.ts';
import { checkpoint, defaultModel, type RecoveryPolicy } from '../../src/simulator/index.ts';
import { noRecovery } from '../../src/simulator/recovery/none.ts';
import { laneDefaults, laneLeaseWith } from '../../strategies/lane-lease.ts';
import { atStep, atTime } from '../support/plans.ts';
import {
  countsRefusedAsDone,
  lateReleases,
  ordinary,
  shortCommands,
  tearing,
  watchdogs,
  type Circumstances,
} from './lane-circumstances.ts';
import type { Mutant } from './mutant.ts';
import { witnessesOf, type Witness } from './witness.ts';

/** What is wrong: rules, or what stands between the client and its agent. */
interface Bug {
  readonly rules?: Partial<LaneRules>;
  readonly around?: Circumstances;
}

interface Story {
  /** Each agent's script. */
  readonly turns: readonly (readonly Turn[])[];
  readonly tape?: readonly TapeEntry[];
  readonly knobs?: KnobValues;
  readonly around?: Circumstances;
  readonly isUnfenced?: boolean;
  readonly recovery?: RecoveryPolicy;
}

/** The disk takes in any turn and any record, as a plain file would. */
const unfenced: Partial<LaneRules> = { isCovered: () => true, isEnd: () => true };

function laneMutant(about: Pick<Mutant, 'name' | 'bug' | 'caughtBy'>, wrong: Bug, story: Story): Mutant {
  const { turns, tape = [], around = ordinary, recovery = checkpoint } = story;
  const values = { ...laneDefaults, ...story.knobs };
  const rules: LaneRules = { ...laneRules, ...(story.isUnfenced === true ? unfenced : {}) };
  const strategies = {
    right: around(laneLeaseWith(values, rules), 'lane-lease'),
    wrong: (wrong.around ?? ordinary)(
      around(laneLeaseWith(values, { ...rules, ...wrong.rules }), about.name),
      about.name,
    ),
  };
  const seenOn = (strategy: MergeStrategy): readonly Witness[] => witnessesOf(lived(strategy, turns, tape, recovery));
  return {
    ...about,
    looks: () => [{ trial: 'a story of its own', wrong: seenOn(strategies.wrong), right: seenOn(strategies.right) }],
  };
}

function lived(
  strategy: MergeStrategy,
  turns: Story['turns'],
  tape: readonly TapeEntry[],
  recovery: RecoveryPolicy,
): ReturnType<typeof runTrial> {
  const workload: Workload = {
    name: 'story',
    summary: 'the turns of the story',
    conflict: 'all want the slot',
    contended: true,
    agents: { default: turns.length, min: 1, max: turns.length },
    plan: () => ({
      schema: { fields: [{ field: slot, kind: 'scalar', meaning: 'what all want' }] },
      agents: turns.map((script, index) => ({ agent: agentAt(index), turns: script })),
    }),
    exercised: () => true,
    invariants: [],
  };
  const profile: FaultProfile = { name: 'story', summary: 'its faults', survivable: true, draw: () => tape };
  const spec = {
    strategy: strategy.name,
    workload: 'story',
    faults: 'story',
    seed: 1,
    agents: null,
    recovery: recovery.name,
    model: defaultModel.name,
  };
  return runTrial(spec, { strategy, workload, profile, model: defaultModel, recovery, story: false });
}

const slot = field('slot');

/** After a pause, reads the slot, thinks, and writes the name into it. */
function taking(name: string, pauseSeconds: number, thinkSeconds: number): Turn {
  const write = () => [{ field: slot, kind: 'scalar', value: name }] as const;
  return { pauseMicros: seconds(pauseSeconds), steps: [{ reads: [slot], thinkMicros: seconds(thinkSeconds), write }] };
}

const crash = (downSeconds: number): Fault => ({ kind: 'crash', downMicros: seconds(downSeconds) });
const stall = (stallSeconds: number): Fault => ({ kind: 'busy', stallMicros: seconds(stallSeconds) });

/** The answer that gives the first agent the mutex finds it stalled. */
const stallsWithMutex = atStep('a1', 'receive', 'before', 2, stall(400));
/** The first agent's machine stops while it thinks, and its turn is not repeated: the lane is left behind. */
const stopsWithLane = { tape: [atTime('a1', 5, crash(5))], recovery: noRecovery };

export const laneMutants: readonly Mutant[] = [
  laneMutant(
    {
      name: 'drops-fresh-orphans',
      bug: 'a lease is dropped from view because its process is gone, though it is fresh',
      caughtBy: 'SingleWriter',
    },
    { rules: { expires: (_lease, isOrphaned) => isOrphaned, isScavengeOf: () => false } },
    { turns: ['a', 'b', 'c', 'd'].map((name) => [taking(name, 0, 20)]), around: shortCommands },
  ),
  laneMutant(
    {
      name: 'heartbeat-from-anybody',
      bug: 'a lease is prolonged by whoever sends a heartbeat for it: a dead one lives on',
      caughtBy: 'never ends',
    },
    { rules: { isHeartbeatOf: (lease, { token }) => lease.token === token } },
    { turns: [[taking('a', 0, 10)], [taking('b', 1, 10)]], ...stopsWithLane, around: watchdogs },
  ),
  laneMutant(
    {
      name: 'compaction-restarts-tokens',
      bug: 'a compacted journal counts its fencing tokens from the start',
      caughtBy: 'FencedWrites',
    },
    { rules: { checkpointOf: (fold) => ({ ...laneRules.checkpointOf(fold), lastToken: 0 }) } },
    { turns: ['a', 'b'].map((name) => [0, 5, 5].map((pause) => taking(name, pause, 10))), knobs: { compactAbove: 4 } },
  ),
  laneMutant(
    {
      name: 'unlink-then-create',
      bug: 'a stale mutex is removed and made anew: who does it later removes the new one, and both own it',
      caughtBy: 'SingleWriter',
    },
    { rules: { yields: (current, seen) => current === null || seen !== null, covers: () => true } },
    {
      turns: [[taking('a', 0, 10)], [taking('b', 320, 10)], [taking('c', 320, 10)]],
      tape: [stallsWithMutex],
      isUnfenced: true,
    },
  ),
  laneMutant(
    {
      name: 'torn-record-swallows',
      bug: 'a record that was torn off is not cut away: readers stop there and miss what was written behind it',
      caughtBy: 'lost',
    },
    { rules: { scan: stoppingAtTheFirstTear } },
    {
      turns: [[taking('a', 0, 1), taking('b', 10, 30)], [taking('c', 20, 30)]],
      tape: [atTime('hub', 5, crash(1)), atTime('hub', 15, crash(1))],
      around: tearing,
      isUnfenced: true,
    },
  ),
  laneMutant(
    {
      name: 'late-release-frees-another',
      bug: 'a release that comes late frees whatever lease there is by then',
      caughtBy: 'lost',
    },
    { rules: { isReleaseOf: (lease, { token }) => lease.token >= token } },
    {
      turns: [[taking('a', 0, 10)], [taking('b', 1, 60)], [taking('c', 50, 5)]],
      ...stopsWithLane,
      knobs: { grace: 25 },
      around: lateReleases,
      isUnfenced: true,
    },
  ),
  laneMutant(
    {
      name: 'lane-without-fence',
      bug: 'a holder that slept for longer than its lease comes back and writes',
      caughtBy: 'FencedWrites',
    },
    { rules: unfenced },
    {
      turns: [[taking('a', 0, 10)], [taking('b', 1, 10)]],
      tape: [atTime('a1', 5, stall(60))],
      knobs: { ttl: 20, grace: 5 },
    },
  ),
  laneMutant(
    {
      name: 'drops-refused-writes',
      bug: 'what a refused agent writes is dropped and counted as done',
      caughtBy: 'lost',
    },
    { around: countsRefusedAsDone },
    { turns: [[taking('a', 0, 10)], [taking('b', 1, 10)]] },
  ),
];

function stoppingAtTheFirstTear(bytes: Uint8Array): ReturnType<typeof scan> {
  const { pieces } = scan(bytes);
  const tear = pieces.findIndex(({ kind }) => kind === 'damage');
  return { pieces: tear < 0 ? pieces : pieces.slice(0, tear), end: bytes.length };
}
