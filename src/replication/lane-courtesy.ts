/** Whoever was in the way of others lets them go first, once it has given back what they wait for. */

import { micros, seconds, type FieldName, type Micros } from '../contract/index.ts';
import { overlap } from './lane-records.ts';

/** Longer than it takes those who wait to hear that they may, and to come. */
export const stepBackMicros = seconds(2);

export class LaneCourtesy {
  #fields: readonly FieldName[] = [];
  #until = micros(0);

  /** Others wait for these fields. */
  note(fields: readonly FieldName[], now: Micros): void {
    if (fields.length === 0) return;
    this.#fields = fields;
    this.#until = micros(now + stepBackMicros);
  }

  /** How long to wait before asking for these fields. */
  pause(fields: readonly FieldName[], now: Micros): Micros {
    return overlap(this.#fields, fields) ? micros(Math.max(0, this.#until - now)) : micros(0);
  }
}
