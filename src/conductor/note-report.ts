/** What counts of a process's reports whether or not it is still alive: what it did, seen from outside. */

import type { ProtocolStep, ReplicaId } from '../contract/index.ts';
import type { Backups } from './backups.ts';
import type { ReportOf } from './messages.ts';
import type { TrialSurroundings } from './trial-surroundings.ts';

export interface ReportingMachine {
  readonly id: ReplicaId;
  readonly disk: Backups;
  /** Steps that were taken, as far as they are reported. */
  readonly counts: Record<ProtocolStep, number>;
}

export type Noted = ReportOf<'trace' | 'committing' | 'durable' | 'stored' | 'sent' | 'received' | 'step' | 'failed'>;

export function noteReport(report: Noted, { id, disk, counts }: ReportingMachine, around: TrialSurroundings): void {
  const { recorder, custody, clock } = around;
  switch (report.kind) {
    case 'trace':
      recorder.report(id, report.event);
      break;
    case 'committing':
      custody.commitRequested(id, report.tx.id, report.at);
      break;
    case 'durable':
      disk.changed(report.mark);
      recorder.mark('durable', id);
      recorder.tell({ kind: 'durable', machine: id, records: report.mark.records });
      custody.ownDiskChanged(id, disk.version, report.at);
      break;
    case 'stored':
      custody.stored(id, report.from, report.sentAt, disk.version);
      break;
    case 'sent':
      recorder.messages += 1;
      recorder.bytes += report.bytes;
      break;
    case 'received': {
      const { from, bytes } = report;
      recorder.tell({ kind: 'receive', machine: id, from, sentAt: clock.microsAt(report.sentAt), bytes });
      break;
    }
    case 'step':
      counts[report.step] += 1;
      break;
    case 'failed':
      recorder.fail(report.culprit, report.message);
      break;
  }
}
