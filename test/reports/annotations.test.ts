import { describe, expect, it } from 'vitest';
import { annotations } from '../../reports/index.ts';
import { runReport, suite, trialRecord } from '../support/hand-made.ts';
import { hostileRun, hostileTexts } from '../support/hostile.ts';

interface Annotation {
  readonly kind: string;
  readonly title: string;
  readonly message: string;
}

const unescaped = (text: string): string =>
  text.replaceAll(/%(25|0D|0A|3A|2C)/g, (_code, digits: string) => String.fromCharCode(parseInt(digits, 16)));

/** As the runner reads a line. */
function read(line: string): Annotation {
  const [, kind, title, message] = /^::(\w+) title=([^,:]*)::(.*)$/.exec(line)!;
  return { kind: kind!, title: unescaped(title!), message: unescaped(message!) };
}

const annotationsIn = (text: string): readonly Annotation[] =>
  text
    .trimEnd()
    .split(/\r?\n|\r/)
    .map(read);
const broken = { brokenPromises: [{ promise: 'converges', evidence: 'a1 and a2 differ' }] } as const;

describe('the annotations', () => {
  it('are none where nothing is wrong', () => {
    expect(annotations(runReport(suite(), [trialRecord()]))).toBe('');
  });

  it('name cell, promise, evidence and the command that shows it', () => {
    expect(annotationsIn(annotations(runReport(suite(), [trialRecord({ seed: 4, ...broken })])))).toEqual([
      {
        kind: 'error',
        title: 'lostwrites: plain under none',
        message:
          'converges broke in 1 trial of 1\na1 and a2 differ\n' +
          'npm run bench -- replay --strategy plain --workload talk --faults none --seed 4',
      },
    ]);
  });

  it('are as many as GitHub shows, the last of which says how many there are', () => {
    const labels = Array.from({ length: 30 }, (_each, index) => `s${String(index)}`);
    const of = suite({ strategies: labels.map((label) => ({ ...suite().strategies[0]!, label })) });
    const trials = labels.map((strategy) => trialRecord({ strategy, ...broken }));
    const shown = annotationsIn(annotations(runReport(of, trials)));
    expect(shown).toHaveLength(10);
    expect(shown.at(-1)!.message).toContain('21 more cells');
  });

  it('say what failed the suite as a whole, and warn of a run that was stopped', () => {
    const stopped = { partial: true, suiteFailures: ['plain lost nothing'], trials: { done: 1, planned: 20 } };
    expect(annotationsIn(annotations(runReport(suite(), [trialRecord()], stopped)))).toEqual([
      { kind: 'error', title: 'lostwrites: the suite failed', message: 'plain lost nothing' },
      { kind: 'warning', title: 'lostwrites: partial', message: 'stopped after 1 of 20 trials' },
    ]);
  });

  it.each(hostileTexts)('stay one command each with %j in them', (hostile) => {
    const { of, trials } = hostileRun(hostile);
    const [only, ...others] = annotationsIn(annotations(runReport(of, trials)));
    expect(others).toEqual([]);
    expect(only).toMatchObject({ kind: 'error', title: `lostwrites: ${hostile} under ${hostile}` });
    expect(only!.message).toContain(hostile);
  });
});
