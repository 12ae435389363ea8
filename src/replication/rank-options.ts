/** What hubs of agents who write in place differ in. */

export interface RankOptions {
  /** Where writes come in: in the order of the ranks of their turns, or after all that is there. */
  readonly placed: 'by-rank' | 'by-arrival';
  /** What turns are shown and told of: what lower ranks wrote, or what anybody wrote who was under way with them. */
  readonly shown: 'lower-ranks' | 'everything';
  /** When what can't be undone is done: when nothing can change any more what it rests on, or when it is written. */
  readonly acts: 'when-settled' | 'at-once';
  /** How often what is in the way of a write can't be undone: it is set aside for a person then. */
  readonly failingUndo: number;
  /** How often a notice is lost for good. */
  readonly lostNotices: number;
}
