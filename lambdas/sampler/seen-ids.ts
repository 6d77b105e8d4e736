/** Ids that an instance remembers, in two halves of which the older one goes as a whole. */
const mostInHalf = 10_000;

/**
 * Notices that a sender gives one id to several responses: a counter that starts anew, a provider that draws from a
 * thousand numbers. It remembers what came lately, so that it tells of a habit and not of each case.
 */
export class SeenIds {
  #recent = new Map<string, number>();
  #older = new Map<string, number>();

  /**
   * Notes an id of a surface.
   *
   * @param at of its response, epoch milliseconds; the same record again is no other response
   * @returns whether it was seen with another time
   */
  note(surface: string, id: string, at: number): boolean {
    const key = `${surface}#${id}`;
    const before = this.#recent.get(key) ?? this.#older.get(key);
    if (before === at) return false;
    if (this.#recent.size >= mostInHalf) {
      this.#older = this.#recent;
      this.#recent = new Map();
    }
    this.#recent.set(key, at);
    return before !== undefined;
  }
}
