/** What the build made of the page's script and style. */

import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { PageAssets } from '../../reports/index.ts';
import { builtFolder } from './package-facts.ts';

export function pageAssets(): PageAssets {
  const [script, style] = [builtFile('page.js'), builtFile('page.css')];
  return { script, style, scriptHash: hashOf(script), styleHash: hashOf(style) };
}

function builtFile(name: string): string {
  return readFileSync(join(builtFolder(), 'reports/html/browser', name), 'utf8').trimEnd();
}

/** As a content security policy names what may be run. */
function hashOf(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`;
}
