/**
 * A run as Markdown, for the summary of a CI job and for pull requests: the verdict, who loses what, what safety costs, what
 * is wrong with a command for each, and what is needed to run the same again. Short enough for one comment.
 */

import {
  coversFaults,
  promiseNames,
  type Cell,
  type PromiseName,
  type RunReport,
  type StrategyEntry,
} from '../src/contract/index.ts';
import { dollars, duration, percent, plural, whole, type Column } from './format.ts';
import { code, fenced, markdownTable, sentence } from './markdown-text.ts';
import { isWrong, oneLine, whatBroke, worstCommand, worstLosses } from './wrong-cells.ts';

/** A comment on GitHub takes 65,536 characters; the tables of a hundred strategies leave room for these. */
const maxFindings = 20;

export function markdown(report: RunReport): string {
  const parts = [
    `## ${verdict(report)}`,
    partial(report),
    lostWrites(report),
    cost(report),
    promises(report),
    wrong(report),
    byDesign(report),
    notes(report),
    again(report),
  ];
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}

function verdict(report: RunReport): string {
  const count = report.cells.filter(isWrong).length;
  const trials = plural(report.trials.done, 'trial');
  if (count > 0) return `lostwrites: broken in ${plural(count, 'cell')} (${trials})`;
  if (report.suiteFailures.length > 0) return `lostwrites: the suite failed (${trials})`;
  return `lostwrites: every promise was kept (${trials})`;
}

function partial({ partial: isPartial, trials, shard }: RunReport): string {
  if (!isPartial && shard !== null) {
    return `**Shard ${whole(shard.index)} of ${whole(shard.count)}**: a part of the run, without a verdict on the whole.`;
  }
  if (!isPartial) return '';
  return `**Partial**: stopped after ${whole(trials.done)} of ${plural(trials.planned, 'trial')}. The tables show only these.`;
}

const left = (title: string): Column => ({ title, align: 'left' });
const right = (title: string): Column => ({ title, align: 'right' });

function lostWrites({ suite, cells }: RunReport): string {
  const columns = [left('strategy'), ...suite.faults.map(({ name }) => right(code(name)))];
  const rows = suite.strategies.map((strategy) => [
    nameOf(strategy),
    ...cells.filter((cell) => cell.strategy === strategy.label).map(lostIn),
  ]);
  const legend = 'Lost, of the writes whose agents were told that they are safe. With a 95 % interval.';
  return `### Lost writes\n\n${legend}\n\n${markdownTable(columns, rows)}`;
}

function lostIn(cell: Cell): string {
  const { lostShare, committed, fates } = cell;
  const marks = isWrong(cell) ? ['**BROKEN**'] : [];
  if (lostShare === null) return [cell.trials === 0 ? '-' : 'none committed', ...marks].join('<br>');
  const counts = `${whole(fates.lost)} / ${whole(committed)}`;
  const { share, low, high } = lostShare;
  const rate = `${percent(share)} % (${percent(low)} to ${percent(high)})`;
  return [fates.lost === 0 ? counts : `**${counts}**`, rate, ...marks].join('<br>');
}

function nameOf({ label, canary }: StrategyEntry): string {
  return canary ? `${code(label)} (canary)` : code(label);
}

const costColumns: readonly Column[] = [
  left('strategy'),
  ...[
    'lost',
    'escalations',
    'false',
    'missed',
    'turns given up',
    'commit p99, worst faults',
    'blocked per attempt',
    'tokens per trial',
    'USD per 1,000 trials',
  ].map(right),
];

function cost({ suite, cells }: RunReport): string {
  const rows = suite.strategies.map((strategy) => [
    nameOf(strategy),
    ...costOf(cells.filter((cell) => cell.strategy === strategy.label)),
  ]);
  const legend = 'Over all fault profiles. Times are virtual, tokens and dollars those of the simulated model.';
  return `### What safety costs\n\n${legend}\n\n${markdownTable(costColumns, rows)}`;
}

function costOf(cells: readonly Cell[]): readonly string[] {
  const sum = (of: (cell: Cell) => number): number => cells.reduce((total, cell) => total + of(cell), 0);
  const valid = sum((cell) => cell.trials - cell.failed);
  const attempts = sum((cell) => cell.attempts);
  const slowest = cells.flatMap(({ latencyMs }) => (latencyMs.p99 === null ? [] : [latencyMs.p99]));
  const isPriced = cells.every(({ usd }) => usd !== null);
  return [
    whole(sum(({ fates }) => fates.lost)),
    whole(sum(({ escalations }) => escalations.raised)),
    whole(sum(({ escalations }) => escalations.false)),
    whole(sum(({ escalations }) => escalations.missed)),
    whole(sum(({ gaveUp }) => gaveUp)),
    duration(slowest.length === 0 ? null : Math.max(...slowest)),
    duration(attempts === 0 ? null : sum(({ blockedMs }) => blockedMs) / attempts),
    valid === 0 ? '-' : whole(sum(({ tokens }) => tokens) / valid),
    dollars(valid === 0 || !isPriced ? null : (sum(({ usd }) => usd ?? 0) / valid) * 1_000),
  ];
}

function promises(report: RunReport): string {
  const columns = [left('strategy'), ...promiseNames.map(left)];
  const rows = report.suite.strategies.map((strategy) => [
    nameOf(strategy),
    ...promiseNames.map((name) => standing(report, strategy, name)),
  ]);
  const legend = '`-`: not promised, or only for faults that were not run.';
  return `<details><summary>Promises</summary>\n\n${legend}\n\n${markdownTable(columns, rows)}\n\n</details>`;
}

function standing({ suite, cells }: RunReport, { label, promises: made }: StrategyEntry, name: PromiseName): string {
  const own = cells.filter((cell) => cell.strategy === label);
  const broken = own.flatMap((cell) => cell.brokenPromises).filter(({ promise }) => promise === name);
  if (broken.length > 0) return `**broken** in ${whole(broken.reduce((sum, { trials }) => sum + trials, 0))}`;
  const isTested = own.some((cell) => cell.trials > cell.failed);
  return isTested && suite.faults.some((faults) => coversFaults(made[name], faults)) ? 'kept' : '-';
}

function wrong(report: RunReport): string {
  const cells = report.cells.filter(isWrong);
  if (cells.length + report.suiteFailures.length === 0) return '';
  const found = cells.slice(0, maxFindings).map((cell) => {
    const evidence = cell.worst?.wrong ?? null;
    const shown = evidence === null ? '' : ` In the worst trial: ${sentence(oneLine(evidence))}.`;
    return finding(report, cell, `${sentence(whatBroke(cell))}.${shown}`);
  });
  const others = cells.length - found.length;
  const rest = others === 0 ? [] : [`And ${plural(others, 'more cell')}.`];
  const suite = report.suiteFailures.map((failure) => `- ${sentence(failure)}`).join('\n');
  return ['### Broken', ...found, ...rest, ...(suite === '' ? [] : [suite])].join('\n\n');
}

function finding(report: RunReport, cell: Cell, text: string): string {
  const command = worstCommand(report, cell);
  const shown = command === null ? '' : `\n\n${fenced(command, 'sh')}`;
  return `${code(cell.strategy)} under ${code(cell.faults)}: ${text}${shown}`;
}

function byDesign(report: RunReport): string {
  const cells = worstLosses(report.cells.filter((cell) => !isWrong(cell)));
  if (cells.length === 0) return '';
  const commands = cells.slice(0, maxFindings).flatMap((cell) => worstCommand(report, cell) ?? []);
  const summary = 'Lost, but never promised to be kept: the worst trial of each strategy';
  return `<details><summary>${summary}</summary>\n\n${fenced(commands.join('\n'), 'sh')}\n\n</details>`;
}

function notes({ notes: all }: RunReport): string {
  if (all.length === 0) return '';
  const shown = all.slice(0, maxFindings).map((note) => `- ${sentence(note)}`);
  const rest = all.length > shown.length ? [`- and ${whole(all.length - shown.length)} more`] : [];
  return `<details><summary>Notes</summary>\n\n${[...shown, ...rest].join('\n')}\n\n</details>`;
}

function again({ command, version, configuration, measured }: RunReport): string {
  const commit = measured.commit === null ? '' : `, commit ${code(measured.commit)}`;
  const line = `lostwrites ${sentence(version)}${commit}, configuration ${code(configuration)}. The same again:`;
  return `${line}\n\n${fenced(command, 'sh')}`;
}
