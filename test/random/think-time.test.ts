import { describe, expect, it } from 'vitest';
import type { ModelPreset } from '../../src/contract/index.ts';
import { createStreams } from '../../src/random/index.ts';
import { loggedCalls } from '../../src/random/logged-calls.ts';
import { drawCall, meanOf, meanSeconds } from '../../src/random/model-calls.ts';
import { drawThinking, drawTime, pauseTime, thinkFor } from '../../src/random/think-time.ts';
import { defaultModel, models } from '../../src/simulator/index.ts';

const many = 40_000;

function drawn(draw: (random: ReturnType<ReturnType<typeof createStreams>['stream']>) => number): readonly number[] {
  const random = createStreams('think-time').stream('draws');
  return Array.from({ length: many }, () => draw(random)).sort((one, other) => one - other);
}

/** How far the quantiles of what was drawn are from the published ones, as a share of these. */
function deviations(sorted: readonly number[], published: Readonly<Record<number, number>>): readonly number[] {
  return Object.entries(published).map(([percent, value]) =>
    Math.abs((sorted[Math.floor((Number(percent) / 100) * many)] ?? NaN) / value - 1),
  );
}

const named = (name: string): ModelPreset => models.find((model) => model.name === name)!;

describe('think times', () => {
  it('have the quantiles that were logged from read to write, within 4 percent', () => {
    const times = drawn((random) => drawThinking(random, defaultModel).thinkMicros / 1_000_000);
    for (const off of deviations(times, { 50: 13.4, 90: 43.4, 99: 153 })) expect(off).toBeLessThan(0.04);
  });

  it('come to about as many calls per agent as were logged, which they were not fitted to', () => {
    const twoSteps = drawn((random) => {
      const [one, other] = [drawThinking(random, defaultModel), drawThinking(random, defaultModel)];
      return one.uses.calls + other.uses.calls;
    });
    for (const off of deviations(twoSteps, { 50: 13, 90: 28 })) expect(off).toBeLessThan(0.2);
  });

  it('are longer with a slower model, which says as much in as many calls', () => {
    const slower = named('agnes-2.0-flash');
    for (const name of ['a', 'b', 'c']) {
      const [fast, slow] = [defaultModel, slower].map((model) => drawThinking(createStreams('x').stream(name), model));
      expect(slow!.uses).toEqual(fast!.uses);
      expect(slow!.thinkMicros).toBeGreaterThan(2 * fast!.thinkMicros);
    }
  });

  it('that were measured elsewhere stay as they are, and stand for calls at the logged rate', () => {
    const { thinkMicros, uses } = thinkFor(18.4, defaultModel);
    expect(thinkMicros).toBe(18_400_000);
    expect(uses.calls).toBe(Math.round(18.4 / meanSeconds(loggedCalls)));
    expect(uses.outputTokens / uses.calls).toBeCloseTo(meanOf(loggedCalls.outputTokens), 0);
    expect(thinkFor(0.1, defaultModel).uses.calls).toBe(1);
  });

  it('that were measured elsewhere take a slower model longer', () => {
    const half = named('gpt-4.1').configure!({ ...defaults(named('gpt-4.1')), slowdown: 2 });
    expect(thinkFor(18.4, half).thinkMicros).toBe(36_800_000);
    expect(thinkFor(18.4, half).uses).toEqual(thinkFor(18.4, defaultModel).uses);
  });
});

function defaults({ knobs = {} }: ModelPreset): Readonly<Record<string, string | number | boolean>> {
  return Object.fromEntries(Object.entries(knobs).map(([name, knob]) => [name, knob.default]));
}

describe('calls', () => {
  it.each([
    ['gpt-5-mini', { 50: 1.4, 95: 9.8, 99: 18.4 }, 0.08],
    ['agnes-2.0-flash', { 50: 13, 95: 46.6, 99: 92.5 }, 0.03],
  ])('of %s take as long as was logged', (name, published, tolerance) => {
    const times = drawn((random) => drawCall(random, named(name)).latencyMicros / 1_000_000);
    for (const off of deviations(times, published)) expect(off).toBeLessThan(tolerance);
  });

  it('are truer to the log than the log-normal that was fitted to it', () => {
    const published = { 50: 1.4, 95: 9.8, 99: 18.4 };
    const perToken = deviations(
      drawn((random) => drawCall(random, defaultModel).latencyMicros / 1_000_000),
      published,
    );
    const logNormal = deviations(
      drawn((random) => random.logNormal(0.673, 0.744)),
      published,
    );
    for (const [index, off] of perToken.entries()) expect(off).toBeLessThan(logNormal[index]!);
  });

  it('are as long as was logged, and have the stated mean', () => {
    const output = drawn((random) => drawCall(random, defaultModel).outputTokens);
    for (const off of deviations(output, { 50: 23, 90: 531, 95: 878, 99: 1_682 })) expect(off).toBeLessThan(0.05);
    const prompt = drawn((random) => drawCall(random, defaultModel).promptTokens);
    for (const off of deviations(prompt, { 50: 1_600, 90: 4_889, 99: 9_232 })) expect(off).toBeLessThan(0.05);
    const mean = output.reduce((sum, tokens) => sum + tokens, 0) / many;
    expect(mean / meanOf(defaultModel.outputTokens)).toBeCloseTo(1, 1);
  });
});

describe('pauses', () => {
  const times = drawn((random) => drawTime(random, pauseTime) / 1_000_000);

  it('have the stated median and ninth decile, within 5 percent', () => {
    const { medianSeconds, p90Seconds } = pauseTime;
    for (const off of deviations(times, { 50: medianSeconds, 90: p90Seconds })) expect(off).toBeLessThan(0.05);
  });

  it('are cut at the stated maximum', () => expect(times.at(-1)).toBe(pauseTime.maxSeconds));
});
