import { describe, expect, it } from 'vitest';
import {
  agentAt,
  hubId,
  replicaOf,
  seconds,
  type FaultProfile,
  type TapeContext,
  type TapeEntry,
} from '../../src/contract/index.ts';
import { createStreams, substreams } from '../../src/random/index.ts';
import { defaultFaultProfiles, faultProfiles } from '../../src/simulator/faults/index.ts';

const horizonMicros = seconds(120);

function context(seed: number, agents = 4): TapeContext {
  const machines = Array.from({ length: agents }, (_machine, index) => replicaOf(agentAt(index)));
  return { machines, hub: hubId, horizonMicros, random: substreams(createStreams(`seed/${String(seed)}`), 'faults') };
}

const seeds = Array.from({ length: 300 }, (_seed, index) => index);
const tapes = (profile: FaultProfile): readonly (readonly TapeEntry[])[] =>
  seeds.map((seed) => profile.draw(context(seed)));

function named(name: string): FaultProfile {
  const profile = faultProfiles.find((one) => one.name === name);
  if (profile === undefined) throw new Error(`there is no profile ${name}`);
  return profile;
}

describe('the list of fault profiles', () => {
  it('has none, crash, busy and restore, and model for whoever names it', () => {
    expect(faultProfiles.map(({ name }) => name)).toEqual(['none', 'crash', 'busy', 'restore', 'model']);
    expect(defaultFaultProfiles.map(({ name }) => name)).toEqual(['none', 'crash', 'busy', 'restore']);
    expect(faultProfiles.every(({ survivable }) => survivable)).toBe(true);
  });
});

describe.each(faultProfiles.map((profile) => [profile.name, profile] as const))('the profile %s', (name, profile) => {
  it('draws the same tape for the same seed', () => {
    expect(profile.draw(context(7))).toEqual(profile.draw(context(7)));
  });

  it('leaves the entries of the others alone when one more machine joins', () => {
    for (const seed of seeds) {
      const more = profile.draw(context(seed, 5)).filter(({ machine }) => machine !== 'a5');
      expect(more).toEqual(profile.draw(context(seed)));
    }
  });

  it('is not shifted by draws from another stream', () => {
    const used = context(7);
    used.random.stream('another').next();
    expect(profile.draw(used)).toEqual(profile.draw(context(7)));
  });

  it('strikes within the horizon, or at a step that is soon reached', () => {
    for (const { trigger } of tapes(profile).flat()) {
      if (trigger.kind === 'time') {
        expect(Number.isSafeInteger(trigger.atMicros) && trigger.atMicros >= 0).toBe(true);
        expect(trigger.atMicros).toBeLessThanOrEqual(horizonMicros);
      } else {
        expect(trigger.nth).toBeGreaterThanOrEqual(1);
        expect(trigger.nth).toBeLessThanOrEqual(6);
      }
    }
  });

  it('strikes every machine at times of its own', () => {
    for (const tape of tapes(profile)) {
      const times = tape.flatMap(({ trigger }) => (trigger.kind === 'time' ? [trigger.atMicros] : []));
      expect(new Set(times).size).toBe(times.length);
    }
  });

  it('strikes only with its own kind of fault', () => {
    expect(new Set(tapes(profile).flatMap((tape) => tape.map(({ fault }) => fault.kind)))).toEqual(
      new Set(['none', 'model'].includes(name) ? [] : [name]),
    );
  });

  it('strikes as often however long the agents work', () => {
    const longer = { ...context(7), horizonMicros: seconds(4000) };
    expect(profile.draw(longer)).toHaveLength(profile.draw(context(7)).length);
  });
});

describe('how often a trial of four agents is struck', () => {
  const mean = (name: string): number => tapes(named(name)).flat().length / seeds.length;

  it('is never without faults', () => expect(mean('none')).toBe(0));
  it.each(['crash', 'busy'])('is about 5 times on the agents and twice on the hub: %s', (name) => {
    const hub = tapes(named(name))
      .flat()
      .filter(({ machine }) => machine === hubId);
    expect(hub).toHaveLength(2 * seeds.length);
    expect(mean(name)).toBeGreaterThan(6);
    expect(mean(name)).toBeLessThan(8.5);
  });
  it('is 2 to 5 times by a restore, and never on the hub', () => {
    expect(mean('restore')).toBeGreaterThan(2);
    expect(mean('restore')).toBeLessThan(5);
    expect(
      tapes(named('restore'))
        .flat()
        .some(({ machine }) => machine === hubId),
    ).toBe(false);
  });
});

describe('what strikes', () => {
  const faults = (name: string): readonly TapeEntry[] => tapes(named(name)).flat();

  it.each(['crash', 'busy'])('happens before and after every step: %s', (name) => {
    const steps = faults(name).flatMap(({ trigger }) =>
      trigger.kind === 'step' ? [`${trigger.moment} ${trigger.step}`] : [],
    );
    expect(new Set(steps).size).toBe(8);
  });

  it('stalls below and above the usual times of leases', () => {
    const stalls = faults('busy').flatMap(({ fault }) => (fault.kind === 'busy' ? [fault.stallMicros] : []));
    const share = (from: number, to: number): number =>
      stalls.filter((stall) => stall >= seconds(from) && stall <= seconds(to)).length / stalls.length;
    expect(share(0.5, 10)).toBeGreaterThan(0.6);
    expect(share(30, 100)).toBeGreaterThan(0.1);
    expect(share(150, 400)).toBeGreaterThan(0.05);
    expect(share(0.5, 400)).toBe(1);
  });

  it('rolls back by 1 to 3 backups, when something can have been written', () => {
    const restores = faults('restore');
    const back = restores.flatMap(({ fault }) => (fault.kind === 'restore' ? [fault.backupsBack] : []));
    expect(new Set(back)).toEqual(new Set([1, 2, 3]));
    const times = restores.flatMap(({ trigger }) => (trigger.kind === 'time' ? [trigger.atMicros] : []));
    expect(Math.min(...times)).toBeGreaterThanOrEqual(horizonMicros / 4);
    expect(times.filter((time) => time > horizonMicros / 2).length / times.length).toBeGreaterThan(0.5);
  });
});
