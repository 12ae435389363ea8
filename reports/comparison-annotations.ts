/** What breaks a rule as GitHub workflow commands: a line per change, with the command that shows it. */

import type { Comparison } from '../src/contract/index.ts';
import { broken, gapLines, replayOf, verdictOf } from './comparison-wording.ts';
import { plural } from './format.ts';
import { errorCommands, workflowCommand } from './workflow-command.ts';

export function comparisonAnnotations(comparison: Comparison): string {
  const { brokenGapRules, missing, added, verdict } = comparison;
  const changes = broken(comparison).map(({ metric, cell, from, to, rules, spec, trial }) => ({
    title: `${metric}: ${cell.strategy} on ${cell.workload} under ${cell.faults}`,
    message: [
      `${from === '' ? to : `${from} to ${to}`} (${rules.join(', ')}), seed ${String(spec.seed)}: ${trial}`,
      replayOf(comparison, spec),
    ].join('\n'),
  }));
  const gaps = brokenGapRules.map((rule) => ({
    title: `${rule} trials`,
    message: gapLines(rule === 'missing' ? missing : added).join('\n'),
  }));
  const lines = [
    ...errorCommands([...changes, ...gaps], (hidden) => `${plural(hidden, 'more change')}: see the tables`),
    ...(verdict === 'undecided' ? [workflowCommand('warning', 'comparison', verdictOf(comparison))] : []),
  ];
  return lines.map((line) => `${line}\n`).join('');
}
