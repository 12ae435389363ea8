/** What a document becomes when writes are put or folded into it. */

export * from './put.ts';
export * from './folded.ts';
export * from './text-history.ts';
export * from './same-parts.ts';
