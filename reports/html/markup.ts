/**
 * A document as a tree. The page is written from it and the browser builds its own parts from it, so a drawing has one code,
 * and a name from a run can only ever become text or the value of an attribute.
 */

export interface Element {
  readonly tag: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly Markup[];
}

export type Markup = Element | string;

/** Null and false leave the attribute out, true gives it without a value. */
export type Attributes = Readonly<Record<string, string | number | boolean | null>>;

export type Child = Markup | null | readonly Child[];

export function element(tag: string, attributes: Attributes = {}, ...children: readonly Child[]): Element {
  const written = Object.entries(attributes).flatMap(([name, value]) => {
    const text = attributeText(value);
    return text === null ? [] : [[name, text] as const];
  });
  return { tag, attributes: Object.fromEntries(written), children: flatten(children) };
}

function attributeText(value: Attributes[string]): string | null {
  if (value === null || value === false) return null;
  if (value === true) return '';
  return typeof value === 'number' ? String(Math.round(value * 100) / 100) : value;
}

function flatten(children: readonly Child[]): readonly Markup[] {
  return children.flatMap((child): readonly Markup[] => {
    if (child === null) return [];
    return isMarkup(child) ? [child] : flatten(child);
  });
}

function isMarkup(child: NonNullable<Child>): child is Markup {
  return !Array.isArray(child);
}

/** Elements without content have no end tag in HTML. */
const voidTags: ReadonlySet<string> = new Set(['br', 'input', 'link', 'meta']);

export function serialize(markup: Markup): string {
  if (typeof markup === 'string') return escaped(markup);
  const { tag, attributes, children } = markup;
  const written = Object.entries(attributes).map(([name, value]) => ` ${name}="${escaped(value)}"`);
  const start = `<${tag}${written.join('')}>`;
  return voidTags.has(tag) ? start : `${start}${children.map(serialize).join('')}</${tag}>`;
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

export function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => entities[character] ?? character);
}
