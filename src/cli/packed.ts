/** What a page carries until somebody wants to see it: JSON, compressed, in base64. */

import { deflateRawSync } from 'node:zlib';
import type { TrialDiagram } from '../../reports/index.ts';

/** A browser unpacks `deflate-raw` without any code of ours. */
export function packed(diagram: TrialDiagram): string {
  return deflateRawSync(JSON.stringify(diagram), { level: 9 }).toString('base64');
}
