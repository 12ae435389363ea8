import { describe, expect, it } from 'vitest';
import { checkProtocol, protocolInvariants } from '../../../src/oracle/protocol/index.ts';
import {
  accept,
  at,
  checkpoint,
  doubt,
  epoch,
  grant,
  grounds,
  heartbeat,
  held,
  judged,
  on,
  reclaim,
  recovered,
  release,
  settled,
  slot,
  stopped,
  told,
  violated,
} from './observations.ts';

describe('SingleWriter', () => {
  it('is violated by a grant of a field that somebody else still holds', () => {
    expect(violated(grant('x', 'a1', 1), grant('y', 'a2', 2), grant('x', 'a2', 3))).toEqual({ SingleWriter: 2 });
  });

  it('allows a grant after the last one was given back, taken or forgotten', () => {
    expect(violated(grant('x', 'a1', 1), release('x', 'a1', 1), grant('x', 'a2', 2))).toEqual({});
    expect(violated(grant('x', 'a1', 1), reclaim(held('x', 'a1', 1)), grant('x', 'a2', 2))).toEqual({});
    expect(violated(grant('x', 'a1', 1), stopped('hub'), recovered(), grant('x', 'a2', 2))).toEqual({});
  });

  it('knows what a hub has recovered as held', () => {
    const grants = [held('x', 'a1', 1)];
    expect(violated(grant('x', 'a1', 1), stopped('hub'), recovered({ grants }), grant('x', 'a2', 2))).toEqual({
      SingleWriter: 3,
    });
  });

  it('allows its holder to be granted it again', () => {
    expect(violated(grant('x', 'a1', 1), grant('x', 'a1', 2))).toEqual({});
  });
});

describe('MonotonicVersion', () => {
  it('is violated by a version that is skipped or repeated', () => {
    expect(violated(accept('x', 'a1', 1), accept('x', 'a2', 3))).toEqual({ MonotonicVersion: 1 });
    expect(violated(accept('x', 'a1', 1), accept('y', 'a1', 1), accept('x', 'a2', 1))).toEqual({ MonotonicVersion: 2 });
  });

  it('goes on from what a hub finds on its disk, also what became durable just before it stopped', () => {
    const found = recovered({ versions: { x: 2, y: 1 } });
    expect(violated(accept('x', 'a1', 1), stopped('hub'), found, accept('x', 'a2', 3), accept('y', 'a1', 2))).toEqual(
      {},
    );
    expect(violated(accept('x', 'a1', 1), stopped('hub'), found, accept('x', 'a2', 2))).toEqual({
      MonotonicVersion: 3,
    });
  });

  it('knows the versions that a hub finds on its disk in whatever order it reads them', () => {
    const found = recovered({ versions: { z: 1, x: 2, y: 1 } });
    const next = [accept('x', 'a1', 3), accept('y', 'a1', 2), accept('z', 'a1', 2)];
    expect(violated(found, ...next)).toEqual({});
    expect(violated(found, ...next, accept('y', 'a2', 2))).toEqual({ MonotonicVersion: 4 });
  });

  it('lets a peer go on from what the others have, whatever a stale copy says', () => {
    const stale = on('a2', recovered({ versions: { x: 1 } }));
    const first = [on('a1', accept('x', 'a1', 1)), on('a1', accept('x', 'a1', 2)), stopped('a2'), stale];
    expect(violated(...first, on('a2', accept('x', 'a2', 3)))).toEqual({});
    expect(violated(...first, on('a2', accept('x', 'a2', 2)))).toEqual({ MonotonicVersion: 4 });
  });

  it('lets a peer go on from what it had accepted and never reported, and the others without it', () => {
    const ahead = [on('a1', accept('x', 'a1', 1)), stopped('a1'), on('a1', recovered({ versions: { x: 2 } }))];
    expect(violated(...ahead, on('a1', accept('x', 'a1', 3)))).toEqual({});
    expect(violated(...ahead, on('a2', accept('x', 'a2', 2)))).toEqual({});
    expect(violated(...ahead, on('a2', accept('x', 'a2', 4)))).toEqual({ MonotonicVersion: 3 });
  });
});

describe('SweepExclusivity', () => {
  it('is violated by a grant that is reclaimed twice', () => {
    const taken = at(12, reclaim(held('x', 'a1', 1)));
    expect(violated(grant('x', 'a1', 1), taken, taken)).toEqual({ SweepExclusivity: 2 });
  });

  it('is violated by a reclaim of an earlier grant of the same holder', () => {
    const again = [grant('x', 'a1', 1), release('x', 'a1', 1), grant('x', 'a1', 2)];
    expect(violated(...again, reclaim(held('x', 'a1', 1)))).toEqual({ SweepExclusivity: 3 });
  });

  it('allows two grants to be reclaimed at one tick, and a field that is granted again', () => {
    const [first, second] = [held('x', 'a1', 1), held('y', 'a1', 1)];
    expect(violated(grant('x', 'a1', 1), grant('y', 'a1', 1), reclaim(first), reclaim(second))).toEqual({});
    const again = [grant('x', 'a1', 1), reclaim(first), grant('x', 'a1', 2), reclaim(held('x', 'a1', 2))];
    expect(violated(...again)).toEqual({});
  });
});

describe('TriggerExclusivity', () => {
  const granted = [grant('x', 'a1', 1), heartbeat('a1', 4)];

  it('lets silence be reclaimed exactly when it has lasted for the timeout', () => {
    const after = (second: number): unknown =>
      violated(...granted, at(second, reclaim(held('x', 'a1', 1), 'heartbeat', grounds(4, 0))));
    expect(after(12)).toEqual({});
    expect(after(11.999)).toEqual({ TriggerExclusivity: 2 });
  });

  it('is violated by a reclaim for holding too long where the heartbeat was overdue', () => {
    const heldTooLong = (last: number): unknown => {
      const swept = at(400, reclaim(held('x', 'a1', 1), 'max-hold', grounds(last, 0)));
      return violated(grant('x', 'a1', 1), heartbeat('a1', last), swept);
    };
    expect(heldTooLong(392.001)).toEqual({});
    expect(heldTooLong(392)).toEqual({ TriggerExclusivity: 2 });
  });

  it('is violated by a reclaim for holding too long before that time', () => {
    const early = at(399, reclaim(held('x', 'a1', 1), 'max-hold', grounds(398, 0)));
    expect(violated(grant('x', 'a1', 1), heartbeat('a1', 398), early)).toEqual({ TriggerExclusivity: 2 });
  });

  it('does not believe a sweep that has missed a heartbeat', () => {
    const deaf = at(20, reclaim(held('x', 'a1', 1), 'heartbeat', grounds(4, 0)));
    expect(violated(...granted, heartbeat('a1', 16), deaf)).toEqual({ TriggerExclusivity: 3 });
    const never = at(20, reclaim(held('x', 'a1', 1), 'heartbeat', grounds(null, 0)));
    expect(violated(...granted, never)).toEqual({ TriggerExclusivity: 2 });
    const imagined = at(20, reclaim(held('x', 'a1', 1), 'heartbeat', grounds(4, 0)));
    expect(violated(grant('x', 'a1', 1), imagined)).toEqual({ TriggerExclusivity: 1 });
  });

  it('asks no more of a hub that has lost its memory than what it has heard since', () => {
    const grants = [held('x', 'a1', 1)];
    const deaf = at(20, reclaim(held('x', 'a1', 1), 'heartbeat', grounds(null, 0)));
    expect(violated(...granted, stopped('hub'), recovered({ grants }), deaf)).toEqual({});
    expect(violated(...granted, stopped('hub'), recovered({ grants }), heartbeat('a1', 6), deaf)).toEqual({
      TriggerExclusivity: 5,
    });
    const remembered = at(20, reclaim(held('x', 'a1', 1), 'heartbeat', grounds(3, 0)));
    expect(violated(...granted, stopped('hub'), recovered({ grants }), remembered)).toEqual({});
  });

  it('does not believe a sweep that counts from a time after the grant', () => {
    const late = at(12, reclaim(held('x', 'a1', 1), 'heartbeat', grounds(4, 1)));
    expect(violated(...granted, late)).toEqual({ TriggerExclusivity: 2 });
  });

  it('does not believe a sweep that counts from an earlier grant', () => {
    const second = at(300, grant('x', 'a1', 2));
    const stale = at(400, reclaim(held('x', 'a1', 2), 'max-hold', grounds(399, 0)));
    expect(violated(grant('x', 'a1', 1), release('x', 'a1', 1), second, heartbeat('a1', 399), stale)).toEqual({
      TriggerExclusivity: 4,
    });
  });

  it('does not believe a sweep that counts from before the grant', () => {
    const second = at(300, grant('x', 'a1', 1));
    const stale = at(400, reclaim(held('x', 'a1', 1), 'max-hold', grounds(399, 0)));
    expect(violated(second, heartbeat('a1', 399), stale)).toEqual({ TriggerExclusivity: 2 });
  });

  it('judges by the time of the sweep where the reclaim takes effect later', () => {
    const sweptAt = 400_000_000 as never;
    const late = at(400.5, reclaim(held('x', 'a1', 1), 'max-hold', { ...grounds(392.4, 0), sweptAt }));
    expect(violated(grant('x', 'a1', 1), heartbeat('a1', 392.4), late)).toEqual({});
    expect(violated(grant('x', 'a1', 1), heartbeat('a1', 392.4), heartbeat('a1', 400.2), late)).toEqual({});
    expect(violated(grant('x', 'a1', 1), heartbeat('a1', 392.4), heartbeat('a1', 399), late)).toEqual({
      TriggerExclusivity: 3,
    });
  });
});

describe('TickMonotonicity', () => {
  it('is violated by a last heartbeat that goes back', () => {
    expect(violated(heartbeat('a1', 5), heartbeat('a2', 3), heartbeat('a1', 5), heartbeat('a1', 4))).toEqual({
      TickMonotonicity: 3,
    });
  });

  it('lets a hub that has lost its memory begin anew', () => {
    expect(violated(heartbeat('a1', 5), stopped('hub'), recovered(), heartbeat('a1', 4))).toEqual({});
    expect(violated(heartbeat('a1', 5), stopped('a1'), heartbeat('a1', 4))).toEqual({ TickMonotonicity: 2 });
    const [later, earlier] = [on('a2', heartbeat('a1', 5)), on('a2', heartbeat('a1', 4))];
    expect(violated(heartbeat('a1', 5), later, stopped('hub'), earlier)).toEqual({ TickMonotonicity: 3 });
    expect(violated(heartbeat('a1', 4), later, heartbeat('a1', 3))).toEqual({ TickMonotonicity: 2 });
  });
});

describe('SlotSurvival', () => {
  const taken = [grant('x', 'a1', 1), reclaim(held('x', 'a1', 1)), slot('x', 'a1', 'heartbeat')];

  it('is violated by a slot that is cleared without a new grant', () => {
    expect(violated(...taken, grant('x', 'a2', 2), grant('y', 'a1', 3), slot('x', 'a1', null))).toEqual({
      SlotSurvival: 5,
    });
  });

  it('lets the slot go when its holder is granted the field again', () => {
    expect(violated(...taken, grant('x', 'a1', 2), slot('x', 'a1', null))).toEqual({});
  });

  it('lets a hub forget its slots with the rest of its memory', () => {
    expect(violated(...taken, stopped('hub'), recovered(), slot('x', 'a1', null))).toEqual({});
    expect(violated(...taken, stopped('a1'), slot('x', 'a1', null))).toEqual({ SlotSurvival: 4 });
  });

  it('is violated by a slot that names another trigger than the reclaim', () => {
    expect(violated(grant('x', 'a1', 1), reclaim(held('x', 'a1', 1)), slot('x', 'a1', 'max-hold'))).toEqual({
      SlotSurvival: 2,
    });
  });
});

describe('FencedWrites', () => {
  it('is violated by a write of whose grant was taken', () => {
    const taken = [grant('x', 'a1', 1), reclaim(held('x', 'a1', 1))];
    expect(violated(...taken, accept('x', 'a1', 1, 1))).toEqual({ FencedWrites: 2 });
    expect(violated(...taken, grant('x', 'a2', 2), accept('x', 'a1', 1, 1))).toEqual({ FencedWrites: 3 });
    expect(violated(...taken, grant('x', 'a2', 2), accept('x', 'a1', 1, 2))).toEqual({ FencedWrites: 3 });
    expect(violated(...taken, grant('x', 'a2', 2), accept('x', 'a2', 1, 2))).toEqual({});
  });

  it('is violated by a write without a token where grants are given', () => {
    expect(violated(accept('y', 'a1', 1), grant('x', 'a1', 1), accept('x', 'a1', 1))).toEqual({ FencedWrites: 2 });
  });

  it('is violated by tokens that fall, also after a restart or a restore', () => {
    const before = [grant('x', 'a1', 7), release('x', 'a1', 7)];
    expect(violated(...before, grant('y', 'a1', 1), grant('x', 'a1', 8))).toEqual({});
    expect(violated(...before, grant('x', 'a2', 7))).toEqual({ FencedWrites: 2 });
    const lower = [...before, grant('y', 'a1', 3), release('y', 'a1', 3)];
    expect(violated(...lower, grant('y', 'a2', 2))).toEqual({ FencedWrites: 4 });
    expect(violated(...before, stopped('hub', 'restore'), recovered(), grant('x', 'a2', 1))).toEqual({
      FencedWrites: 4,
    });
  });

  it('lets a grant that was recovered be used', () => {
    const grants = [held('x', 'a1', 7)];
    expect(violated(grant('x', 'a1', 7), stopped('hub'), recovered({ grants }), accept('x', 'a1', 1, 7))).toEqual({});
    expect(violated(grant('x', 'a1', 7), stopped('hub'), recovered(), accept('x', 'a1', 1, 7))).toEqual({
      FencedWrites: 3,
    });
  });
});

describe('OwnGeneration', () => {
  it('is violated by a late release that frees what somebody else holds', () => {
    const taken = [grant('x', 'a1', 1), reclaim(held('x', 'a1', 1)), grant('x', 'a2', 2)];
    expect(violated(...taken, release('x', 'a1', 1))).toEqual({ OwnGeneration: 3 });
    expect(violated(...taken, release('x', 'a2', 2))).toEqual({});
  });

  it('is violated by the end of an older turn that clears the checkpoint of a newer one', () => {
    expect(violated(checkpoint('written', 5, 5), checkpoint('cleared', 5, 5))).toEqual({});
    expect(violated(checkpoint('written', 9, 9), checkpoint('cleared', 9, 5))).toEqual({ OwnGeneration: 1 });
  });
});

describe('AckDurable', () => {
  it('is violated by a hub that comes back from a crash without what it had accepted', () => {
    const accepted = [accept('x', 'a1', 1), accept('x', 'a2', 2), accept('y', 'a1', 1), stopped('hub')];
    expect(violated(...accepted, recovered({ versions: { x: 2, y: 1 } }))).toEqual({});
    expect(violated(...accepted, recovered({ versions: { x: 2 } }))).toEqual({ AckDurable: 4 });
    expect(violated(...accepted, recovered({ versions: { x: 1, y: 1 } }))).toEqual({ AckDurable: 4 });
  });

  it('asks nothing of a disk that was restored from a backup, but of what it held then', () => {
    const restored = [accept('x', 'a1', 1), stopped('hub', 'restore'), recovered(), accept('x', 'a1', 1)];
    expect(violated(...restored)).toEqual({});
    expect(violated(...restored, stopped('hub'), recovered())).toEqual({ AckDurable: 5 });
  });

  it('is violated by a hub that tells more turns than it has accepted', () => {
    const first = [accept('x', 'a1', 1), told('a1.1', ['x'])];
    expect(violated(...first, told('a2.1', ['x']))).toEqual({ AckDurable: 2 });
    expect(violated(...first, told('a2.1', ['x'], 'escalated'), told('a3.1', ['x'], 'conflict'))).toEqual({});
    expect(violated(...first, accept('x', 'a2', 2), told('a2.1', ['x', 'x']))).toEqual({});
  });

  it('counts no turn that was repeated: an earlier attempt may have landed, with other writes', () => {
    const seen = told('a2.1', ['x']);
    if (seen.kind !== 'told') throw new Error('nobody was told');
    const repeated = { ...seen, tx: { ...seen.tx, attempt: 2 } };
    expect(violated(accept('x', 'a1', 1), told('a1.1', ['x']), repeated)).toEqual({});
  });

  it('counts anew where a restore has taken back what was told', () => {
    const before = [accept('x', 'a1', 1), told('a1.1', ['x']), accept('x', 'a1', 2), told('a1.2', ['x'])];
    const restored = [...before, stopped('hub', 'restore'), recovered({ versions: { x: 1 } })];
    expect(violated(...restored, accept('x', 'a2', 2), told('a2.1', ['x']))).toEqual({});
    expect(violated(...restored, told('a2.1', ['x']))).toEqual({ AckDurable: 6 });
  });

  it('counts what a hub had accepted just before it stopped, and never reported', () => {
    const found = recovered({ versions: { x: 1, y: 1 } });
    expect(violated(accept('x', 'a1', 1), stopped('hub'), found, told('a2.1', ['y']))).toEqual({});
  });

  it('is violated by a peer whose log lacks a write that its agent was told is safe', () => {
    const open = (contains: Record<string, number>): ReturnType<typeof on> => on('a1', recovered({ contains }));
    expect(violated(open({}), told('a1.2', ['x']), stopped('a1'), open({ a1: 65 }))).toEqual({});
    expect(violated(open({}), told('a1.2', ['x']), stopped('a1'), open({ a1: 1, a2: 65 }))).toEqual({ AckDurable: 3 });
    expect(violated(open({}), told('a1.2', ['x']), stopped('a1', 'restore'), open({ a1: 1 }))).toEqual({});
    expect(violated(open({}), told('a1.2', ['x'], 'conflict'), stopped('a1'), open({ a1: 1 }))).toEqual({});
    const restored = [open({}), told('a1.2', ['x']), stopped('a1', 'restore'), open({ a1: 1 })];
    expect(violated(...restored, stopped('a1'), open({ a1: 1 }))).toEqual({});
  });

  it('does not ask for logs of writes where versions are counted', () => {
    const opened = on('a1', recovered({ versions: { x: 1 } }));
    expect(violated(on('a1', accept('x', 'a1', 1)), told('a1.1', ['x']), stopped('a1'), opened)).toEqual({});
  });
});

describe('LogPrefix', () => {
  const [one, two] = [held('x', 'a1', 1), held('y', 'a2', 2)];
  const both = [grant('x', 'a1', 1), grant('y', 'a2', 2)];

  it('allows all that is live, what was given back unreported, and what was granted unreported', () => {
    for (const grants of [[one, two], [one], [], [one, held('y', 'a3', 3)]])
      expect(violated(...both, stopped('hub'), recovered({ grants }))).toEqual({});
  });

  it('is violated by a grant that was given back and is there again', () => {
    const ended = [...both, release('x', 'a1', 1)];
    expect(violated(...ended, stopped('hub'), recovered({ grants: [one, two] }))).toEqual({ LogPrefix: 4 });
    expect(violated(...ended, stopped('hub'), recovered({ grants: [two] }))).toEqual({});
  });

  it('is violated by a grant that nobody ever made', () => {
    const invented = recovered({ grants: [held('x', 'a3', 1)] });
    expect(violated(...both, stopped('hub'), invented)).toEqual({ LogPrefix: 3 });
    expect(violated(recovered({ grants: [one] }))).toEqual({ LogPrefix: 0 });
    expect(violated(on('a1', grant('x', 'a1', 9)), stopped('hub'), recovered({ grants: [one] }))).toEqual({});
  });

  it('allows any earlier state after a restore, but no mixture of several', () => {
    const changes = [grant('x', 'a1', 1), release('x', 'a1', 1), grant('y', 'a2', 2), stopped('hub', 'restore')];
    for (const grants of [[], [one], [two]]) expect(violated(...changes, recovered({ grants }))).toEqual({});
    expect(violated(...changes, recovered({ grants: [one, two] }))).toEqual({ LogPrefix: 4 });
    const renewed = [grant('x', 'a1', 1), grant('x', 'a1', 2), stopped('hub', 'restore')];
    expect(violated(...renewed, recovered({ grants: [one, held('x', 'a1', 2)] }))).toEqual({ LogPrefix: 3 });
  });

  it('goes on from what was recovered', () => {
    const again = [stopped('hub'), recovered({ grants: [one] })];
    const restored = [
      grant('x', 'a1', 1),
      release('x', 'a1', 1),
      stopped('hub', 'restore'),
      recovered({ grants: [one] }),
    ];
    expect(violated(...restored, ...again)).toEqual({});
    const forgotten = [grant('x', 'a1', 1), stopped('hub'), recovered()];
    expect(violated(...forgotten, ...again)).toEqual({ LogPrefix: 4 });
  });
});

describe('OneOwner', () => {
  it('is violated by two replicas that are active in one epoch, at whatever times', () => {
    expect(violated(epoch('a1', 1, 0), epoch('a1', 1, 1), epoch('a1', 2, 0, false), epoch('a2', 1, 1))).toEqual({
      OneOwner: 3,
    });
  });

  it('is violated by an owner that goes on although another one has taken over', () => {
    const moved = [epoch('a1', 1, 0), epoch('a2', 2, 0)];
    expect(violated(...moved, on('a2', accept('x', 'a2', 1)))).toEqual({});
    expect(violated(...moved, on('a1', accept('x', 'a1', 1)))).toEqual({ OneOwner: 2 });
    expect(violated(...moved, epoch('a1', 1, 1))).toEqual({ OneOwner: 2 });
    expect(violated(...moved, epoch('a1', 1, 1, false))).toEqual({});
  });

  it('is violated by a take-over that does not raise the major', () => {
    expect(violated(epoch('a1', 1, 0), epoch('a2', 1, 1))).toEqual({ OneOwner: 1 });
  });

  it('is violated by somebody who is active while another owns the document', () => {
    expect(violated(on('a2', epoch('a1', 1, 0)))).toEqual({ OneOwner: 0 });
    expect(violated(on('a2', epoch('a1', 1, 0, false)))).toEqual({});
  });

  it('is violated by a write of somebody who has stopped being active', () => {
    expect(violated(epoch('a1', 1, 0), stopped('a1'), on('a1', accept('x', 'a1', 1)))).toEqual({ OneOwner: 2 });
    expect(violated(epoch('a1', 1, 0), stopped('a1'), epoch('a1', 1, 1), on('a1', accept('x', 'a1', 1)))).toEqual({});
  });
});

describe('HaltOnDoubt', () => {
  const sent = [epoch('a1', 1, 0), epoch('a1', 1, 0, false), doubt('a1', 'a2')];

  it('is violated by anybody who writes but the target in a higher epoch', () => {
    expect(violated(...sent, epoch('a2', 2, 0), on('a2', accept('x', 'a2', 1)))).toEqual({});
    expect(violated(...sent, epoch('a3', 2, 0), on('a3', accept('x', 'a3', 1)))).toEqual({ HaltOnDoubt: 4 });
    expect(violated(epoch('a2', 0, 5, false), ...sent, on('a2', accept('x', 'a2', 1)))).toMatchObject({
      HaltOnDoubt: 4,
    });
  });

  it('ends when it is settled', () => {
    expect(violated(...sent, settled('a1'), epoch('a3', 2, 0), on('a3', accept('x', 'a3', 1)))).toEqual({});
  });
});

describe('what was put to the test', () => {
  it('is counted by invariant, and nothing is where a strategy reports nothing', () => {
    expect(judged()).toEqual({});
    expect(judged(recovered(), told('a1.1', ['x']))).toEqual({});
    expect(judged(grant('x', 'a1', 1), accept('x', 'a1', 1, 1), release('x', 'a1', 1))).toEqual({
      SingleWriter: 1,
      MonotonicVersion: 1,
      FencedWrites: 2,
      OwnGeneration: 1,
    });
  });

  it('has one name per invariant', () => {
    const names = protocolInvariants.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    expect(checkProtocol([]).map(({ invariant }) => invariant)).toEqual(names);
  });

  it('names the event, the machine and the time of a violation in a sentence', () => {
    const second = at(3, grant('x', 'a2', 2));
    const [verdict] = checkProtocol([grant('x', 'a1', 1), second]);
    expect(verdict?.violation).toEqual({
      invariant: 'SingleWriter',
      index: 1,
      at: 3_000_000,
      replica: 'hub',
      violation: 'a2 is granted x while it is held: x of a1 (token 1)',
      event: second,
    });
  });
});
