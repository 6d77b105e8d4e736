/** Maps wall-clock instants of a replay to the simulated time that stood then, so that SentTimestamp can be simulated. */
export class SimulatedClock {
  readonly #wall: number[] = [];
  readonly #simulated: number[] = [];

  /** Simulated time is `to` from now on, epoch milliseconds. */
  set(to: number): void {
    this.#wall.push(Date.now());
    this.#simulated.push(to);
  }

  /** Simulated now. Before the clock was ever set, the wall's. */
  now(): number {
    return this.#simulated.at(-1) ?? Date.now();
  }

  /** Simulated time of a wall-clock instant. */
  at(wall: number): number {
    let low = 0;
    let high = this.#wall.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#wall[middle] ?? 0) <= wall) low = middle + 1;
      else high = middle;
    }
    return this.#simulated[low - 1] ?? this.#simulated[0] ?? wall;
  }
}
