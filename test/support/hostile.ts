/** Names and texts as nobody would choose them who means well: every output has to show them as text. */

import type { Suite, TrialRecord } from '../../src/contract/index.ts';
import { losing, suite } from './hand-made.ts';

export const hostileTexts = [
  '<img src=x onerror=alert(1)>',
  '</details><script>alert(1)</script>',
  'a|b\\|c',
  'one `two` ``three``',
  '```\n# four\n```',
  ']]> --> ?>',
  '100% %0A::error::x',
  'first\nsecond\r\nthird',
  '=HYPERLINK("http://example.com","x")',
  '@somebody #1 www.example.com http://example.com me@example.com',
  '[link](javascript:alert(1)) ![image](http://example.com/x.png)',
  '**bold** _thin_ ~~gone~~ &amp; &lt;',
  'it\'s "quoted"',
  '\u{202e}turned\u{0}round\u{7}',
] as const;

/** A run in which all names of parts are the same hostile text, and so is the evidence. */
export function hostileRun(text: string): { readonly of: Suite; readonly trials: readonly TrialRecord[] } {
  const plain = suite();
  const of: Suite = {
    ...plain,
    strategies: plain.strategies.map((each) => ({ ...each, label: text, summary: text })),
    workloads: plain.workloads.map((each) => ({ ...each, label: text, summary: text, conflict: text })),
    faults: plain.faults.map((each) => ({ ...each, name: text, summary: text })),
  };
  const names = { strategy: text, workload: text, faults: text };
  const brokenPromises = [{ promise: 'converges', evidence: text }] as const;
  return { of, trials: [losing(1, 4, { ...names, seed: 3, brokenPromises }), losing(2, 4, { ...names, seed: 4 })] };
}
