/** Shows a trial over the page. */

import type { Subject } from '../subject.ts';
import { trialView } from '../trial-view.ts';
import type { TrialDiagram } from '../trial-diagram.ts';
import { byId, show } from './realize.ts';

export class TrialDialog {
  readonly #dialog: HTMLDialogElement;
  #shown: { readonly subject: Subject; readonly diagram: TrialDiagram | null } | null = null;
  #width = 0;
  /** The reader wants to go back to where they came from. */
  onLeave: () => void = () => undefined;
  onClosed: () => void = () => undefined;

  constructor(dialog: HTMLDialogElement) {
    this.#dialog = dialog;
    dialog.addEventListener('cancel', (event) => {
      event.preventDefault();
      this.onLeave();
    });
    dialog.addEventListener('click', ({ target }) => this.#click(target));
    dialog.addEventListener('change', ({ target }) => {
      if (!(target instanceof HTMLInputElement)) return;
      dialog.querySelector('.messages')?.classList.toggle('hidden', !target.checked);
    });
    new ResizeObserver(() => this.#draw()).observe(dialog);
  }

  open(subject: Subject): void {
    this.#shown = null;
    if (!this.#dialog.open) this.#dialog.showModal();
    void this.#fill(subject);
  }

  close(): void {
    if (!this.#dialog.open) return;
    this.#shown = null;
    this.#dialog.close();
    this.#dialog.replaceChildren();
    this.onClosed();
  }

  async #fill(subject: Subject): Promise<void> {
    const position = subject.trial?.diagram ?? null;
    const diagram = position === null ? null : await unpacked(position);
    if (!this.#dialog.open) return;
    this.#shown = { subject, diagram };
    this.#width = 0;
    this.#draw();
    this.#dialog.scrollTop = 0;
    this.#dialog.querySelector<HTMLElement>('.close')?.focus();
  }

  /** Anew where the width has changed. */
  #draw(): void {
    const { paddingLeft, paddingRight } = getComputedStyle(this.#dialog);
    const width = this.#dialog.clientWidth - parseFloat(paddingLeft) - parseFloat(paddingRight);
    if (this.#shown === null || width === this.#width || width <= 0) return;
    this.#width = width;
    show(this.#dialog, trialView(this.#shown.subject, this.#shown.diagram, width));
  }

  #click(target: EventTarget | null): void {
    if (!(target instanceof Element)) return;
    if (target === this.#dialog || target.closest('.close') !== null) {
      this.onLeave();
      return;
    }
    const write = target.closest<HTMLElement>('.pointer')?.dataset['shows'];
    if (write === undefined) return;
    const mark = this.#dialog.querySelector<SVGElement>(`[data-write="${write}"]`);
    mark?.scrollIntoView({ block: 'center' });
    mark?.focus({ preventScroll: true });
  }
}

/** Diagrams lie in the page compressed, and are unpacked when somebody wants to see them. */
async function unpacked(position: number): Promise<TrialDiagram> {
  const bytes = Uint8Array.from(atob(byId(`diagram-${String(position)}`).textContent), (character) =>
    character.charCodeAt(0),
  );
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('deflate-raw'));
  // We wrote it ourselves: it is what `drawTrial` made.
  return (await new Response(stream).json()) as TrialDiagram;
}
