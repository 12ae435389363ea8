/** The address names whose trial is open: links lead there, Back and Escape lead back to the link. */

import type { PageData } from '../page-data.ts';
import type { Subject } from '../subject.ts';
import { subjectOf } from '../trial-view.ts';
import { byId } from './realize.ts';
import { TrialDialog } from './trial-dialog.ts';

export function followAddress(data: PageData): void {
  const subjects = subjectsOf(data);
  const dialog = new TrialDialog(byId('trial') as HTMLDialogElement);
  /** The link that led here: whoever opened the page at a trial has nothing of it to go back to. */
  let link: HTMLElement | null = null;
  const follow = (): void => {
    const subject = subjects.get(location.hash);
    if (subject !== undefined) dialog.open(subject);
    else dialog.close();
  };
  document.addEventListener('click', ({ target }) => {
    const found =
      target instanceof Element ? target.closest<HTMLElement>('a[href^="#worst/"], a[href^="#anomaly/"]') : null;
    link = found ?? link;
  });
  dialog.onLeave = () => {
    if (link !== null) {
      history.back();
      return;
    }
    link = linkTo(location.hash);
    history.replaceState(null, '', location.pathname + location.search);
    follow();
  };
  dialog.onClosed = () => {
    link?.focus();
    link = null;
  };
  addEventListener('hashchange', follow);
  follow();
}

/** By what stands in the address. */
function subjectsOf({ cells, anomalies }: PageData): ReadonlyMap<string, Subject> {
  const found = anomalies.rows.flatMap((row) => row.cells.flatMap(({ subject }) => subject ?? []));
  return new Map([...cells.map(subjectOf), ...found].map((subject) => [subject.hash, subject]));
}

/** A cell of a workload that isn't shown stands under the cell of all workloads. */
function linkTo(hash: string): HTMLElement | null {
  const [kind = '', strategy = '', faults = ''] = hash.split('/');
  const all = [kind, strategy, faults].join('/');
  return anchor(hash) ?? anchor(all);
}

function anchor(hash: string): HTMLElement | null {
  return document.querySelector(`a[href="${CSS.escape(hash)}"]`);
}
