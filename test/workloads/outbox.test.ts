import { describe, expect, it } from 'vitest';
import { field, type MergeStrategy, type TrialResult } from '../../src/contract/index.ts';
import { mtpo } from '../../strategies/mtpo.ts';
import { notify } from '../../strategies/notify.ts';
import { occ } from '../../strategies/occ.ts';
import { twoPhaseLocking } from '../../strategies/two-phase-locking.ts';
import { total, trialsOf } from '../support/trials.ts';
import { draftsOf, named, state, violations, written } from '../support/workload-cases.ts';

const workload = named('outbox');
const price = { changes: 1, by: 'a1, turn 1' };

describe('outbox', () => {
  it('lets half of the agents change the price, and the others quote it', () => {
    const fields = draftsOf(workload).map((drafts) => [...new Set(drafts.map((draft) => draft.field))].join());
    expect(fields).toEqual(['price', 'outbox', 'price', 'outbox']);
  });

  it('notices a mail that quotes a price that nobody has set', () => {
    const sent = (quoted: string) =>
      state({
        field: field('outbox'),
        kind: 'append_text',
        lines: [{ value: `a2, turn 1 quotes ${quoted}`, author: null }],
      });
    const committed = [written(0, 0, 'price', { kind: 'scalar', value: price })];
    const wrong = (quoted: string) =>
      violations(workload, { committed, finals: [sent(quoted)] }).filter((violation) => violation !== null);
    expect(wrong('{"by":"a1, turn 1","changes":1}')).toEqual([]);
    expect(wrong('{"by":"list","changes":0}')).toEqual([]);
    expect(wrong('{"by":"a1, turn 1","changes":2}')).toHaveLength(1);
  });

  it('sees no such mail where turns are held back, locked or refused, and does where everybody only is told', () => {
    const wrong = (strategy: MergeStrategy): number =>
      total(trialsOf(strategy, 'outbox', 'none', 4), ({ brokenInvariants }: TrialResult) => brokenInvariants.length);
    for (const strategy of [mtpo, occ, twoPhaseLocking])
      expect([strategy.name, wrong(strategy)]).toEqual([strategy.name, 0]);
    expect(wrong(notify)).toBeGreaterThan(0);
  });
});
