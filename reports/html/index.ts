/** The page of a run. */

import type { RunReport } from '../../src/contract/index.ts';
import { htmlDocument, type PageAssets } from './document.ts';
import { pageData } from './gather.ts';

export type { PageAssets };

export function htmlReport(report: RunReport, assets: PageAssets): string {
  return htmlDocument(
    pageData(report, () => null),
    [],
    assets,
  );
}
