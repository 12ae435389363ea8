import { describe, expect, it } from 'vitest';
import {
  noUse,
  seconds,
  type CallFaults,
  type Conflict,
  type Judge,
  type Micros,
  type ModelCall,
  type WriteId,
} from '../../src/contract/index.ts';
import { runTrial, type TrialRun } from '../../src/experiment/index.ts';
import { createStreams } from '../../src/random/index.ts';
import { drawCalls, type Thinking } from '../../src/random/model-calls.ts';
import { CallTrouble, checkpoint, defaultModel, faultProfiles, simulatedJudge } from '../../src/simulator/index.ts';
import { llmTransactional } from '../../strategies/llm-transactional.ts';
import { lww } from '../../strategies/lww.ts';
import { serial } from '../../strategies/serial.ts';
import { workloads } from '../../workloads/index.ts';
import { complaintsAbout, named, runOf, total, trialsOf } from '../support/trials.ts';

const never: CallFaults = {
  timeout: 0,
  serverError: 0,
  malformed: 0,
  cut: 0,
  invented: 0,
  wrong: 0,
  slow: 0,
  burstEveryMicros: seconds(1e9),
};
const reported = named(faultProfiles, 'model').calls!;

const trouble = (faults: Partial<CallFaults>): CallTrouble =>
  new CallTrouble({ ...never, ...faults }, createStreams('trouble'), defaultModel);

const at = (time: number): Micros => seconds(time);
const someThinking = (calls: number): Thinking => drawCalls(createStreams('calls').stream('a'), defaultModel, calls);

describe('the calls of an agent on a bad day', () => {
  it('are what they are when nothing goes wrong', () => {
    expect(trouble({}).prolong('a', at(1), someThinking(9))).toEqual(someThinking(9));
  });

  it('are made again when they fail: that takes time and tokens', () => {
    const bad = trouble({ malformed: 0.5 });
    const [before, after] = [someThinking(1_000), bad.prolong('a', at(1), someThinking(1_000))];
    expect(after.uses.calls).toBe(1_000 + bad.failed);
    expect(bad.failed).toBeGreaterThan(900);
    expect(after.uses.outputTokens).toBeGreaterThan(1.5 * before.uses.outputTokens);
    expect(after.thinkMicros - before.thinkMicros).toBeGreaterThan(bad.failed * seconds(1));
  });

  it('cost a prompt and a minute when they time out, and nothing but a second when the server fails', () => {
    const late = trouble({ timeout: 0.1 });
    const [{ thinkMicros, uses }, before] = [late.prolong('a', at(1), someThinking(500)), someThinking(500)];
    expect(uses.outputTokens).toBe(before.uses.outputTokens);
    expect(uses.promptTokens).toBeGreaterThan(before.uses.promptTokens);
    expect(thinkMicros - before.thinkMicros).toBeGreaterThanOrEqual(late.failed * seconds(61));
    const failing = trouble({ serverError: 0.1 }).prolong('a', at(1), someThinking(500));
    expect(failing.uses).toEqual({ ...before.uses, calls: failing.uses.calls });
    expect(failing.uses.calls).toBeGreaterThan(500);
  });

  it('wait for the end of a burst in which all are refused', () => {
    const everyMicros = seconds(480);
    const bursts = trouble({ burstEveryMicros: everyMicros });
    const one = (time: number): Thinking => ({ thinkMicros: seconds(1), uses: { ...noUse, calls: time > 0 ? 1 : 0 } });
    const waits = Array.from({ length: 48_000 }, (_, tick) => {
      const begins = (tick + 1) / 10;
      return (bursts.prolong(`tick/${String(tick)}`, at(begins), one(begins)).thinkMicros - seconds(1)) / 1_000_000;
    });
    const refused = waits.filter((wait) => wait > 0);
    expect(refused.length / waits.length).toBeGreaterThan(0.012);
    expect(refused.length / waits.length).toBeLessThan(0.05);
    expect(Math.max(...refused)).toBeLessThanOrEqual(61);
    expect(Math.min(...refused)).toBeGreaterThanOrEqual(1);
  });

  it('fail as often as gateways report', () => {
    const bad = trouble({ ...reported, burstEveryMicros: never.burstEveryMicros });
    bad.prolong('a', at(1), someThinking(20_000));
    expect(bad.failed / 20_000).toBeGreaterThan(0.058);
    expect(bad.failed / 20_000).toBeLessThan(0.074);
  });

  it('go wrong alike whatever the strategy', () => {
    const firstTurns = [lww, serial].map((strategy) => {
      const { history } = runOf(strategy, { workload: 'tally', faults: 'model', seed: 3 });
      return history!.attempts.filter(({ tx }) => tx.id === 'a1.1').map(({ uses }) => uses);
    });
    expect(firstTurns[0]).toEqual(firstTurns[1]);
    const trials = trialsOf(lww, 'tally', 'model', 10);
    expect(total(trials, ({ callsFailed }) => callsFailed)).toBeGreaterThan(10);
  });
});

describe('a judge on a bad day', () => {
  const ids = ['a1.1.1', 'a2.1.1', 'a3.1.1'] as unknown as readonly WriteId[];
  const conflict = { field: 'x', meaning: '', contenders: ids.map((id) => ({ id })) } as unknown as Conflict;
  const ask = (judge: Judge, name: string): ModelCall =>
    judge({ conflict, at: at(5), random: createStreams('question').stream(name), rightChoice: () => ids[0]! });
  const drawn = simulatedJudge(defaultModel);
  const answers = (faults: Partial<CallFaults>): readonly ModelCall[] => {
    const judge = trouble(faults).judge(drawn);
    return Array.from({ length: 200 }, (_, index) => ask(judge, String(index)));
  };
  const usual = Array.from({ length: 200 }, (_, index) => ask(drawn, String(index)));

  it('answers as ever where nothing goes wrong', () => {
    expect(answers({})).toEqual(usual);
    const failing = answers({ timeout: 0.3 });
    const answered = failing.filter(({ judgement }) => judgement.kind !== 'failed');
    expect(answered.length).toBeGreaterThan(100);
    expect(answered.every((call) => usual.some((other) => other.latencyMicros === call.latencyMicros))).toBe(true);
  });

  it.each([
    [{ timeout: 1 }, 'timeout'],
    [{ serverError: 1 }, 'server-error'],
    [{ malformed: 1 }, 'malformed'],
    [{ cut: 1 }, 'malformed'],
  ] as const)('fails as it should: %o', (faults, failure) => {
    const failed = { kind: 'failed', failure, retryAfterMicros: null };
    for (const call of answers(faults)) expect(call).toMatchObject({ judgement: failed, right: null });
  });

  it('is cut at the largest length', () => {
    const longest = defaultModel.outputTokens.at(-1)![1];
    expect(new Set(answers({ cut: 1 }).map((call) => call.outputTokens))).toEqual(new Set([longest]));
  });

  it('invents values, picks others, and takes long', () => {
    for (const { judgement } of answers({ invented: 1 })) expect(judgement.kind).toBe('combine');
    for (const { right, judgement } of answers({ wrong: 1 })) {
      expect([right, judgement.kind]).toEqual([false, 'keep']);
      expect(judgement).not.toMatchObject({ write: ids[0] });
    }
    const slow = answers({ slow: 1 }).map((call, index) => call.latencyMicros / usual[index]!.latencyMicros);
    expect(Math.min(...slow)).toBeGreaterThanOrEqual(2.99);
    expect(Math.max(...slow)).toBeLessThan(10.01);
  });
});

describe('llm-transactional on a bad day of the model', () => {
  const workload = named(workloads, 'semantic-conflict');
  const withJudge = (seed: number, faults: Partial<CallFaults>): TrialRun => {
    const names = {
      strategy: llmTransactional.name,
      workload: workload.name,
      faults: 'none',
      recovery: checkpoint.name,
    };
    const cast = { strategy: llmTransactional, workload, profile: named(faultProfiles, 'none'), recovery: checkpoint };
    const judge = trouble(faults).judge(simulatedJudge(defaultModel));
    const model = defaultModel;
    return runTrial({ ...names, seed, agents: null, model: model.name }, { ...cast, model, judge, story: false });
  };

  it('loses nothing, and asks again', () => {
    const trials = trialsOf(llmTransactional, 'semantic-conflict', 'model', 60);
    expect(complaintsAbout(trials)).toEqual([]);
    expect(total(trials, ({ fates }) => fates.lost)).toBe(0);
    expect(total(trials, ({ judgements }) => judgements.failed)).toBeGreaterThan(0);
  });

  it.each([{ timeout: 1 }, { malformed: 1 }, { cut: 1 }, { serverError: 1 }, { invented: 1 }])(
    'escalates every conflict when all that it hears is this: %o',
    (faults) => {
      const trials = [1, 2, 3].map((seed) => withJudge(seed, faults).record.result);
      expect(complaintsAbout(trials)).toEqual([]);
      expect(total(trials, ({ escalations }) => escalations.raised)).toBeGreaterThan(0);
      expect(total(trials, ({ fates }) => fates.lost + fates.resolved)).toBe(0);
    },
  );

  it('follows a wrong pick, and keeps what was discarded in the record of it', () => {
    const trials = [1, 2, 3].map((seed) => withJudge(seed, { wrong: 1 }).record.result);
    expect(complaintsAbout(trials)).toEqual([]);
    expect(total(trials, ({ judgements }) => judgements.wrong)).toBeGreaterThan(0);
    expect(total(trials, ({ fates }) => fates.lost)).toBe(0);
  });
});
