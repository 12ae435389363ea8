/**
 * Names, sentences, commands and tables as GitHub's Markdown. Whatever stands in a name is shown and does nothing: no markup,
 * no HTML, no link, and nobody is mentioned.
 */

import type { Column } from './format.ts';

/** Nothing in these means anything to Markdown between backticks, and GitHub makes no link of it. */
const harmlessName = /^[\w:=.,/+%>-]+( [\w:=.,/+%>-]+)*$/;

/** A name, as code. */
export function code(name: string): string {
  return harmlessName.test(name) ? `\`${name}\`` : `<code>${encoded(name)}</code>`;
}

/** A sentence. Its line breaks become spaces. */
export function sentence(text: string): string {
  return encoded(text);
}

/** A character reference is never markup. What GitHub looks for in the text that is shown is taken apart where one can't see it. */
function encoded(text: string): string {
  return text
    .replaceAll(/\s+/g, ' ')
    .replaceAll(unseen, '\u{fffd}')
    .replaceAll(/[@#]|www(?=\.)/gi, `$&${zeroWidthSpace}`)
    .replaceAll(/[^\p{L}\p{N} ,.;:()%'-]/gu, (character) => `&#${String(character.codePointAt(0))};`);
}

const zeroWidthSpace = '\u{200b}';

/** Control characters, and those that turn the direction of what follows. */
const unseen = /[\p{Cc}\u{200e}\u{200f}\u{202a}-\u{202e}\u{2066}-\u{2069}]/gu;

/** Lines to copy: the fence is longer than any that stands in them. */
export function fenced(lines: string, language: string): string {
  const longest = Math.max(2, ...[...lines.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}${language}\n${lines}\n${fence}`;
}

/** The cells are Markdown already. */
export function markdownTable(columns: readonly Column[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  const rule = columns.map(({ align }) => (align === 'right' ? '---:' : '---'));
  return [line(columns.map(({ title }) => title)), line(rule), ...rows.map(line)].join('\n');
}
