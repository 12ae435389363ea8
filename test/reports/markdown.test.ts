import { marked, type Token, type Tokens } from 'marked';
import { describe, expect, it } from 'vitest';
import type { RunReport } from '../../src/contract/index.ts';
import { markdown } from '../../reports/index.ts';
import { losing, runReport, suite, trialRecord } from '../support/hand-made.ts';
import { hostileRun, hostileTexts } from '../support/hostile.ts';

const isTable = (token: Token): token is Tokens.Table => token.type === 'table';

function tablesIn(text: string): readonly Tokens.Table[] {
  return marked.lexer(text).filter(isTable);
}

const rowsOf = (table: Tokens.Table): readonly (readonly string[])[] =>
  table.rows.map((row) => row.map((cell) => cell.text));

const broken = { brokenPromises: [{ promise: 'converges', evidence: 'a1 and a2 differ' }] } as const;

/** Elements, in their order, without what stands in them. */
const elementsOf = (html: string): readonly string[] => [...html.matchAll(/<[^>]*>/g)].map(([tag]) => tag);

describe('the Markdown report', () => {
  it('renders as tables: what is lost, what it costs, what is promised', () => {
    const [lost, cost, promised] = tablesIn(markdown(runReport(suite(), [losing(1, 10), losing(0, 10)])));
    expect(lost!.header.map(({ text }) => text)).toEqual(['strategy', '`none`']);
    expect(rowsOf(lost!)).toEqual([['`plain`', expect.stringMatching(/^\*\*1 \/ 20\*\*<br>5\.0 % \(.+ to .+\)$/)]]);
    expect(rowsOf(cost!)[0]!.slice(0, 2)).toEqual(['`plain`', '1']);
    expect(rowsOf(promised!)[0]!.slice(0, 3)).toEqual(['`plain`', 'kept', '-']);
  });

  it('begins with the verdict, and ends with the command that runs the same again', () => {
    const lines = markdown(runReport(suite(), [trialRecord()]))
      .trimEnd()
      .split('\n');
    expect(lines[0]).toBe('## lostwrites: every promise was kept (1 trial)');
    expect(lines.slice(-3)).toEqual(['```sh', 'npm run bench', '```']);
  });

  it('says what broke, with its evidence and a command that shows it', () => {
    const text = markdown(runReport(suite(), [losing(0, 9, { seed: 3 }), losing(0, 9, { seed: 4, ...broken })]));
    expect(text).toContain('## lostwrites: broken in 1 cell (2 trials)');
    expect(text).toContain('converges broke in 1 trial of 2. In the worst trial: a1 and a2 differ.');
    const commands = marked.lexer(text).filter(({ type }) => type === 'code') as Tokens.Code[];
    expect(commands[0]!.text).toBe('npm run bench -- replay --strategy plain --workload talk --faults none --seed 4');
  });

  it('says when the suite as a whole failed, and when a run was stopped', () => {
    const failed = markdown(runReport(suite(), [trialRecord()], { suiteFailures: ['plain lost nothing'] }));
    expect(failed).toContain('## lostwrites: the suite failed');
    expect(failed).toContain('- plain lost nothing');
    const stopped = runReport(suite(), [trialRecord()], { partial: true, trials: { done: 1, planned: 20 } });
    expect(markdown(stopped)).toContain('**Partial**: stopped after 1 of 20 trials.');
  });

  it('fits into a comment, however much is wrong', () => {
    const labels = Array.from({ length: 60 }, (_each, index) => `strategy-${String(index)}`);
    const of = suite({ strategies: labels.map((label) => ({ ...suite().strategies[0]!, label })) });
    const notes = labels.map((label) => `not exercised: ${label}`);
    const trials = labels.map((strategy) => losing(3, 9, { strategy, ...broken }));
    const text = markdown(runReport(of, trials, { notes }));
    expect(text).toContain('And 40 more cells.');
    expect(text).toContain('and 40 more');
    expect(text.length).toBeLessThan(65_536);
  });

  it.each(hostileTexts)('shows %j as text wherever a name or evidence stands', (hostile) => {
    const report = (text: string): RunReport => {
      const { of, trials } = hostileRun(text);
      return runReport(of, trials, { command: text, notes: [text], suiteFailures: [text] });
    };
    const shape = (text: string): readonly string[] =>
      elementsOf(marked.parse(text, { async: false })).filter((tag) => !/^<(!--|\/?code|\/?pre)/.test(tag));
    expect(shape(markdown(report(hostile)))).toEqual(shape(markdown(report('tame'))));
    expect(tablesIn(markdown(report(hostile))).map(({ rows }) => rows.map((row) => row.length))).toEqual(
      tablesIn(markdown(report('tame'))).map(({ rows }) => rows.map((row) => row.length)),
    );
  });
});
