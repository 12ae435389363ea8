import { parse, type Details, type TestCase } from 'junit2json';
import { describe, expect, it } from 'vitest';
import { compare, defaultRules, TrialTable } from '../../src/comparison/index.ts';
import { promiseNames, type Comparison, type RunReport } from '../../src/contract/index.ts';
import { junit } from '../../reports/index.ts';
import { comparedRun, losing, runReport, suite, trialRecord } from '../support/hand-made.ts';
import { hostileRun, hostileTexts } from '../support/hostile.ts';

async function casesOf(report: RunReport, comparison?: Comparison): Promise<readonly TestCase[]> {
  const parsed = await parse(junit(report, comparison));
  if (parsed === null || parsed === undefined || !('testsuite' in parsed)) throw new Error('no test suites');
  return parsed.testsuite.flatMap(({ testcase }) => testcase ?? []);
}

async function caseNamed(name: string, report: RunReport): Promise<TestCase> {
  return (await casesOf(report)).find((each) => each.name === name)!;
}

const failuresOf = async (report: RunReport, comparison?: Comparison): Promise<readonly Details[]> =>
  (await casesOf(report, comparison)).flatMap(({ failure }) => failure ?? []);

const breaking = (seed: number): ReturnType<typeof trialRecord> =>
  trialRecord({ seed, brokenPromises: [{ promise: 'converges', evidence: `a1 and a2 differ in ${String(seed)}` }] });

describe('the JUnit report', () => {
  it('has a test case per promise and cell, and counts that add up', async () => {
    const report = runReport(suite(), [trialRecord()]);
    const names = (await casesOf(report)).map(({ name, classname }) => [classname, name]);
    for (const promise of promiseNames) expect(names).toContainEqual(['plain / talk / none', promise]);
    const parsed = await parse(junit(runReport(suite(), [breaking(3)])));
    const made = Object.values(suite().strategies[0]!.promises).filter((scope) => scope !== false).length;
    expect(parsed).toMatchObject({ tests: promiseNames.length + 2, failures: 1, errors: 0 });
    expect(parsed).toMatchObject({ testsuite: [{ name: 'plain', skipped: promiseNames.length - made }, {}] });
  });

  it('passes what was kept, and says of what was not tested why', async () => {
    const kept = runReport(suite(), [trialRecord()]);
    expect(await caseNamed('converges', kept)).toEqual({ classname: 'plain / talk / none', name: 'converges' });
    expect(await caseNamed('exactlyOnce', kept)).toMatchObject({ skipped: [{ message: 'not promised' }] });
    const idle = runReport(suite(), [trialRecord({ exercised: false })]);
    expect((await caseNamed('converges', idle)).skipped![0]!.message).toMatch(/^not exercised: the conflict/);
    const crashing = suite({ faults: [{ name: 'crash', summary: 'crashes', survivable: true }] });
    const crashed = runReport(crashing, [trialRecord({ faults: 'crash' })]);
    expect(await caseNamed('serializable', crashed)).toMatchObject({
      skipped: [{ message: 'not promised under crash' }],
    });
  });

  it('fails what broke with the evidence of the first trial and the command that shows it', async () => {
    const { failure } = await caseNamed('converges', runReport(suite(), [trialRecord(), breaking(4), breaking(3)]));
    expect(failure![0]!.message).toBe('converges broke in 2 trials of 3');
    expect(failure![0]!.inner!.split('\n')).toEqual([
      'a1 and a2 differ in 3',
      'npm run bench -- replay --strategy plain --workload talk --faults none --seed 3',
    ]);
  });

  it('fails wherever the run fails, and nowhere else', async () => {
    expect(await failuresOf(runReport(suite(), [trialRecord()]))).toEqual([]);
    const voided = runReport(suite(), [trialRecord({ failure: 'strategy plain: boom' })]);
    expect((await failuresOf(voided)).map(({ inner }) => inner)).toEqual([
      'strategy plain: boom\nnpm run bench -- replay --strategy plain --workload talk --faults none --seed 1',
    ]);
    const violation = { invariant: 'SingleWriter', atMs: 3, violation: 'two hold x' } as const;
    const violated = runReport(suite(), [trialRecord({ protocolViolations: [violation] })]);
    expect((await failuresOf(violated)).map(({ inner }) => inner)).toEqual([
      'two hold x\nnpm run bench -- replay --strategy plain --workload talk --faults none --seed 1',
    ]);
    const blind = runReport(suite(), [trialRecord()], { suiteFailures: ['plain lost nothing'] });
    expect(await failuresOf(blind)).toMatchObject([{ message: 'plain lost nothing' }]);
  });

  it('fails what breaks a rule of a comparison with an earlier run', async () => {
    const sides = [0, 2].map((lost) => {
      const trials = new TrialTable();
      trials.add(losing(lost, 9, { seed: 3 }).result);
      return { run: comparedRun({ source: 'base.json' }), trials };
    });
    const kept = runReport(suite(), [trialRecord()]);
    expect(await failuresOf(kept, compare(sides[0]!, sides[0]!, defaultRules))).toEqual([]);
    expect(await failuresOf(kept, compare(sides[0]!, sides[1]!, defaultRules))).toEqual([
      {
        type: 'broken',
        message: '0 to 2 (lost:+0)',
        inner: 'seed 3: 0 to 2\nnpm run bench -- replay --strategy plain --workload talk --faults none --seed 3',
      },
    ]);
  });

  it.each(hostileTexts)('is read back with %j wherever a name or evidence stands', async (hostile) => {
    const { of, trials } = hostileRun(hostile);
    const report = runReport(of, trials, { suiteFailures: [hostile] });
    const written = hostile.replaceAll('\u0000', '\u{fffd}').replaceAll('\u0007', '\u{fffd}');
    const broken = await caseNamed('converges', report);
    expect(broken.classname).toBe(Array.from({ length: 3 }, () => written).join(' / '));
    // The reader trims what stands in an element.
    expect(broken.failure![0]!.inner).toContain(written.trim());
    expect((await casesOf(report)).at(-1)!.failure![0]!.message).toBe(written);
  });
});
