/** Turns that write in place, in an order of ranks or in none, and notices to whoever rests on what has changed. */

export { rankReplica } from './rank-hub.ts';
export type { RankOptions } from './rank-options.ts';
