/** A comparison as Markdown, for the summary of a CI job and for pull requests. */

import type { Comparison } from '../src/contract/index.ts';
import { broken, gapLines, neutralLine, replays, tolerated, verdictOf, type Finding } from './comparison-wording.ts';
import { plural, type Column } from './format.ts';
import { code, fenced, markdownTable, sentence } from './markdown-text.ts';

/** A comment on GitHub takes 65,536 characters. */
const maxRows = 50;
const maxTolerated = 20;
const maxCommands = 20;

export function comparisonMarkdown(comparison: Comparison): string {
  const { before, after, missing, added, notes, uncheckedRules } = comparison;
  const failing = broken(comparison);
  const neutral = neutralLine(comparison);
  const commands = replays(comparison, failing).slice(0, maxCommands);
  const parts = [
    `## ${sentence(`lostwrites: ${verdictOf(comparison)}`)}`,
    `${code(after.source)} (lostwrites ${sentence(after.version)}) after ${code(before.source)} (lostwrites ${sentence(before.version)})`,
    ...table('Breaks a rule', failing, maxRows),
    ...(commands.length === 0 ? [] : [`Replay the trial that changed most:\n\n${fenced(commands.join('\n'), 'sh')}`]),
    ...table('Worse, within the rules', tolerated(comparison, 'worse'), maxTolerated),
    ...table('Better', tolerated(comparison, 'better'), maxTolerated),
    ...(neutral === null ? [] : [sentence(neutral)]),
    ...list('Only in the earlier run', gapLines(missing)),
    ...list('Only in the later run', gapLines(added)),
    ...list('Notes', [...notes, ...uncheckedRules.map((rule) => `${rule} was not checked`)]),
  ];
  return `${parts.join('\n\n')}\n`;
}

const left = (title: string): Column => ({ title, align: 'left' });
const right = (title: string): Column => ({ title, align: 'right' });
const columns: readonly Column[] = [
  ...['metric', 'strategy', 'workload', 'faults'].map(left),
  ...['before', 'after', 'difference', 'seed'].map(right),
  ...['in that trial', 'rule'].map(left),
];

function table(title: string, findings: readonly Finding[], max: number): readonly string[] {
  if (findings.length === 0) return [];
  const rows = findings
    .slice(0, max)
    .map(({ metric, cell, from, to, difference, rules, spec, trial }) => [
      ...[metric, cell.strategy, cell.workload, cell.faults].map(code),
      from,
      to,
      sentence(difference),
      String(spec.seed),
      trial,
      rules.map(code).join(', '),
    ]);
  const hidden = findings.length - rows.length;
  const more = hidden > 0 ? `\n\nand ${plural(hidden, 'change')} more` : '';
  return [`### ${title}\n\n${markdownTable(columns, rows)}${more}`];
}

function list(title: string, texts: readonly string[]): readonly string[] {
  return texts.length === 0 ? [] : [`### ${title}\n\n${texts.map((text) => `- ${sentence(text)}`).join('\n')}`];
}
