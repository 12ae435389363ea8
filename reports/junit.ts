/**
 * A run as JUnit XML: a test case per promise and cell. What isn't promised and what the trials didn't reach is skipped, with
 * the reason; the rest of what fails a run (void trials, invariants of protocols, the suite as a whole) has test cases of its
 * own, so that a file without a failure belongs to a run that passed. Nothing in it was measured: it repeats to the byte.
 */

import {
  coversFaults,
  promiseNames,
  type Cell,
  type Comparison,
  type PromiseName,
  type RunReport,
  type StrategyEntry,
  type TrialSpec,
} from '../src/contract/index.ts';
import { broken, gapLines, replayOf, verdictOf } from './comparison-wording.ts';
import { commandFor, plural } from './format.ts';
import { violationsIn, worstCommand } from './wrong-cells.ts';

interface TestCase {
  readonly where: string;
  readonly name: string;
  readonly verdict: Verdict;
}

type Verdict =
  | { readonly kind: 'passed' }
  | { readonly kind: 'skipped'; readonly why: string }
  /** `command` null: no single trial shows it. */
  | { readonly kind: 'failed'; readonly why: string; readonly evidence: string; readonly command: string | null };

const passed: Verdict = { kind: 'passed' };

/** With an earlier run, what broke a rule of the comparison fails, too. */
export function junit(report: RunReport, comparison?: Comparison): string {
  const suites = report.suite.strategies.map((strategy) => ({
    name: strategy.label,
    cases: report.cellsByWorkload
      .filter((cell) => cell.strategy === strategy.label)
      .flatMap((cell) => casesOf(report, strategy, cell)),
  }));
  const whole = { name: 'the suite', cases: suiteCases(report) };
  const compared = comparison === undefined ? [] : [comparisonSuite(comparison)];
  return documentOf([...suites, whole, ...compared]);
}

function casesOf(report: RunReport, strategy: StrategyEntry, cell: Cell): readonly TestCase[] {
  const where = [cell.strategy, cell.workload, cell.faults].join(' / ');
  return [
    { where, name: 'trials are valid', verdict: validity(report, cell) },
    ...promiseNames.map((name) => ({ where, name, verdict: standing(report, strategy, cell, name) })),
    ...violationsIn(cell).map(({ invariant, violated, first }) => {
      const why = `${invariant} was violated in ${plural(violated, 'trial')} of ${String(cell.trials)}`;
      return { where, name: invariant, verdict: failure(report, why, first?.violation ?? '', first?.spec ?? null) };
    }),
  ];
}

function validity(report: RunReport, cell: Cell): Verdict {
  if (cell.trials === 0) return { kind: 'skipped', why: 'the run was stopped before it' };
  if (cell.failed === 0) return passed;
  return {
    kind: 'failed',
    why: `${plural(cell.failed, 'trial')} of ${String(cell.trials)} failed`,
    evidence: cell.worst?.wrong ?? '',
    command: worstCommand(report, cell),
  };
}

function standing(report: RunReport, { promises }: StrategyEntry, cell: Cell, name: PromiseName): Verdict {
  const found = cell.brokenPromises.find(({ promise }) => promise === name);
  if (found !== undefined) {
    const why = `${name} broke in ${plural(found.trials, 'trial')} of ${String(cell.trials)}`;
    return failure(report, why, found.first.evidence, found.first.spec);
  }
  const scope = promises[name];
  if (scope === false) return { kind: 'skipped', why: 'not promised' };
  const faults = report.suite.faults.find((profile) => profile.name === cell.faults);
  if (faults === undefined || !coversFaults(scope, faults)) {
    return { kind: 'skipped', why: `not promised under ${cell.faults}` };
  }
  if (cell.trials === cell.failed) return { kind: 'skipped', why: 'not exercised: there is no valid trial' };
  if (cell.exercised === 0)
    return { kind: 'skipped', why: 'not exercised: the conflict of the workload never happened' };
  return passed;
}

function failure(report: RunReport, why: string, evidence: string, spec: TrialSpec | null): Verdict {
  const command = spec === null ? null : commandFor(report, spec);
  return { kind: 'failed', why, evidence, command };
}

function suiteCases({ suiteFailures, partial, trials }: RunReport): readonly TestCase[] {
  const progress = `${String(trials.done)} of ${plural(trials.planned, 'trial')}`;
  const completeness: Verdict = partial ? { kind: 'skipped', why: `the run was stopped after ${progress}` } : passed;
  return [
    { where: 'the suite', name: 'every trial was run', verdict: completeness },
    ...suiteFailures.map((why, index) => ({
      where: 'the suite',
      name: `verdict ${String(index + 1)}`,
      verdict: { kind: 'failed', why, evidence: '', command: null } as const,
    })),
  ];
}

function comparisonSuite(comparison: Comparison): TestSuite {
  const { before, verdict, brokenGapRules, missing, added } = comparison;
  const where = `compared with ${before.source}`;
  const ofChanges = broken(comparison).map(({ metric, cell, from, to, rules, spec, trial }): TestCase => ({
    where,
    name: `${metric}: ${cell.strategy} / ${cell.workload} / ${cell.faults}`,
    verdict: {
      kind: 'failed',
      why: `${from === '' ? to : `${from} to ${to}`} (${rules.join(', ')})`,
      evidence: `seed ${String(spec.seed)}: ${trial}`,
      command: replayOf(comparison, spec),
    },
  }));
  const ofGaps = brokenGapRules.map((rule): TestCase => {
    const evidence = gapLines(rule === 'missing' ? missing : added).join('\n');
    return {
      where,
      name: `${rule} trials`,
      verdict: { kind: 'failed', why: `${rule} trials`, evidence, command: null },
    };
  });
  const decided: Verdict = verdict === 'undecided' ? { kind: 'skipped', why: verdictOf(comparison) } : passed;
  return { name: where, cases: [{ where, name: 'every rule was checked', verdict: decided }, ...ofChanges, ...ofGaps] };
}

interface TestSuite {
  readonly name: string;
  readonly cases: readonly TestCase[];
}

function documentOf(suites: readonly TestSuite[]): string {
  const all = suites.flatMap(({ cases }) => cases);
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="lostwrites" ${countsOf(all)}>`,
    ...suites.flatMap(({ name, cases }) => [
      `  <testsuite name="${escaped(name)}" ${countsOf(cases)} skipped="${count('skipped', cases)}">`,
      ...cases.map(caseText),
      '  </testsuite>',
    ]),
    '</testsuites>\n',
  ].join('\n');
}

function countsOf(cases: readonly TestCase[]): string {
  return `tests="${String(cases.length)}" failures="${count('failed', cases)}" errors="0"`;
}

function count(kind: Verdict['kind'], cases: readonly TestCase[]): string {
  return String(cases.filter(({ verdict }) => verdict.kind === kind).length);
}

function caseText({ where, name, verdict }: TestCase): string {
  const start = `    <testcase classname="${escaped(where)}" name="${escaped(name)}"`;
  switch (verdict.kind) {
    case 'passed':
      return `${start}/>`;
    case 'skipped':
      return `${start}><skipped message="${escaped(verdict.why)}"/></testcase>`;
    case 'failed': {
      const { why, evidence, command } = verdict;
      const lines = [evidence, command ?? ''].filter((line) => line !== '').join('\n');
      return `${start}><failure message="${escaped(why)}" type="broken">${escaped(lines)}</failure></testcase>`;
    }
  }
}

/** For texts and attributes. Characters that XML has no way to write are replaced. */
function escaped(text: string): string {
  return text
    .replaceAll(unwritable, '\u{fffd}')
    .replaceAll(/[&<>"'\r\n\t]/g, (character) => `&#${String(character.charCodeAt(0))};`);
}

/** All but what the production `Char` of XML 1.0 lists. */
const unwritable = /[^\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/gu;
