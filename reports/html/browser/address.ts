/** The address names the cell whose worst trial is open: links lead there, Back and Escape lead back to the cell. */

import { cellHash, type CellData, type PageData } from '../page-data.ts';
import { byId } from './realize.ts';
import { TrialDialog } from './trial-dialog.ts';

export function followAddress(data: PageData): void {
  const cells = new Map(data.cells.map((cell) => [cellHash(cell), cell]));
  const dialog = new TrialDialog(byId('trial') as HTMLDialogElement);
  /** The link that led here: whoever opened the page at a trial has nothing of it to go back to. */
  let link: HTMLElement | null = null;
  const follow = (): void => {
    const cell = cells.get(location.hash);
    if (cell !== undefined) dialog.open(cell);
    else dialog.close();
  };
  document.addEventListener('click', ({ target }) => {
    const found = target instanceof Element ? target.closest<HTMLElement>('a[href^="#worst/"]') : null;
    link = found ?? link;
  });
  dialog.onLeave = () => {
    if (link !== null) {
      history.back();
      return;
    }
    const cell = cells.get(location.hash);
    link = cell === undefined ? null : (linkTo(cell) ?? linkTo({ ...cell, workload: null }));
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

/** The first one is in the first table, if that shows the cell. */
function linkTo(cell: CellData): HTMLElement | null {
  return document.querySelector(`a[href="${CSS.escape(cellHash(cell))}"]`);
}
