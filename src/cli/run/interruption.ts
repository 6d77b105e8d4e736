/** Whether the user wants a run to end: Ctrl-C, or `assay stop`. The second time ends the program at once. */
export class Interruption {
  #came = false;
  readonly #waiting: Promise<void>;

  constructor() {
    this.#waiting = new Promise((resolve) => {
      for (const signal of ['SIGINT', 'SIGTERM'] as const)
        process.once(signal, () => {
          this.#came = true;
          resolve();
        });
    });
  }

  get came(): boolean {
    return this.#came;
  }

  wait(): Promise<void> {
    return this.#waiting;
  }
}
