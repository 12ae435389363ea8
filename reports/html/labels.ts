/** Places for labels in one direction, as near to what they name as there is room. */

/** `wanted` rises; the places rise by at least `gap` and stay within the limits as far as they have room. */
export function spread(wanted: readonly number[], gap: number, low: number, high: number): readonly number[] {
  const places: number[] = [];
  for (const want of wanted) places.push(Math.max(want, low, (places.at(-1) ?? -Infinity) + gap));
  let limit = high;
  for (let index = places.length - 1; index >= 0; index -= 1) {
    const place = places[index] ?? limit;
    if (place <= limit) break;
    places[index] = limit;
    limit -= gap;
  }
  return places;
}
