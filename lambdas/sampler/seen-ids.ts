/** Ids of a surface that an instance remembers, in two halves of which the older one goes as a whole. */
const mostInHalf = 5_000;

/**
 * Notices that a sender gives one id to several responses: a counter that starts anew, a provider that draws from a
 * thousand numbers. It remembers what came lately, so that it tells of a habit and not of each case.
 */
export class SeenIds {
  readonly #surfaces = new Map<string, { recent: Map<string, number>; older: Map<string, number> }>();

  /**
   * Notes an id of a surface.
   *
   * @param at of its response, epoch milliseconds; the same record again is no other response
   * @returns whether it was seen with another time
   */
  note(surface: string, id: string, at: number): boolean {
    let seen = this.#surfaces.get(surface);
    if (seen === undefined) {
      seen = { recent: new Map(), older: new Map() };
      this.#surfaces.set(surface, seen);
    }
    const before = seen.recent.get(id) ?? seen.older.get(id);
    if (before === at) return false;
    if (seen.recent.size >= mostInHalf) {
      seen.older = seen.recent;
      seen.recent = new Map();
    }
    seen.recent.set(id, at);
    return before !== undefined;
  }
}
