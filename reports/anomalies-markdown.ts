/** The matrix of strategies by anomalies as Markdown: a page of its own, with what shows each anomaly that was found. */

import type { AnomalyCell, RunReport } from '../src/contract/index.ts';
import { anomalyTitle, cellsOf, legend, standingText, testedAnomalies, witnesses } from './anomaly-wording.ts';
import type { Column } from './format.ts';
import { code, fenced, markdownTable, sentence } from './markdown-text.ts';

export function anomaliesMarkdown(report: RunReport): string {
  const parts = ['## Anomalies', ...matrix(report), found(report), again(report)];
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}

function matrix(report: RunReport): readonly string[] {
  const tested = testedAnomalies(report);
  if (tested.length === 0) return ['No trial could have shown any.'];
  const columns = ['strategy', ...tested.map(anomalyTitle)].map((title): Column => ({ title, align: 'left' }));
  const rows = report.anomalies.map((row) => [code(row.strategy), ...cellsOf(row, tested).map(cellText)]);
  return [markdownTable(columns, rows), legend.map((line) => `- ${sentence(line)}`).join('\n')];
}

function cellText(cell: AnomalyCell): string {
  const { seen, of } = standingText(cell);
  const isFound = cell.standing === 'found' || cell.standing === 'broken';
  return [isFound ? `**${sentence(seen)}**` : sentence(seen), ...(of === '' ? [] : [of])].join('<br>');
}

function found(report: RunReport): string {
  const shown = witnesses(report).map(
    ({ what, evidence, command }) => `${sentence(what)}: ${sentence(evidence)}.\n\n${fenced(command, 'sh')}`,
  );
  if (shown.length === 0) return '';
  return `<details><summary>The first trial that shows each of them</summary>\n\n${shown.join('\n\n')}\n\n</details>`;
}

function again({ command, version, configuration }: RunReport): string {
  return `lostwrites ${sentence(version)}, configuration ${code(configuration)}. The same again:\n\n${fenced(command, 'sh')}`;
}
