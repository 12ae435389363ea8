/** Labels of charts: their places in one direction, as near to what they name as there is room, and their length. */

const maxCharacters = 22;

/** What is longer is told whole where the pointer rests. */
export function shortened(name: string): string {
  return name.length > maxCharacters ? `${name.slice(0, maxCharacters - 1)}…` : name;
}

interface Block {
  /** Places of the labels if the first one stood at zero. */
  readonly count: number;
  /** Sum of where they want to be, each less its distance from the first one. */
  readonly sum: number;
}

/**
 * `wanted` rises; the places rise by at least `gap` and stay within the limits as far as there is room. Labels that would
 * cover each other form a block around the middle of what they name (pool adjacent violators).
 */
export function spread(wanted: readonly number[], gap: number, low: number, high: number): readonly number[] {
  const blocks: Block[] = [];
  for (const want of wanted) {
    let block: Block = { count: 1, sum: want };
    for (let last = blocks.at(-1); last !== undefined && overlaps(last, block, gap); last = blocks.at(-1)) {
      blocks.pop();
      block = { count: last.count + block.count, sum: last.sum + block.sum - block.count * last.count * gap };
    }
    blocks.push(block);
  }
  const places = blocks.flatMap((block) =>
    Array.from({ length: block.count }, (_label, index) => startOf(block) + index * gap),
  );
  return within(places, gap, low, high);
}

function startOf({ count, sum }: Block): number {
  return sum / count;
}

function overlaps(before: Block, after: Block, gap: number): boolean {
  return startOf(before) + before.count * gap > startOf(after);
}

/** Pushes what stands out at one end inwards. */
function within(places: readonly number[], gap: number, low: number, high: number): readonly number[] {
  const moved = [...places];
  for (let index = moved.length - 1, limit = high; index >= 0 && (moved[index] ?? limit) > limit; index -= 1) {
    moved[index] = limit;
    limit -= gap;
  }
  for (let index = 0, limit = low; index < moved.length && (moved[index] ?? limit) < limit; index += 1) {
    moved[index] = limit;
    limit += gap;
  }
  return moved;
}
