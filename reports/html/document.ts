/** One self-contained file: its policy lets in nothing but its own script and its own style. */

import { escaped, serialize } from './markup.ts';
import type { PageData } from './page-data.ts';
import { pageBody } from './sections.ts';

/** The script and the style of the page, with their hashes as a content security policy names them. */
export interface PageAssets {
  readonly script: string;
  readonly style: string;
  readonly scriptHash: string;
  readonly styleHash: string;
}

/** `packed`: diagrams of trials, each compressed and in base64. */
export function htmlDocument(data: PageData, packed: readonly string[], assets: PageAssets): string {
  const title = 'lostwrites: who loses what under which fault';
  return [
    '<!doctype html>',
    '<html lang="en">',
    '<head>',
    '<meta charset="utf-8">',
    `<meta http-equiv="Content-Security-Policy" content="${escaped(policyFor(assets))}">`,
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    '<meta name="color-scheme" content="light dark">',
    '<meta name="referrer" content="no-referrer">',
    '<link rel="icon" href="data:,">',
    `<title>${escaped(title)}</title>`,
    `<style>${assets.style}</style>`,
    '</head>',
    '<body>',
    ...pageBody(data).map(serialize),
    `<script type="application/json" id="page-data">${jsonInHtml(data)}</script>`,
    ...packed.map((text, index) => `<script type="text/plain" id="diagram-${String(index)}">${escaped(text)}</script>`),
    `<script>${assets.script}</script>`,
    '</body>',
    '</html>',
    '',
  ].join('\n');
}

function policyFor({ scriptHash, styleHash }: PageAssets): string {
  return [
    "default-src 'none'",
    `script-src '${scriptHash}'`,
    `style-src '${styleHash}'`,
    'img-src data:',
    "base-uri 'none'",
    "form-action 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join('; ');
}

/** Nothing in it can end the element or begin a comment. */
function jsonInHtml(data: PageData): string {
  return JSON.stringify(data).replace(/[<>&\u2028\u2029]/g, unicodeEscape);
}

function unicodeEscape(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
