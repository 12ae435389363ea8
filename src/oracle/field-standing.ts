/** What one replica's field shows of the writes to it. */

/** A set or lines may stand in part. */
export type Standing = 'whole' | 'part' | 'none';

/** By position of the writes; and how often something stands more often than it was issued. */
export interface FieldStanding {
  readonly standing: readonly Standing[];
  readonly duplicates: number;
}
