/** The address names the cell whose worst trial is open: links lead there, Back and Escape lead back to the cell. */

import { cellHash, type CellData, type PageData } from '../page-data.ts';
import { trialView } from '../trial-view.ts';
import { byId, show } from './realize.ts';

export function followAddress(data: PageData): void {
  const dialog = byId('trial') as HTMLDialogElement;
  const cells = new Map(data.cells.map((cell) => [cellHash(cell), cell]));
  /** Whoever opened the page at a trial has nothing of it to go back to. */
  let cameFromPage = false;
  let origin: HTMLElement | null = null;
  const follow = (): void => {
    const cell = cells.get(location.hash);
    if (cell === undefined) {
      if (dialog.open) dialog.close();
      return;
    }
    origin ??= linkTo(cell);
    open(dialog, cell);
  };
  document.addEventListener('click', ({ target }) => {
    const link = target instanceof Element ? target.closest<HTMLAnchorElement>('a[href^="#worst/"]') : null;
    if (link === null) return;
    cameFromPage = true;
    origin = link;
  });
  dialog.addEventListener('cancel', (event) => {
    event.preventDefault();
    leave();
  });
  dialog.addEventListener('click', ({ target }) => {
    if (target === dialog || (target instanceof Element && target.closest('.close') !== null)) leave();
  });
  dialog.addEventListener('close', () => {
    const place = origin?.isConnected === true ? origin : null;
    origin = null;
    place?.focus();
  });
  const leave = (): void => {
    if (cameFromPage) {
      cameFromPage = false;
      history.back();
    } else {
      history.replaceState(null, '', location.pathname + location.search);
      follow();
    }
  };
  addEventListener('hashchange', follow);
  follow();
}

/** In the heat map if it is there; a link without one is in the table. */
function linkTo(cell: CellData): HTMLElement | null {
  return document.querySelector<HTMLElement>(`a[href="${CSS.escape(cellHash(cell))}"]`);
}

function open(dialog: HTMLDialogElement, cell: CellData): void {
  show(dialog, trialView(cell));
  if (!dialog.open) dialog.showModal();
}
