import { isRefusedForGood } from '#adapters/dynamodb/client.ts';

/** How a try ended, not stored yet. */
export interface UnstoredEnd<Event> {
  /** False where the lease was lost meanwhile: somebody else has ended it. @throws the table's error */
  readonly write: () => Promise<boolean>;
  /** What has happened once it is stored. */
  readonly event?: Event;
}

/**
 * Ends of tries that the table did not take before their invocation was over: answers that are paid for, and leases to be given
 * back. An instance of the judge keeps them, and while it has one it asks nobody: the next answer would be as hard to store.
 * With the instance they are gone, and what was paid for is paid again.
 */
export class UnstoredEnds<Event> {
  readonly #ends = new Map<string, UnstoredEnd<Event>>();

  get size(): number {
    return this.#ends.size;
  }

  /** @param owner of the lease that it ends; a later end takes the place of an earlier one */
  keep(owner: string, error: unknown, end: UnstoredEnd<Event>): void {
    if (!isRefusedForGood(error)) this.#ends.set(owner, end);
  }

  /**
   * Puts them again, the oldest first, until the table refuses one. Messages of those that it took come again and find them.
   *
   * @returns the table's error where some are left
   */
  async store(recordEvent: (event: Event) => void): Promise<unknown> {
    for (const [owner, { write, event }] of [...this.#ends]) {
      try {
        if ((await write()) && event !== undefined) recordEvent(event);
      } catch (error) {
        if (!isRefusedForGood(error)) return error;
      }
      this.#ends.delete(owner);
    }
    return undefined;
  }
}
