import { describe, expect, it } from 'vitest';
import {
  milliseconds,
  seconds,
  type History,
  type ModelCall,
  type ModelUse,
  type NoticeTaken,
  type TrialResult,
  type Verdict,
} from '../../src/contract/index.ts';
import type { Micros, ReplicaId, TransactionId, Write, WriteFate, WriteId } from '../../src/contract/index.ts';
import { measure, measureFailure } from '../../src/metrics/index.ts';
import { attempt, history, verdict } from '../support/hand-made.ts';

const spec = {
  strategy: 'plain',
  workload: 'talk',
  faults: 'none',
  seed: 7,
  agents: null,
  recovery: 'checkpoint',
  model: 'gpt-5-mini',
};
const mini = { usdPerMillionIn: 0.25, usdPerMillionOut: 2 };
const prices = { agents: mini, judge: mini };

function rowOf(of: Partial<History>, judged: Partial<Verdict> = {}): TrialResult {
  return measure({ spec, history: history(of), verdict: verdict(judged), prices }).result;
}

const committed = { kind: 'committed' } as const;
const conflict = { kind: 'conflict', cause: 'version-mismatch', fields: [] } as const;

function answeredAfter(latencyMs: number): ReturnType<typeof attempt> {
  return attempt(committed, { committedAt: seconds(5), endedAt: (seconds(5) + milliseconds(latencyMs)) as Micros });
}

describe('the row of a trial', () => {
  it('names what is needed to run it again', () => {
    expect(rowOf({})).toMatchObject({ strategy: 'plain', workload: 'talk', faults: 'none', seed: 7, agents: 1 });
  });

  it('measures latency from the commit request to the answer, with exact quantiles', () => {
    const attempts = [4, 1, 3, 2].map(answeredAfter);
    expect(rowOf({ attempts }).latencyMs).toEqual({ p50: 2, p95: 4, p99: 4, max: 4 });
  });

  it('leaves attempts that came to nothing out of the latency, and counts their thinking as wasted', () => {
    const refused = attempt(conflict, { endedAt: seconds(9), thinkMicros: seconds(3) });
    const crashed = attempt(null, { endedAt: seconds(9), thinkMicros: seconds(2) });
    const row = rowOf({ attempts: [refused, crashed, answeredAfter(1)] });
    expect([row.latencyMs.max, row.wastedThinkMs, row.attempts]).toEqual([1, 5_000, 3]);
    expect([row.refusals['version-mismatch'], row.refusals.busy]).toEqual([1, 0]);
  });

  it('has no latency when nothing was committed', () => {
    expect(rowOf({ attempts: [attempt(conflict)] }).latencyMs.p50).toBeNull();
  });

  it('counts what agents were told is committed', () => {
    const fate = (told: WriteFate['told']): WriteFate => ({
      write: { id: 'a1.1.1' as WriteId } as Write,
      told,
      fate: 'survived',
      reason: '',
      torn: false,
    });
    expect(rowOf({}, { fates: [fate('committed'), fate('nothing'), fate('escalated')] }).committed).toBe(1);
  });

  it('measures the way to rest from the end of the last agent', () => {
    expect(rowOf({ agentsDoneAt: seconds(60), restAt: seconds(61.5) }).convergenceMs).toBe(1_500);
    expect(rowOf({ agentsDoneAt: seconds(60), restAt: null })).toMatchObject({ settled: false, convergenceMs: null });
  });

  it('prices the tokens of the model and counts its judgements', () => {
    const call = (judgement: ModelCall['judgement'], right: boolean | null): ModelCall => ({
      at: seconds(1),
      latencyMicros: seconds(1),
      promptTokens: 1_000_000,
      outputTokens: 500_000,
      judgement,
      right,
    });
    const keep = { kind: 'keep', write: 'a1.1.1' as WriteId } as const;
    const row = rowOf({ modelCalls: [call(keep, true), call(keep, false), call({ kind: 'abstain' }, null)] });
    expect(row).toMatchObject({ modelCalls: 3, tokens: 4_500_000, usd: 3 * 1.25 });
    expect(row.judgements).toEqual({ right: 1, wrong: 1, abstained: 1, failed: 0 });
    const dearer = { agents: mini, judge: { usdPerMillionIn: 1, usdPerMillionOut: 4 } };
    const judgedBy = (of: typeof dearer | { agents: typeof mini; judge: null }): TrialResult =>
      measure({ spec, history: history({ modelCalls: [call(keep, true)] }), verdict: verdict(), prices: of }).result;
    expect([judgedBy(dearer).usd, judgedBy({ agents: mini, judge: null }).usd]).toEqual([3, null]);
  });

  it('tells what was spent on thinking, judging, repairing and conflicts apart, and what of the thinking was wasted', () => {
    const uses = (calls: number): ModelUse => ({
      calls,
      promptTokens: calls * 1_000_000,
      outputTokens: calls * 500_000,
    });
    const attempts = [attempt(committed, { uses: uses(2) }), attempt(conflict, { uses: uses(1) })];
    const notices = [{ judging: uses(1), repairing: uses(4) } as NoticeTaken];
    const row = rowOf({ attempts, notices });
    expect(row.thinking).toEqual({ calls: 3, tokens: 4_500_000, usd: 3 * 1.25 });
    expect(row.wasted).toEqual({ calls: 1, tokens: 1_500_000, usd: 1.25 });
    expect([row.judging.calls, row.repairing.calls, row.modelCalls]).toEqual([1, 4, 0]);
    expect(row).toMatchObject({ tokens: 8 * 1_500_000, usd: 8 * 1.25 });
    const unknown = { agents: null, judge: mini };
    const unpriced = measure({ spec, history: history({ attempts }), verdict: verdict(), prices: unknown }).result;
    expect([unpriced.tokens, unpriced.usd, unpriced.judging.usd]).toEqual([4_500_000, null, 0]);
  });

  it('tells restores that took something back from those that did not', () => {
    const restore = { kind: 'restore', downMicros: seconds(1), backupsBack: 1 } as const;
    const entry = {
      machine: 'a1' as ReplicaId,
      trigger: { kind: 'time', atMicros: seconds(1) },
      fault: restore,
    } as const;
    const faults = [0, 3].map((recordsLost) => ({ at: seconds(1), entry, recordsLost }));
    expect(rowOf({ faults })).toMatchObject({ faultsStruck: 2, restores: { struck: 2, rolledBack: 1 } });
  });

  it('counts turns that an agent gave up, but not those that were rejected', () => {
    const ends = [
      'done',
      'rejected',
      'gave-up-after-conflicts',
      'gave-up-after-crashes',
      'forgotten',
      'unfinished',
    ] as const;
    const turns = ends.map((end) => ({ transaction: 'a1.1' as TransactionId, end }));
    expect(rowOf({ turns }).gaveUp).toBe(3);
  });
});

describe('the row of a void trial', () => {
  const failure = { culprit: 'strategy', message: 'strategy plain: boom' } as const;

  it('says why and claims nothing else', () => {
    const { result, culprit } = measureFailure(
      { spec, history: history({ attempts: [answeredAfter(1)] }), prices },
      failure,
    );
    expect(culprit).toBe('strategy');
    expect(result).toMatchObject({ failure: 'strategy plain: boom', settled: false, converged: false, attempts: 1 });
    expect(result.fates.issued).toBe(0);
  });

  it('exists even if the trial never ran', () => {
    expect(measureFailure({ spec, history: null, prices }, failure).result.digest).toBe('');
  });
});
