/**
 * What each strategy gives up instead of losing writes: the time that agents wait, the thinking that comes to nothing, the
 * turns that are left to a person or given up, and the grants that are taken from the living.
 */

import { reclaimTriggers, refusalCauses, type Cell } from '../src/contract/index.ts';
import { drawTable, duration, groupRows, percent, titled, whole, type Column, type ReportView } from './format.ts';

const columns: readonly Column[] = [
  { title: 'strategy', align: 'left' },
  { title: 'faults', align: 'left' },
  { title: 'refused\n%', align: 'right' },
  { title: 'blocked\nper\nattempt', align: 'right' },
  { title: 'wasted\nthinking\nper trial', align: 'right' },
  { title: 'writes\nescalated', align: 'right' },
  { title: 'turns\ngiven up', align: 'right' },
  { title: 'taken\nfrom the\ndead', align: 'right' },
  { title: 'taken\nfrom the\nliving', align: 'right' },
  { title: 'recovery\np50', align: 'right' },
  { title: 'recovery\np95', align: 'right' },
];

export function coordination(view: ReportView): string {
  const title = 'What is given up instead of writes';
  const tables = titled(view, title, (cells) => drawTable(columns, groupRows(cells, row), view.paint));
  return [tables, ...legend.map((line) => view.paint.dim(line))].join('\n');
}

const legend = [
  'Taken: grants that were reclaimed because their holders seemed dead; from the dead: the machine had really crashed',
  'since the grant. Recovery: from the crash of a holder to the end of its grant, or of an owner to the next owner.',
];

function row(cell: Cell): readonly string[] {
  const { attempts, blockedMs, wastedThinkMs, gaveUp, grants, recoveryMs } = cell;
  const valid = cell.trials - cell.failed;
  const refused = refusalCauses.reduce((sum, cause) => sum + cell.refusals[cause], 0);
  const reclaims = grants === 0 ? ['-', '-'] : [whole(reclaimsIn(cell, 'true')), whole(reclaimsIn(cell, 'false'))];
  return [
    attempts === 0 ? '-' : percent(refused / attempts),
    duration(attempts === 0 ? null : blockedMs / attempts),
    duration(valid === 0 ? null : wastedThinkMs / valid),
    whole(cell.fates.escalated),
    whole(gaveUp),
    ...reclaims,
    duration(recoveryMs.p50),
    duration(recoveryMs.p95),
  ];
}

/** Victims of deadlocks are left out: nobody took them for dead. */
function reclaimsIn({ reclaims }: Cell, wasDead: 'true' | 'false'): number {
  return reclaimTriggers.reduce((sum, trigger) => (trigger === 'deadlock' ? sum : sum + reclaims[trigger][wasDead]), 0);
}
