/** One thing after the other, where each may take its time. */

/** Something to do with nothing else in between; calls back when it is over. */
export type Task = (finished: () => void) => void;

export class TaskQueue {
  #tasks: Task[] = [];
  #isBusy = false;
  #isWorking = false;

  /** What is added while a task runs waits for it, and for all that were there before. */
  add(task: Task): void {
    this.#tasks.push(task);
    this.#work();
  }

  /** These come before all that wait. */
  addFirst(tasks: readonly Task[]): void {
    this.#tasks.unshift(...tasks);
    this.#work();
  }

  clear(): void {
    this.#tasks = [];
  }

  /** A loop and no recursion, for a task may be over at once. */
  #work(): void {
    if (this.#isWorking) return;
    this.#isWorking = true;
    while (!this.#isBusy) {
      const task = this.#tasks.shift();
      if (task === undefined) break;
      this.#isBusy = true;
      task(() => {
        this.#isBusy = false;
        this.#work();
      });
    }
    this.#isWorking = false;
  }
}
