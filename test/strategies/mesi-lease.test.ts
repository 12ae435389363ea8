import { describe, expect, it } from 'vitest';
import {
  field,
  seconds,
  type FieldName,
  type History,
  type Plan,
  type ProtocolEvent,
  type Step,
  type Turn,
} from '../../src/contract/index.ts';
import { draftPlan } from '../../src/experiment/index.ts';
import { coherences, type Coherence } from '../../src/replication/index.ts';
import { mesiLease, mesiLeaseWith } from '../../strategies/mesi-lease.ts';
import { tally } from '../../workloads/tally.ts';
import { atTime, planOf, reported, run, turn } from '../support/plans.ts';
import { complaintsAbout, total, trialOf, trialsOf } from '../support/trials.ts';
import { defaultModel } from '../../src/simulator/index.ts';

const [x, y] = [field('x'), field('y')];

function step(reads: readonly FieldName[], writes: readonly FieldName[], thinkSeconds = 10): Step {
  return {
    reads,
    thinkMicros: seconds(thinkSeconds),
    write: () => writes.map((name) => ({ field: name, kind: 'grow_set', value: [`${String(name)} ${reads.join()}`] })),
  };
}

function at(startSeconds: number, ...steps: readonly Step[]): Turn {
  return turn({ pauseMicros: seconds(startSeconds), steps });
}

function sets(...scripts: readonly (Turn | readonly Turn[])[]): Plan {
  const fields = [x, y].map((name) => ({ field: name, kind: 'grow_set', meaning: 'what was found' }) as const);
  return { ...planOf(...scripts.map((script) => (script instanceof Array ? script : [script]))), schema: { fields } };
}

/** Agent, attempt and what it was told, in the order in which the attempts began. */
function told({ attempts }: History): readonly string[] {
  return attempts.map(({ tx, outcome }) => {
    const answer = outcome?.kind === 'conflict' ? outcome.cause : (outcome?.kind ?? 'nothing');
    return `${tx.agent} ${String(tx.attempt)} ${answer}`;
  });
}

const reclaims = (history: History): readonly ProtocolEvent[] =>
  reported(history).filter(({ kind }) => kind === 'reclaim');

describe('a turn that was overtaken', () => {
  it('thinks again with what it reads reserved, and nobody overtakes it a second time', () => {
    const history = run(
      mesiLease,
      sets(at(0, step([x], [x], 20)), at(1, step([x], [x], 5)), at(22, step([x], [x], 2))),
    );
    expect(told(history)).toEqual(['a1 1 version-mismatch', 'a2 1 committed', 'a1 2 committed', 'a3 1 committed']);
    expect(history.attempts[3]?.blockedMicros).toBeGreaterThan(seconds(10));
  });

  it('is found out before it has thought about something else as well', () => {
    const history = run(mesiLease, sets(at(0, step([x], [], 20), step([y], [y], 100)), at(1, step([x], [x], 5))));
    expect(told(history).slice(0, 2)).toEqual(['a1 1 version-mismatch', 'a2 1 committed']);
    expect(history.attempts[0]?.endedAt).toBeLessThan(seconds(21));
  });
});

describe('turns that wait for each other in a circle', () => {
  it('are found: the younger one thinks again', () => {
    const plan = sets(at(0, step([], [x]), step([], [y])), at(1, step([], [y]), step([], [x])));
    expect(told(run(mesiLease, plan))).toEqual(['a1 1 committed', 'a2 1 deadlock-victim', 'a2 2 committed']);
  });
});

describe('an agent that has its own copies', () => {
  it('reads and writes without asking until it commits', () => {
    const turns = [at(0, step([x], [x])), at(0, step([x], [x])), at(0, step([x], [x]))];
    const { attempts } = run(mesiLease, sets(turns));
    expect(attempts.map(({ blockedMicros }) => blockedMicros > 0)).toEqual([true, false, false]);
  });

  it('fetches what somebody else has changed', () => {
    const history = run(mesiLease, sets([at(0, step([x], [])), at(30, step([x], []))], at(15, step([x], [x], 1))));
    expect(history.attempts.at(-1)?.views[0]?.fields).toMatchObject([{ elements: [{ author: 'a2.1.1' }] }]);
    expect(told(history)).not.toContain('a1 1 version-mismatch');
  });
});

describe('a holder that was only asleep', () => {
  const stalled = { kind: 'busy', stallMicros: seconds(200) } as const;
  const plan = sets(at(0, step([x], [x], 20)), at(150, step([x], [x], 5)));

  it('is reclaimed after two minutes of silence, and its late commit is refused', () => {
    const history = run(mesiLease, plan, [atTime('a1', 5, stalled)]);
    expect(reclaims(history)).toMatchObject([{ field: x, holder: 'a1', trigger: 'heartbeat' }]);
    expect(told(history)).toEqual(['a1 1 reclaimed', 'a2 1 committed', 'a1 2 committed']);
  });

  it('is refused also by a hub that has been down meanwhile', () => {
    const history = run(mesiLease, plan, [
      atTime('a1', 5, stalled),
      atTime('hub', 160, { kind: 'crash', downMicros: seconds(10) }),
    ]);
    expect(told(history)[0]).toBe('a1 1 reclaimed');
    expect(told(history).at(-1)).toBe('a1 2 committed');
  });

  it('keeps its grant without recovery', () => {
    const history = run(mesiLeaseWith({ recovery: false }), plan, [atTime('a1', 5, stalled)]);
    expect(reclaims(history)).toEqual([]);
  });
});

describe('a hub that was stalled itself', () => {
  it('reclaims nothing from those whose signs of life lie in its inbox', () => {
    const plan = sets(at(0, step([x], [x], 600)));
    const history = run(mesiLease, plan, [atTime('hub', 5, { kind: 'busy', stallMicros: seconds(300) })]);
    expect(reclaims(history)).toEqual([]);
    expect(told(history)).toEqual(['a1 1 committed']);
  });
});

describe('a living holder', () => {
  const signsOfLife = (plan: Plan): readonly number[] => {
    const { observations, agentsDoneAt } = run(mesiLease, plan);
    return observations.flatMap((seen) =>
      seen.kind === 'reported' && seen.event.kind === 'heartbeat' && seen.at <= agentsDoneAt
        ? [Math.round(seen.at / seconds(1))]
        : [],
    );
  };

  it('gives a sign of life whenever it has been silent for 40 s, also while it thinks', () => {
    expect(signsOfLife(sets(at(0, step([x], [x], 100))))).toEqual([0, 40, 80, 100]);
  });

  it('needs none beside its requests', () => {
    expect(signsOfLife(sets(at(0, step([x], [], 30), step([y], [], 30))))).toEqual([0, 30, 60]);
  });

  it('loses its grant when it has held on for too long', () => {
    const plan = sets([at(0, step([x], [x])), at(600, step([x], [x]))]);
    const history = run(mesiLeaseWith({ maxHold: 400 }), plan);
    expect(reclaims(history)).toMatchObject([{ holder: 'a1', trigger: 'max-hold' }]);
    expect(told(history)).toEqual(['a1 1 committed', 'a1 1 committed']);
  });
});

describe('the golden case', () => {
  const golden = mesiLeaseWith({ heartbeatTimeout: 8, maxHold: 400 });
  const fields = ['f0', 'f1', 'f2', 'f3'].map(field);
  const plan: Plan = {
    ...planOf(...fields.map((name, index) => [at(0, step(index < 3 ? [name] : [], [], 1000))])),
    schema: { fields: fields.map((name) => ({ field: name, kind: 'grow_set', meaning: name })) },
  };
  const tape = [
    atTime('a1', 5, { kind: 'crash', downMicros: seconds(5000) }),
    atTime('a2', 10, { kind: 'crash', downMicros: seconds(20) }),
  ];

  it('has the same three reclaims, by the same triggers, in a whole trial', () => {
    const history = run(golden, plan, tape);
    const seen = history.observations.filter((one) => one.kind === 'reported' && one.event.kind === 'reclaim');
    expect(seen.slice(0, 3)).toMatchObject([
      { event: { holder: 'a1', field: 'f0', trigger: 'heartbeat' } },
      { event: { holder: 'a2', field: 'f1', trigger: 'heartbeat' } },
      { event: { holder: 'a3', field: 'f2', trigger: 'max-hold' } },
    ]);
    expect(seen[2]?.at).toBeGreaterThanOrEqual(seconds(400));
    expect(seen[2]?.at).toBeLessThan(seconds(401));
  });
});

describe('settings that make no sense', () => {
  it.each([
    [{ maxHold: 300 }, 'maxHold is 300 s: it must be longer than leaseTtl, which is 300 s'],
    [{ heartbeatTimeout: 0 }, 'heartbeatTimeout is 0 s: it must be longer than 0'],
    [{ maxHold: -1 }, 'maxHold is -1 s: it must be longer than 0'],
    [{ leaseTtl: 0 }, 'leaseTtl is 0 s: it must be longer than 0'],
  ])('are refused with the reason: %o', (changes, reason) => {
    expect(() => mesiLeaseWith(changes)).toThrow(reason);
  });

  it('begin where the longest hold is as long as the lease', () => {
    expect(() => mesiLeaseWith({ maxHold: 301 })).not.toThrow();
  });
});

describe('without recovery', () => {
  it.each(['crash', 'busy'])('the thresholds change nothing: equal digests under %s', (faults) => {
    const digests = [120, 7].map((heartbeatTimeout) => {
      const off = mesiLeaseWith({ recovery: false, heartbeatTimeout, maxHold: 301 + heartbeatTimeout });
      return trialOf(off, 'mixed', faults, 3).digest;
    });
    expect(digests[0]).toBe(digests[1]);
  });
});

describe('coherence', () => {
  const reading = (pause: number): Turn => at(pause, step([x], [], 0));
  /** What becomes of this agent's copy of x: a2 has written it at the start. */
  function copies(coherence: Coherence, agent: string, writes: readonly Turn[], reads: readonly Turn[]): string {
    const plan = sets(reads, [at(0, step([x], [x], 1)), ...writes], [at(100, step([y], [y]))]);
    const events = reported(run(mesiLeaseWith({ coherence }), plan));
    return events
      .flatMap((event) =>
        event.kind === 'transition' && event.field === x && event.agent === agent ? [event.trigger] : [],
      )
      .join(' ');
  }

  it.each([
    ['lazy', 'fetch invalidate fetch', ''],
    ['eager', 'fetch invalidate update', ''],
    ['broadcast', 'update invalidate update', 'update invalidate update'],
  ] as const)('%s: what becomes of copies that somebody overwrites', (coherence, ofReader, ofStranger) => {
    const [writes, reads] = [[at(60, step([x], [x], 1))], [reading(20), reading(80)]];
    expect(copies(coherence, 'a1', writes, reads)).toBe(ofReader);
    expect(copies(coherence, 'a3', writes, reads)).toBe(ofStranger);
  });

  it.each(['lease', 'access-count'] as const)('%s: nobody is told, so the reader finds out too late', (coherence) => {
    const [writes, reads] = [[at(60, step([x], [x], 1))], [reading(20), reading(80)]];
    expect(copies(coherence, 'a1', writes, reads)).toBe('fetch invalidate write');
  });

  it('by lease trusts a copy for five minutes', () => {
    const reads = [reading(20), reading(290), reading(20)];
    expect(copies('lazy', 'a1', [], reads)).toBe('fetch');
    expect(copies('lease', 'a1', [], reads)).toBe('fetch timeout fetch');
  });

  it('by access count trusts a copy for a hundred uses', () => {
    const reads = Array.from({ length: 102 }, () => reading(1));
    expect(copies('access-count', 'a1', [], [reading(20), ...reads.slice(2)])).toBe('fetch');
    expect(copies('access-count', 'a1', [], [reading(20), ...reads])).toBe('fetch timeout fetch');
  });
});

describe('the state log', () => {
  const crash = { kind: 'crash', downMicros: seconds(10) } as const;

  it('is numbered from 1 without gaps, also over restarts of the hub', () => {
    const plan = sets([at(0, step([x], [x])), at(20, step([y], [x]))], [at(5, step([x], [y])), at(30, step([y], [y]))]);
    const history = run(mesiLease, plan, [atTime('hub', 8, crash), atTime('hub', 40, crash)]);
    const numbers = reported(history).flatMap((event) => (event.kind === 'transition' ? [event.sequence] : []));
    expect(numbers.length).toBeGreaterThan(5);
    expect(numbers).toEqual(numbers.map((_, index) => index + 1));
  });

  it('names the content: equal contents have equal hashes, others have others', () => {
    const hashes = reported(run(mesiLease, sets([at(0, step([x], [x])), at(0, step([y], [y]))]))).flatMap((event) =>
      event.kind === 'transition' ? [`${event.field} ${String(event.version)} ${event.contentHash}`] : [],
    );
    expect(new Set(hashes).size).toBe(4);
  });
});

describe('the promises of mesi-lease', () => {
  it.each(['status-race', 'mixed', 'notes'])('hold in %s under every fault', (workload) => {
    const faults = ['none', 'crash', 'busy', 'restore'];
    const variants = coherences.map((coherence) => mesiLeaseWith({ coherence }));
    const trials = variants.flatMap((strategy) => faults.flatMap((name) => trialsOf(strategy, workload, name, 2)));
    expect(complaintsAbout(trials)).toEqual([]);
  });

  it.each([1, 2, 3, 4, 5])('make 115 of 100, 10 and 5 (seed %i)', (seed) => {
    const { finals } = run(mesiLease, draftPlan(tally, { agents: 2, seed, model: defaultModel }), [], String(seed));
    expect(finals.map(({ state }) => state.fields)).toMatchObject(finals.map(() => [{ value: 115 }]));
  });

  it('cost nothing where nobody shares a field: no refusal, and no wait but for the way to the hub', () => {
    const trials = trialsOf(mesiLease, 'disjoint', 'none', 4);
    expect(total(trials, ({ attempts }) => attempts)).toBe(4 * 4 * 4);
    expect(total(trials, ({ blockedMs }) => blockedMs)).toBeLessThan(4 * 4 * 4 * 200);
  });
});
