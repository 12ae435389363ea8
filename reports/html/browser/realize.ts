/** Markup to what the browser shows, without ever parsing a text. */

import type { Markup } from '../markup.ts';

const svgNamespace = 'http://www.w3.org/2000/svg';
const htmlNamespace = 'http://www.w3.org/1999/xhtml';

function realize(markup: Markup, namespace = htmlNamespace): Node {
  if (typeof markup === 'string') return document.createTextNode(markup);
  const own = markup.tag === 'svg' ? svgNamespace : namespace;
  const made = document.createElementNS(own, markup.tag);
  for (const [name, value] of Object.entries(markup.attributes)) made.setAttribute(name, value);
  made.append(...markup.children.map((child) => realize(child, own)));
  return made;
}

export function show(place: Element, ...content: readonly Markup[]): void {
  place.replaceChildren(...content.map((each) => realize(each)));
}

export function byId(id: string): HTMLElement {
  const found = document.getElementById(id);
  if (found === null) throw new Error(`the page has no part ${id}`);
  return found;
}
