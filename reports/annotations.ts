/**
 * What is wrong as workflow commands, which GitHub shows as annotations of the job: a line per cell, with its command. Escaped
 * as the runner unescapes it, so that no name can end a command or begin another.
 */

import type { RunReport } from '../src/contract/index.ts';
import { plural } from './format.ts';
import { isWrong, whatBroke, worstCommand } from './wrong-cells.ts';

/** GitHub shows no more of one kind per step. */
const maxShown = 10;

export function annotations(report: RunReport): string {
  const errors = [
    ...report.suiteFailures.map((failure) => ({ title: 'the suite failed', message: failure })),
    ...report.cells.filter(isWrong).map((cell) => ({
      title: `${cell.strategy} under ${cell.faults}`,
      message: [whatBroke(cell), cell.worst?.wrong, worstCommand(report, cell)].filter(Boolean).join('\n'),
    })),
  ];
  const shown = errors.length > maxShown ? errors.slice(0, maxShown - 1) : errors;
  const hidden = errors.length - shown.length;
  const lines = shown.map(({ title, message }) => command('error', title, message));
  if (hidden > 0) lines.push(command('error', 'and more', `${plural(hidden, 'more cell')}: see the tables`));
  if (report.partial) {
    const progress = `stopped after ${String(report.trials.done)} of ${plural(report.trials.planned, 'trial')}`;
    lines.push(command('warning', 'partial', progress));
  }
  return lines.map((line) => `${line}\n`).join('');
}

function command(kind: 'error' | 'warning', title: string, message: string): string {
  return `::${kind} title=${escaped(`lostwrites: ${title}`, /[%\r\n:,]/g)}::${escaped(message, /[%\r\n]/g)}`;
}

function escaped(text: string, special: RegExp): string {
  return text.replaceAll(
    special,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`,
  );
}
