/**
 * Lane leases (dos-kernel): agents share one journal, and whoever wants to work on some fields, its lane, writes there that it
 * does. The live leases are what the journal adds up to; a pure arbiter, the same for all, admits a request for fields that
 * nobody holds and refuses any other. Reading, deciding and writing happen under one mutex.
 *
 * The machine `hub` is the disk that they share: it keeps the bytes of the journal, the mutex and the document, tells what
 * stands there, and decides about no lane. The clients read, decide and write. The disk fences: it appends for the owner of
 * the mutex only, and takes in a turn only if all the leases that cover what it has read and written are live in its
 * holder's name. So a client that stalls, loses what it held and comes back can do no harm, whatever it believes.
 *
 * Left out: the journal of a disk is repaired by nobody. Where it is damaged, turns that need what the damage may cover are
 * set aside for a person, for as long as no later record shows who holds it.
 */

import { hubId, seconds, type Knobs, type KnobValues, type MergeStrategy } from '../src/contract/index.ts';
import { laneRules, LaneClient, LaneHub, type LaneOptions, type LaneRules } from '../src/replication/index.ts';

const knobs: Knobs = {
  ttl: {
    kind: 'number',
    summary: 'seconds that a lease lives without a heartbeat',
    default: 3000,
    min: 1,
    max: 1e6,
    whole: false,
  },
  grace: {
    kind: 'number',
    summary: 'seconds beyond it; also the age below which the lease of a dead process is left alone',
    default: 300,
    min: 0,
    max: 1e6,
    whole: false,
  },
  coalesceWithin: {
    kind: 'number',
    summary: 'seconds within which a second heartbeat is not written down',
    default: 60,
    min: 0,
    max: 1e6,
    whole: false,
  },
  mutexStale: {
    kind: 'number',
    summary: 'seconds after which the mutex of the journal is taken over',
    default: 300,
    min: 1,
    max: 1e6,
    whole: false,
  },
  compactAbove: {
    kind: 'number',
    summary: 'records of the journal above which it is compacted',
    default: 200,
    min: 1,
    max: 1e6,
    whole: true,
  },
};

/** Heartbeats per time to live. */
const beatsPerLife = 5;
/** For so many seconds what a client has read of the journal is worth deciding by. */
const fresh = 5;

function optionsOf(values: KnobValues): LaneOptions {
  const ttl = Number(values['ttl']);
  return {
    ttlMicros: seconds(ttl),
    graceMicros: seconds(Number(values['grace'])),
    coalesceWithinMicros: seconds(Number(values['coalesceWithin'])),
    mutexStaleMicros: seconds(Number(values['mutexStale'])),
    compactAbove: Number(values['compactAbove']),
    heartbeatMicros: seconds(ttl / beatsPerLife),
    freshMicros: seconds(Math.min(fresh, ttl / beatsPerLife)),
  };
}

/** The rules are those on which safety rests: with others than the right ones it is another strategy. */
export function laneLeaseWith(values: KnobValues, rules: LaneRules = laneRules): MergeStrategy {
  const options = optionsOf(values);
  return {
    name: 'lane-lease',
    summary: 'leases on sets of fields in a shared journal, which a pure arbiter grants; the refused ask again',
    layout: 'hub',
    reclaims: true,
    promises: {
      converges: 'survivable',
      keepsCommittedWrites: 'survivable',
      keepsRefusedOut: 'survivable',
      exactlyOnce: 'survivable',
      allOrNothing: 'survivable',
      escalatesTruly: 'survivable',
      serializable: 'survivable',
      serialInRankOrder: false,
      neverWaits: false,
    },
    knobs,
    configure: (chosen) => laneLeaseWith(chosen, rules),
    open: (host) => (host.self === hubId ? new LaneHub(host, rules) : new LaneClient(host, rules, options)),
  };
}

export const laneDefaults: KnobValues = Object.fromEntries(
  Object.entries(knobs).map(([name, knob]) => [name, knob.default]),
);

export const laneLease: MergeStrategy = laneLeaseWith(laneDefaults);
