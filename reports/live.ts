/** Live against simulated: what became of writes in both worlds, whether they agree, and what was done to processes. */

import { fates, type Fate, type LiveCell, type LiveReport, type LiveStanding } from '../src/contract/index.ts';
import { drawTable, percent, plural, replayCommand, whole, type Column, type Paint } from './format.ts';

export function liveComparison(report: LiveReport, paint: Paint): string {
  return [lostTable(report, paint), fateTable(report, paint), conclusion(report, paint)].join('\n\n');
}

const nameColumns: readonly Column[] = ['strategy', 'workload', 'faults'].map((title) => ({ title, align: 'left' }));

const lostColumns: readonly Column[] = [
  ...nameColumns,
  { title: 'trials\nlive', align: 'right' },
  { title: 'lost live', align: 'right' },
  { title: 'simulated\nwith its interval', align: 'right' },
  { title: 'difference\nwith its interval', align: 'right' },
  { title: 'pairs', align: 'right' },
  { title: 'trials that\nbroke', align: 'right' },
  { title: '', align: 'left' },
];

function lostTable({ cells, strategies }: LiveReport, paint: Paint): string {
  const title = 'LIVE AGAINST SIMULATED  Lost writes, % of those told committed, same seeds, 95 % intervals';
  const rows = groupedRows({ cells, strategies }, (cell) => [
    whole(cell.live.trials),
    cell.live.lostShare === null ? '-' : percent(cell.live.lostShare.share),
    intervalOf(cell.simulated.lostShare),
    differenceOf(cell),
    whole(cell.pairs),
    brokenText(cell, paint),
    standingText(cell.standing, paint),
  ]);
  return [paint.bold(title), drawTable(lostColumns, rows, paint), ...legend.map((line) => paint.dim(line))].join('\n');
}

/** Void trials are broken ones. */
function brokenText({ live, simulated }: LiveCell, paint: Paint): string {
  const [seen, expected] = [live.broken + live.failed, simulated.broken + simulated.failed];
  const text = sideBySide(whole(seen), whole(expected));
  return seen + expected > 0 ? paint.red(text) : text;
}

const legend = [
  'Difference: lost share live less simulated, paired by seed over all repetitions. agrees: it can be chance. close: it is',
  'more than that, but live lies within the interval of the simulated share. differs: it lies outside; then one of the two is',
  'wrong. undecided: fewer than two pairs. Trials that broke a promise, or were void: live | simulated.',
];

function intervalOf(share: LiveCell['live']['lostShare']): string {
  return share === null ? '-' : `${percent(share.share)} [${percent(share.low)} to ${percent(share.high)}]`;
}

function differenceOf({ difference }: LiveCell): string {
  if (difference === null) return '-';
  const { mean, low, high } = difference;
  const interval = Number.isFinite(low) ? ` [${points(low)} to ${points(high)}]` : '';
  return `${points(mean)}${interval}`;
}

/** Percentage points with their sign. */
function points(difference: number): string {
  const size = percent(Math.abs(difference));
  if (size === '0' || Math.abs(difference) < 1e-9) return '0';
  return difference > 0 ? `+${size}` : `-${size}`;
}

function standingText(standing: LiveStanding, paint: Paint): string {
  switch (standing) {
    case 'agrees':
      return paint.green(standing);
    case 'close':
      return paint.yellow(standing);
    case 'differs':
      return paint.red('DIFFERS');
    case 'undecided':
      return paint.dim(standing);
  }
}

/** What every run may show, and of the other fates those that occur. */
const alwaysShown: readonly Fate[] = ['survived', 'superseded', 'escalated', 'indeterminate', 'lost'];

function fateTable({ cells, strategies }: LiveReport, paint: Paint): string {
  const occurs = (fate: Fate): boolean =>
    cells.some(({ live, simulated }) => live.fates[fate] + simulated.fates[fate] > 0);
  const shown = fates.filter((fate) => alwaysShown.includes(fate) || occurs(fate));
  const columns: readonly Column[] = [
    ...nameColumns,
    { title: 'writes issued', align: 'right' },
    ...shown.map((title): Column => ({ title, align: 'right' })),
  ];
  const rows = groupedRows({ cells, strategies }, ({ live, simulated }) => [
    sideBySide(whole(live.fates.issued), whole(simulated.fates.issued)),
    ...shown.map((fate) => sideBySide(shareOf(live, fate), shareOf(simulated, fate))),
  ]);
  const title = 'LIVE AGAINST SIMULATED  What became of all writes: live | simulated, % of those issued';
  return [paint.bold(title), drawTable(columns, rows, paint)].join('\n');
}

function shareOf({ fates: counts }: LiveCell['live'], fate: Fate): string {
  return counts.issued === 0 ? '-' : percent(counts[fate] / counts.issued);
}

function sideBySide(live: string, simulated: string): string {
  return `${live} | ${simulated}`;
}

/** A group per strategy, which ends with all its cells together; what the row above says as well isn't said again. */
function groupedRows(
  { cells, strategies }: Pick<LiveReport, 'cells' | 'strategies'>,
  row: (cell: LiveCell) => readonly string[],
): readonly (readonly (readonly string[])[])[] {
  return strategies.map((all) => {
    const own = cells.filter(({ strategy }) => strategy === all.strategy);
    const shown = own.length > 1 ? [...own, all] : own;
    return shown.map((cell, index) => {
      const isFirst = index === 0;
      const workload = isFirst || cell.workload !== shown[index - 1]?.workload ? (cell.workload ?? 'all') : '';
      return [isFirst ? cell.strategy : '', workload, cell.faults ?? 'all', ...row(cell)];
    });
  });
}

function conclusion({ cells, deeds, trials: liveTrials }: LiveReport, paint: Paint): string {
  const count = (standing: LiveStanding): number => cells.filter((cell) => cell.standing === standing).length;
  const counts = (['agrees', 'close', 'differs', 'undecided'] as const)
    .filter((standing) => count(standing) > 0)
    .map((standing) => `${whole(count(standing))} ${standing === 'agrees' ? 'agree' : standing.replace(/s$/, '')}`);
  const colour = count('differs') > 0 ? paint.red : paint.green;
  const broken = cells.flatMap(({ simulated: { broken: trials, failed, worst } }) =>
    trials + failed > 0 && worst !== null ? [replayCommand(worst.spec, null, null)] : [],
  );
  const replays =
    broken.length === 0 ? [] : [paint.red('Broken in the simulator: see it event by event with'), ...broken];
  const { kills, stops, restores, recordsRolledBack, processes, wallSeconds } = deeds;
  const done = [
    plural(kills, 'kill'),
    plural(stops, 'stop'),
    `${plural(restores, 'restore')} (${plural(recordsRolledBack, 'record')} taken back)`,
    `${whole(processes)} processes`,
  ];
  return [
    ...replays,
    colour(`Of ${plural(cells.length, 'cell')} ${counts.join(', ')}.`),
    `Done to processes in ${plural(liveTrials.length, 'live trial')}: ${done.join(', ')}, ${whole(wallSeconds)} s of trials.`,
  ].join('\n');
}
