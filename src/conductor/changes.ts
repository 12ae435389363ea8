/** Waiting for something to become true: it is looked at again whenever anything has happened. */

export class Changes {
  readonly #waiting = new Set<() => void>();

  /** Something has happened. */
  announce(): void {
    for (const look of this.#waiting) look();
  }

  /** Resolves with true as soon as the condition holds, with false if it doesn't until then. */
  until(condition: () => boolean, patienceMs: number): Promise<boolean> {
    return new Promise((resolve) => {
      const end = (holds: boolean): void => {
        clearTimeout(timer);
        this.#waiting.delete(look);
        resolve(holds);
      };
      const look = (): void => {
        if (condition()) end(true);
      };
      const timer = setTimeout(
        () => {
          end(condition());
        },
        Math.max(0, patienceMs),
      );
      this.#waiting.add(look);
      look();
    });
  }
}
