/** The page as a reader uses it, in a browser that has no network. */

import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { chromium, type Browser, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { program } from '../../support/program.ts';

const places = [process.env['CHROMIUM'] ?? '', '/usr/bin/chromium', '/usr/bin/chromium-browser'];
const executablePath = places.find((place) => place !== '' && existsSync(place));
const skipped = executablePath === undefined ? ': SKIPPED, no Chromium is installed (CHROMIUM may name one)' : '';
if (skipped !== '') console.warn(`the page in a browser${skipped}`);

const hostile = '<img src=x onerror=alert(1)>';

/** Both agents write the same field at once: a strategy that keeps the last one loses the other. */
const hostileWorkload = `
const field = ${JSON.stringify(hostile)};
const turn = (agent) => ({
  pauseMicros: 0,
  steps: [{ reads: [field], thinkMicros: 1e6, write: () => [{ field, kind: 'scalar', value: agent + field }] }],
});
export default {
  name: 'hostile', summary: field, conflict: field, contended: true, agents: { default: 2, min: 2, max: 2 },
  plan: () => ({
    schema: { fields: [{ field, kind: 'scalar', meaning: field }] },
    agents: ['a1', 'a2'].map((agent) => ({ agent, turns: [turn(agent)] })),
  }),
  exercised: () => true,
  invariants: [],
};`;

describe.skipIf(executablePath === undefined)(`the page in a browser${skipped}`, () => {
  let folder: string;
  let browser: Browser;
  let page: Page;
  const complaints: string[] = [];

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'lostwrites-page-'));
    writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
    writeFileSync(join(folder, `${hostile}.js`), hostileWorkload);
    const words = ['--strategy', 'lww,serial', '--workload', `slot-race,./${hostile}.js`, '--faults', 'none,crash'];
    const rest = ['--seeds', '2', '--workers', '1', '--quiet', '--html', 'page.html'];
    const ran = promisify(execFile)(process.execPath, [program, ...words, ...rest], { cwd: folder });
    browser = await chromium.launch({ executablePath: executablePath!, args: ['--no-sandbox'] });
    await ran;
    page = await browser.newPage();
    page.setDefaultTimeout(5_000);
    page.on('console', (message) => complaints.push(`${message.type()}: ${message.text()}`));
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('dialog', (dialog) => complaints.push(`a dialog says ${dialog.message()}`));
    page.on('request', (request) => {
      if (!/^(file|data):/.test(request.url())) complaints.push(`a request for ${request.url()}`);
    });
    await page.goto(pathToFileURL(join(folder, 'page.html')).href);
  });

  afterAll(async () => {
    await browser.close();
    rmSync(folder, { recursive: true });
  });

  it.each([400, 1400])('never scrolls sideways: %i pixels', async (width) => {
    await page.setViewportSize({ width, height: 800 });
    const widths = await page.evaluate('[document.documentElement.scrollWidth, document.documentElement.clientWidth]');
    expect(widths).toEqual([width, width]);
  });

  it('shows in its first table who loses under which fault', async () => {
    const cell = page.getByRole('link', { name: /^lww under crash: \d+ of \d+ committed writes lost/ });
    expect(await cell.first().innerText()).toMatch(/^\d+\.\d %/);
    expect(await page.locator('.heat tbody tr').first().innerText()).toMatch(/^serial\s+0\s+✓ kept/);
    await page.selectOption('select[name=workload]', `./${hostile}.js`);
    expect(await page.locator('.heat caption').innerText()).toContain(hostile);
    await page.selectOption('select[name=workload]', '');
  });

  it('sorts and filters its numbers', async () => {
    const rows = page.locator('.numbers tbody tr');
    const first = rows.first().locator('th');
    expect(await rows.count()).toBe(4);
    expect(await first.innerText()).toBe('lww');
    await page.getByRole('button', { name: 'lost writes' }).click();
    await page.getByRole('button', { name: 'lost writes' }).press('Enter');
    expect(await first.innerText()).toBe('serial');
    await page.getByLabel('by workload').check();
    expect(await rows.count()).toBe(8);
    await page.getByLabel('filter').fill('onerror LWW');
    expect(await rows.count()).toBe(2);
    expect(await page.locator('#row-count').innerText()).toBe('2 rows');
  });

  it('opens the worst trial of a cell and comes back to the cell, all by keyboard', async () => {
    const cell = page.locator('.heat a[href="#worst/lww/crash"]');
    for (const goBack of [() => page.keyboard.press('Escape'), () => page.goBack()]) {
      await cell.focus();
      await page.keyboard.press('Enter');
      await page.locator('dialog[open]').waitFor();
      expect(await page.locator('#trial-title').innerText()).toBe('lww under crash');
      expect(page.url()).toMatch(/#worst\/lww\/crash$/);
      await goBack();
      await page.locator('dialog[open]').waitFor({ state: 'detached' });
      expect(page.url()).not.toContain('#worst');
      expect(await page.evaluate('document.activeElement.getAttribute("href")')).toBe('#worst/lww/crash');
    }
  });

  it('draws the trial, with each write and its fate, and leads from a lost write to its mark', async () => {
    await page.goto(`${page.url().split('#')[0]!}#worst/lww/none/${encodeURIComponent(`./${hostile}.js`)}`);
    const lost = page.locator('.lost-writes .pointer').first();
    expect(await lost.innerText()).toContain(hostile);
    await lost.press('Enter');
    const focused = await page.evaluate('document.activeElement.getAttribute("aria-label")');
    expect(focused).toMatch(/writes .*<img src=x onerror=alert\(1\)>.*: lost, told committed/);
    expect(await page.locator('.lane-heads text').allTextContents()).toEqual(['a1', 'a2']);
    expect(await page.locator('.space-time .thinking').count()).toBe(2);
    await page.setViewportSize({ width: 400, height: 800 });
    const widths = 'const { scrollWidth, clientWidth } = document.querySelector("dialog"); scrollWidth - clientWidth';
    expect(await page.evaluate(widths)).toBe(0);
    await page.keyboard.press('Escape');
    await expect
      .poll(() => page.evaluate('document.activeElement.getAttribute("href")?.includes("#worst/lww/none/")'), {
        timeout: 5_000,
      })
      .toBe(true);
  });

  it('shows the first trial with an anomaly, and comes back to its cell in the matrix', async () => {
    const cell = page.locator('.anomalies a[href="#anomaly/lww/lost-update"]');
    await cell.press('Enter');
    expect(await page.locator('#trial-title').innerText()).toBe('lost update with lww');
    expect(await page.locator('.space-time .fate-lost').count()).toBeGreaterThan(0);
    await page.keyboard.press('Escape');
    await expect
      .poll(() => page.evaluate('document.activeElement.getAttribute("href") === "#anomaly/lww/lost-update"'), {
        timeout: 5_000,
      })
      .toBe(true);
  });

  it('does all this without a word in the console and without asking the network', () => {
    expect(complaints).toEqual([]);
  });
});
