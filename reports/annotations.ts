/**
 * What is wrong as workflow commands, which GitHub shows as annotations of the job: a line per cell, with its command. Escaped
 * as the runner unescapes it, so that no name can end a command or begin another.
 */

import type { RunReport } from '../src/contract/index.ts';
import { plural } from './format.ts';
import { errorCommands, workflowCommand } from './workflow-command.ts';
import { isWrong, whatBroke, worstCommand } from './wrong-cells.ts';

export function annotations(report: RunReport): string {
  const errors = [
    ...report.suiteFailures.map((failure) => ({ title: 'the suite failed', message: failure })),
    ...report.cells.filter(isWrong).map((cell) => ({
      title: `${cell.strategy} under ${cell.faults}`,
      message: [whatBroke(cell), cell.worst?.wrong, worstCommand(report, cell)].filter(Boolean).join('\n'),
    })),
  ];
  const lines = [...errorCommands(errors, (hidden) => `${plural(hidden, 'more cell')}: see the tables`)];
  if (report.partial) {
    const progress = `stopped after ${String(report.trials.done)} of ${plural(report.trials.planned, 'trial')}`;
    lines.push(workflowCommand('warning', 'partial', progress));
  }
  return lines.map((line) => `${line}\n`).join('');
}
