import { describe, expect, it } from 'vitest';
import { hubId, type MergeStrategy, type WalkResult, type WalkedFaults } from '../../src/contract/index.ts';
import { scenarios, walk, type WalkInput } from '../../src/explore/index.ts';
import { protocolInvariants } from '../../src/oracle/protocol/index.ts';
import { occ } from '../../strategies/occ.ts';
import { serial } from '../../strategies/serial.ts';
import { strategies } from '../support/every-strategy.ts';
import { twoPhaseLocking } from '../../strategies/two-phase-locking.ts';
import { releasesLocksBeforeTheCommit, validatesOnlyTheFirstField } from '../mutants/coordination-mutants.ts';
import { hubAcknowledgesBeforeTheDisk } from '../mutants/hub-mutants.ts';
import { altered } from '../support/altered.ts';
import { probe } from '../support/probe-strategy.ts';
import { named } from '../support/trials.ts';

function explored(
  strategy: MergeStrategy,
  faults: WalkedFaults,
  differs: Partial<WalkInput> & { of?: string } = {},
): WalkResult {
  const { of = 'same-field', ...others } = differs;
  const bounds = { timers: 0, rounds: 0, states: 100_000 };
  return walk({ strategy, scenario: named(scenarios, of), faults, bounds, invariants: protocolInvariants, ...others });
}

function broken({ violations }: WalkResult): readonly string[] {
  return violations.flatMap((found) => found.broken.map(({ name }) => name));
}

/** The moves of the first violation, as `a1 agent`, without switching on the machines. */
function pathOf({ violations }: WalkResult): readonly string[] {
  const moves = violations[0]?.path ?? [];
  return moves.filter(({ kind }) => kind !== 'boot').map(({ machine, kind }) => `${machine} ${kind}`);
}

/** Whoever doesn't promise that its replicas converge may go on for ever: there is no end to walk to. */
const coordinated = strategies.filter(({ promises }) => promises.neverWaits === false && promises.converges !== false);

describe('every interleaving of two agents that read and set one field', () => {
  it.each(coordinated)('breaks nothing of $name', (strategy) => {
    const result = explored(strategy, 'none');
    expect(result).toMatchObject({ violations: [], frontier: 0 });
    expect(result.judged).toBeGreaterThan(0);
  });

  it.each(coordinated)('breaks nothing of $name if machines are late with their timers', (strategy) => {
    const bounds = { timers: 1, rounds: 0, states: 10_000 };
    expect(explored(strategy, 'busy', { bounds }).violations).toEqual([]);
  });

  it.each([
    { strategy: occ, states: 10_000 },
    { strategy: serial, states: 5_000 },
  ])(
    'breaks nothing of $strategy.name, whichever machine crashes when, and comes back when',
    ({ strategy, states }) => {
      const result = explored(strategy, 'crash');
      expect(result).toMatchObject({ violations: [], frontier: 0 });
      expect(result.states).toBeGreaterThan(states);
    },
  );

  it('has the same states, counted again', () => {
    expect(explored(occ, 'none')).toEqual(explored(occ, 'none'));
  });

  it('grows with what is allowed to happen', () => {
    const counts = [0, 1].map(
      (timers) => explored(occ, 'none', { bounds: { timers, rounds: 0, states: 100_000 } }).states,
    );
    expect(counts[1]).toBeGreaterThan(counts[0]!);
  });

  it('says what is left when a bound is hit', () => {
    const result = explored(occ, 'crash', { bounds: { timers: 0, rounds: 0, states: 1_000 } });
    expect(result.states).toBeGreaterThanOrEqual(1_000);
    expect(result.frontier).toBeGreaterThan(0);
  });

  it('reaches endings long before a walk breadth first would, and judges them', () => {
    const result = explored(occ, 'crash', { bounds: { timers: 0, rounds: 0, states: 1_000 } });
    expect(result.judged).toBeGreaterThan(5);
  });

  it('is complete when the bound is not hit, whether it has dived or not', () => {
    const [wide, narrow] = [100_000, 0].map((more) => {
      const { states } = explored(occ, 'none');
      return explored(occ, 'none', { bounds: { timers: 0, rounds: 0, states: states + 1 + more } });
    });
    const { states, transitions, endings, judged } = wide!;
    expect(narrow).toMatchObject({ states, transitions, endings, judged, frontier: 0, violations: [] });
  });

  it('reaches both orders of the two turns', () => {
    const seen = new Set<string>();
    const spied = altered(occ, 'spied', {
      host: (host) => ({
        settle: (tx, outcome) => {
          seen.add(`${tx.id} ${outcome.kind}`);
          host.settle(tx, outcome);
        },
      }),
    });
    explored(spied, 'none');
    expect([...seen].sort()).toEqual(['a1.1 committed', 'a1.1 conflict', 'a2.1 committed', 'a2.1 conflict']);
  });
});

describe('a bug shows itself, with a shortest way to it', () => {
  it('a hub with one lock table per client grants twice', () => {
    const result = explored(twoLockTables, 'none');
    expect(broken(result)).toContain('SingleWriter');
    const path = pathOf(result);
    expect(path.filter((move) => move === 'hub receive')).toHaveLength(4);
    expect(path.at(-1)).toBe('hub receive');
    expect(broken(explored(twoPhaseLocking, 'none'))).toEqual([]);
  });

  it('locks that are released before the commit are no locks', () => {
    expect(broken(explored(releasesLocksBeforeTheCommit, 'none', { of: 'write-skew' }))).toContain('serializable');
    expect(broken(explored(twoPhaseLocking, 'none', { of: 'write-skew' }))).toEqual([]);
  });

  it('a commit that validates only the first field lets a stale one through', () => {
    expect(broken(explored(validatesOnlyTheFirstField, 'none', { of: 'write-skew' }))).toContain('serializable');
    expect(broken(explored(occ, 'none', { of: 'write-skew' }))).toEqual([]);
  });

  it('a hub that acknowledges before the disk forgets what it has promised, once it crashes', () => {
    expect(broken(explored(hubAcknowledgesBeforeTheDisk, 'none'))).toEqual([]);
    const result = explored(hubAcknowledgesBeforeTheDisk, 'crash');
    expect(broken(result)).toContain('AckDurable');
    const [found] = result.violations;
    expect(found?.path.filter(({ kind, isCut }) => kind === 'crash' || isCut)).toMatchObject([{ machine: 'hub' }]);
  });

  it('a second answer is found, in as few moves as it takes', () => {
    const answersTwice = probe((host) => ({
      commit: (tx) => {
        host.settle(tx, { kind: 'committed' });
        host.settle(tx, { kind: 'committed' });
      },
    }));
    const result = explored(answersTwice, 'none');
    expect(broken(result)).toEqual(['rules of the interface']);
    expect(pathOf(result)).toEqual(['a1 agent', 'a1 agent', 'a1 agent']);
  });

  it('an effect that a crash in the middle prevents is found', () => {
    const tellsBeforeItWrites = probe((host) => ({
      commit: (tx) => {
        host.send(host.peers[0]!, new Uint8Array([1]));
        host.send(host.peers[0]!, new Uint8Array([2]));
        host.settle(tx, { kind: 'committed' });
      },
      receive: (_from, [number]) => {
        if (number !== 1) return;
        host.after(0 as never, () => host.send(host.peers[0]!, new Uint8Array([3])));
      },
    }));
    const plain = explored(tellsBeforeItWrites, 'none').states;
    expect(explored(tellsBeforeItWrites, 'crash').states).toBeGreaterThan(plain);
  });
});

/** The hub gives every client a lock table of its own. */
const twoLockTables: MergeStrategy = {
  ...twoPhaseLocking,
  name: 'two-lock-tables',
  open: (host) => {
    if (host.self !== hubId) return twoPhaseLocking.open(host);
    const tables = new Map(host.peers.map((peer) => [peer, twoPhaseLocking.open(host)]));
    const [first] = [...tables.values()];
    return {
      ...first!,
      begin: () => undefined,
      read: () => undefined,
      write: () => undefined,
      commit: () => undefined,
      receive: (from, message) => tables.get(from)?.receive(from, message),
      sync: () => undefined,
      state: () => first!.state(),
      close: () => tables.forEach((table) => table.close()),
    };
  },
};
