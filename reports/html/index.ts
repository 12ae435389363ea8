/** The page of a run. */

export { htmlDocument, type PageAssets } from './document.ts';
export { pageData } from './gather.ts';
