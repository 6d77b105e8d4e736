/** Of each surface, two halves of so many conversations are remembered: the older one is given up as a whole. */
const mostInHalf = 10_000;

interface Halves {
  recent: Map<string, number>;
  older: Map<string, number>;
}

/** The factor at which the first turn of a conversation was drawn, of those that an instance has seen lately. */
export class TraceFactors {
  readonly #surfaces = new Map<string, Halves>();

  /** @param now the factor that it has where it is a first turn */
  firstOf(surface: string, traceId: string, now: number): number {
    let halves = this.#surfaces.get(surface);
    if (halves === undefined) {
      halves = { recent: new Map(), older: new Map() };
      this.#surfaces.set(surface, halves);
    }
    const known = halves.recent.get(traceId);
    if (known !== undefined) return known;
    const factor = halves.older.get(traceId) ?? now;
    if (halves.recent.size >= mostInHalf) {
      halves.older = halves.recent;
      halves.recent = new Map();
    }
    halves.recent.set(traceId, factor);
    return factor;
  }
}
