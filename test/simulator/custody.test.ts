import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { seconds, type Host, type TapeEntry } from '../../src/contract/index.ts';
import { atStep, atTime, planOf, run, turn } from '../support/plans.ts';
import { probe } from '../support/probe-strategy.ts';

const machines = ['a1', 'a2', 'a3'];
const encode = (text: string) => new TextEncoder().encode(text);
const decode = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

/**
 * Every commit is appended, told, and pushed to all others, who append a remark and then the commit as well. Nobody ever
 * asks for what it lost.
 */
const pushOnce = (hosts: Map<string, Host>) =>
  probe((host) => {
    hosts.set(host.self, host);
    return {
      commit: (tx) => {
        host.disk.append(encode(tx.id), () => {
          host.settle(tx, { kind: 'committed' });
          for (const peer of host.peers) host.send(peer, encode(tx.id));
        });
      },
      receive: (_from, message) => {
        host.disk.append(encode('remark'), () => undefined);
        host.disk.append(message, () => undefined);
      },
    };
  });

const fault: fc.Arbitrary<TapeEntry['fault']> = fc.oneof(
  fc.record({
    kind: fc.constant('restore' as const),
    downMicros: fc.constant(seconds(1)),
    backupsBack: fc.integer({ min: 1, max: 4 }),
  }),
  fc.record({ kind: fc.constant('crash' as const), downMicros: fc.constant(seconds(1)) }),
  fc.record({ kind: fc.constant('busy' as const), stallMicros: fc.constant(seconds(15)) }),
);

const entry: fc.Arbitrary<TapeEntry> = fc.oneof(
  fc.tuple(fc.constantFrom(...machines), fc.integer({ min: 0, max: 80 }), fault).map(([m, at, f]) => atTime(m, at, f)),
  fc
    .tuple(
      fc.constantFrom(...machines),
      fc.constantFrom('append' as const, 'send' as const, 'receive' as const, 'settle' as const),
      fc.constantFrom('before' as const, 'after' as const),
      fc.integer({ min: 1, max: 12 }),
      fault,
    )
    .map(([m, step, moment, nth, f]) => atStep(m, step, moment, nth, f)),
);

describe('a restore', () => {
  it('never takes away the last durable copy of what an agent was told is safe', () => {
    let tookSomethingBack = 0;
    fc.assert(
      fc.property(fc.array(entry, { maxLength: 8 }), (tape) => {
        const hosts = new Map<string, Host>();
        const plan = planOf(...machines.map(() => [1, 2, 3, 4, 5, 6].map(() => turn())));
        const history = run(pushOnce(hosts), plan, tape);
        expect(history.failure).toBeNull();
        tookSomethingBack += history.faults.filter((struck) => struck.recordsLost > 0).length;
        const stored = new Set([...hosts.values()].flatMap((host) => host.disk.records().map(decode)));
        const told = history.attempts.filter((attempt) => attempt.outcome?.kind === 'committed');
        for (const attempt of told) expect(stored).toContain(attempt.tx.id);
      }),
      { numRuns: 300, seed: 7 },
    );
    expect(tookSomethingBack).toBeGreaterThan(30);
  });

  it('does not rely on a machine that crashed before all that it wrote for a message was durable', () => {
    let lostOnArrival = 0;
    for (let seed = 0; seed < 10; seed += 1) {
      const hosts = new Map<string, Host>();
      const tape = [
        atStep('a2', 'append', 'after', 1, { kind: 'crash', downMicros: seconds(1) }),
        atTime('a1', 15, { kind: 'restore', downMicros: seconds(1), backupsBack: 1 }),
      ];
      run(pushOnce(hosts), planOf([turn(), turn()], []), tape, String(seed));
      const [kept, copied] = ['a1', 'a2'].map((name) => hosts.get(name)?.disk.records().map(decode) ?? []);
      if (copied?.includes('a1.1') !== true) lostOnArrival += 1;
      expect([...(kept ?? []), ...(copied ?? [])]).toContain('a1.1');
    }
    expect(lostOnArrival).toBeGreaterThan(0);
  });
});
