/**
 * Leases as in a multiprocessor's caches: agents keep copies of fields and work with them without asking; the hub's directory
 * knows whose copy is Modified, Exclusive, Shared or Invalid (the protocol of agent-coherence). A commit replaces whole
 * contents by what its agent made of its copies, so it counts only under a live grant or with the newest versions. Whoever
 * wrote first wins; who is refused thinks again, and this time nobody else may change what it has read until it is through.
 *
 * Grants of a holder that is silent or holds on for too long are reclaimed. Each reclaim raises the field's owner
 * generation, so that a holder which was only asleep comes too late, and must look again before it is granted the field.
 */

import { hubId, seconds, type Knobs, type KnobValues, type MergeStrategy } from '../src/contract/index.ts';
import {
  coherences,
  hubServer,
  MesiClient,
  MesiHub,
  type Coherence,
  type MesiRules,
} from '../src/replication/index.ts';

/** Times are in seconds. */
interface MesiSettings {
  readonly coherence: Coherence;
  readonly recovery: boolean;
  /** A holder that was silent for so long is taken for dead. */
  readonly heartbeatTimeout: number;
  /** Nobody keeps a grant for longer, whatever signs of life it gives. */
  readonly maxHold: number;
  /** How long a copy is trusted where coherence is by lease. */
  readonly leaseTtl: number;
}

const defaults: MesiSettings = {
  coherence: 'lazy',
  recovery: true,
  heartbeatTimeout: 120,
  maxHold: 900,
  leaseTtl: 300,
};

const safeRules: MesiRules = { acquire: 'wait', checksVersions: true, fence: true, readsAgain: true };

const longest = 1_000_000;
const tick = { kind: 'number', min: 0, max: longest, whole: true } as const;

const knobs: Knobs = {
  coherence: {
    kind: 'choice',
    summary:
      'what becomes of the copies of others: invalidated, pushed to those who had one, or refreshed by themselves',
    default: defaults.coherence,
    values: coherences,
  },
  recovery: {
    kind: 'switch',
    summary: 'whether grants of the silent and of those who hold on for too long are reclaimed',
    default: defaults.recovery,
  },
  heartbeatTimeout: {
    ...tick,
    summary: 'seconds of silence after which a grant is reclaimed',
    default: defaults.heartbeatTimeout,
  },
  maxHold: {
    ...tick,
    summary: 'seconds after which a grant is reclaimed though its holder is alive; must be longer than leaseTtl',
    default: defaults.maxHold,
  },
  leaseTtl: {
    ...tick,
    summary: 'seconds for which a copy is trusted with coherence=lease',
    default: defaults.leaseTtl,
  },
};

/** What isn't named is as usual. Throws an error with the reason where the times make no sense. */
export function mesiLeaseWith(changes: Partial<MesiSettings>, rules: Partial<MesiRules> = {}): MergeStrategy {
  const settings = { ...defaults, ...changes };
  checkTimes(settings);
  const { coherence, recovery, heartbeatTimeout, maxHold, leaseTtl } = settings;
  const limits = { heartbeatTimeoutMicros: seconds(heartbeatTimeout), maxHoldMicros: seconds(maxHold) };
  const client = {
    coherence,
    leaseMicros: seconds(leaseTtl),
    heartbeatMicros: recovery ? seconds(heartbeatTimeout / 3) : null,
  };
  return {
    name: 'mesi-lease',
    summary: 'agents work with copies under leases; who was overtaken thinks again, with all that it reads reserved',
    layout: 'hub',
    reclaims: recovery,
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
    configure: (values) => mesiLeaseWith(settingsOf(values), rules),
    open: (host) =>
      host.self === hubId
        ? hubServer(
            host,
            new MesiHub(host, { coherence, limits: recovery ? limits : null, rules: { ...safeRules, ...rules } }),
          )
        : new MesiClient(host, client),
  };
}

function settingsOf({ coherence, recovery, heartbeatTimeout, maxHold, leaseTtl }: KnobValues): MesiSettings {
  return {
    coherence: coherence as Coherence,
    recovery: recovery === true,
    heartbeatTimeout: Number(heartbeatTimeout),
    maxHold: Number(maxHold),
    leaseTtl: Number(leaseTtl),
  };
}

/** A lease that outlives every grant would let its holder work with a copy that it has lost long ago. */
function checkTimes({ heartbeatTimeout, maxHold, leaseTtl }: MesiSettings): void {
  for (const [name, value] of Object.entries({ heartbeatTimeout, maxHold, leaseTtl })) {
    if (!(value > 0)) throw new Error(`${name} is ${value} s: it must be longer than 0`);
  }
  if (maxHold <= leaseTtl) {
    throw new Error(`maxHold is ${maxHold} s: it must be longer than leaseTtl, which is ${leaseTtl} s`);
  }
}

export const mesiLease: MergeStrategy = mesiLeaseWith({});
