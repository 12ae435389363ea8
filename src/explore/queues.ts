/** Messages under way on a link, oldest first. Equal queues have equal positions, and 0 is the empty one. */

export class Queues {
  readonly #queues: (readonly number[])[] = [[]];
  readonly #rests: number[] = [0];
  readonly #byContent = new Map<string, number>([['', 0]]);
  readonly #pushed: Map<number, number>[] = [new Map<number, number>()];

  all(queue: number): readonly number[] {
    return this.#queues[queue] ?? [];
  }

  first(queue: number): number {
    const message = this.#queues[queue]?.[0];
    if (message === undefined) throw new Error('nothing is under way on an empty link');
    return message;
  }

  /** Without the oldest message. */
  rest(queue: number): number {
    return this.#rests[queue] ?? 0;
  }

  /** With one message more. */
  pushed(queue: number, message: number): number {
    const known = this.#pushed[queue]?.get(message);
    if (known !== undefined) return known;
    const longer = this.#intern([...this.all(queue), message]);
    this.#pushed[queue]?.set(message, longer);
    return longer;
  }

  #intern(messages: readonly number[]): number {
    const key = messages.join();
    const known = this.#byContent.get(key);
    if (known !== undefined) return known;
    const rest = this.#intern(messages.slice(1));
    const queue = this.#queues.length;
    this.#byContent.set(key, queue);
    this.#queues.push(messages);
    this.#rests.push(rest);
    this.#pushed.push(new Map());
    return queue;
  }
}
