/** A comparison for the terminal: what breaks a rule first, then what is worse, better, new and missing, and one line verdict. */

import type { ComparedRun, Comparison } from '../src/contract/index.ts';
import { broken, gapLines, neutralLine, replays, tolerated, verdictOf, type Finding } from './comparison-wording.ts';
import { drawTable, plural, type Column, type Paint } from './format.ts';

/** The result file has all of them. */
const maxRows = 100;
const maxTolerated = 20;
const maxCommands = 20;

export function comparisonText(comparison: Comparison, paint: Paint): string {
  const { before, after, rules, missing, added, notes, uncheckedRules, verdict } = comparison;
  const [failing, worse, better] = [
    broken(comparison),
    tolerated(comparison, 'worse'),
    tolerated(comparison, 'better'),
  ];
  const neutral = neutralLine(comparison);
  const unchecked = uncheckedRules.map((rule) => `not checked, since one of the runs doesn't hold the metric: ${rule}`);
  const last = { broken: paint.red, undecided: paint.yellow, kept: paint.green }[verdict];
  return [
    [runLine('before', before), runLine('after', after), ...ruleLines(rules)].join('\n'),
    ...table('Breaks a rule', failing, maxRows, paint),
    ...commands(comparison, failing, paint),
    ...table('Worse, within the rules', worse, maxTolerated, paint),
    ...table('Better', better, maxTolerated, paint),
    ...(neutral === null ? [] : [neutral]),
    ...lines('Only in the earlier run', gapLines(missing), paint),
    ...lines('Only in the later run', gapLines(added), paint),
    ...lines('Notes', [...notes, ...unchecked], paint),
    last(paint.bold(verdictOf(comparison))),
  ].join('\n\n');
}

function runLine(side: string, { source, version, configuration }: ComparedRun): string {
  return `${side.padEnd(7)} ${source}: lostwrites ${version}, configuration ${configuration}`;
}

const lineLength = 120;

function ruleLines(rules: readonly string[]): readonly string[] {
  const texts: string[] = [];
  for (const rule of rules) {
    const last = texts.at(-1);
    if (last !== undefined && last.length + rule.length < lineLength) texts[texts.length - 1] = `${last} ${rule}`;
    else texts.push(`${texts.length === 0 ? 'rules  ' : '       '} ${rule}`);
  }
  return texts;
}

const columns: readonly Column[] = [
  ...['metric', 'strategy', 'workload', 'faults'].map((title): Column => ({ title, align: 'left' })),
  ...['before', 'after', 'difference', 'seed'].map((title): Column => ({ title, align: 'right' })),
  { title: 'in that trial', align: 'left' },
  { title: 'rule', align: 'left' },
];

function table(title: string, findings: readonly Finding[], max: number, paint: Paint): readonly string[] {
  if (findings.length === 0) return [];
  const rows = findings.slice(0, max).map(({ metric, cell, from, to, difference, rules, spec, trial }) => {
    const { strategy, workload, faults } = cell;
    return [metric, strategy, workload, faults, from, to, difference, String(spec.seed), trial, rules.join(', ')];
  });
  const shown = rows.every((row) => row.at(-1) === '') ? columns.slice(0, -1) : columns;
  const hidden = findings.length - rows.length;
  const more = hidden > 0 ? [`and ${plural(hidden, 'change')} more; --json has all`] : [];
  return [
    [paint.bold(title), drawTable(shown, [rows.map((row) => row.slice(0, shown.length))], paint), ...more].join('\n'),
  ];
}

function commands(comparison: Comparison, findings: readonly Finding[], paint: Paint): readonly string[] {
  const all = replays(comparison, findings);
  const hidden = all.length - maxCommands;
  const more = hidden > 0 ? [`and ${plural(hidden, 'trial')} more; --json has all`] : [];
  return lines('Replay the trial that changed most with', [...all.slice(0, maxCommands), ...more], paint);
}

function lines(title: string, texts: readonly string[], paint: Paint): readonly string[] {
  return texts.length === 0 ? [] : [[paint.bold(title), ...texts].join('\n')];
}
