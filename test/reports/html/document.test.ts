/** The page as it is written, before a browser has seen it. */

import { describe, expect, it } from 'vitest';
import { htmlReport, type PageAssets } from '../../../reports/index.ts';
import type { PageData } from '../../../reports/html/page-data.ts';
import { element, serialize } from '../../../reports/html/markup.ts';
import { hostileRun, hostileTexts } from '../../support/hostile.ts';
import { losing, runReport, suite } from '../../support/hand-made.ts';

const assets: PageAssets = {
  script: 'run();',
  style: 'a{}',
  scriptHash: 'sha256-SCRIPT',
  styleHash: 'sha256-STYLE',
};

function pageOf(text: string): string {
  const { of, trials } = hostileRun(text);
  const report = runReport(of, trials, { command: text, suiteFailures: [text], notes: [text] });
  return htmlReport({ report, sweep: null, drawn: [] }, assets);
}

const tagsIn = (page: string): readonly string[] => [...page.matchAll(/<([a-z!/][^\s>]*)/gi)].map((match) => match[1]!);
const plainPage = pageOf('plain');

describe('the page', () => {
  it.each(hostileTexts)('has the same elements whatever the names are: %j', (text) => {
    expect(tagsIn(pageOf(text))).toEqual(tagsIn(plainPage));
  });

  it.each(hostileTexts)('carries its data whole: %j', (text) => {
    const json = /<script type="application\/json" id="page-data">(.*?)<\/script>/s.exec(pageOf(text))![1]!;
    const data = JSON.parse(json) as PageData;
    expect(data.strategies[0]!.name).toBe(text);
    expect(data.cells[1]!.workload).toBe(text);
    expect(data.verdict.failures).toEqual([text]);
    expect(data.facts).toContainEqual(['command', text]);
  });

  it('lets nothing in but its own script and its own style', () => {
    const [, policy] = /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(plainPage)!;
    expect(policy!.replaceAll('&#39;', "'")).toContain(
      "default-src 'none'; script-src 'sha256-SCRIPT'; style-src 'sha256-STYLE'; img-src data:; base-uri 'none'",
    );
    expect(plainPage).not.toMatch(/\s(style|on\w+)="/);
    expect(plainPage).not.toMatch(/(src|href)="(?!#|data:,")/);
  });

  it('is the same to the byte for the same result', () => {
    expect(pageOf('plain')).toBe(plainPage);
  });

  it('says first who loses, and what was promised', () => {
    const report = runReport(suite(), [losing(3, 40)]);
    const page = htmlReport({ report, sweep: null, drawn: [] }, assets);
    expect(page).toContain('<h1>plain loses writes</h1>');
    expect(page).toContain('Every promise was kept');
    expect(page).toMatch(/class="cell level-4"[^>]*><b>7\.5 %<\/b><small>3 of 40<\/small>/);
    expect(plainPage).toContain('Something promised is broken in 1 cell.');
  });
});

describe('markup', () => {
  it('is text where it is text, and leaves out attributes that are not there', () => {
    const markup = element('a', { href: '"#', title: null, hidden: true, width: 1.005 }, '<b>', [element('br'), null]);
    expect(serialize(markup)).toBe('<a href="&quot;#" hidden="" width="1">&lt;b&gt;<br></a>');
  });
});
