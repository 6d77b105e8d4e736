import { plainCell } from './csv-writer.ts';

/** Ids of other forms are written in one way, and need not be remembered. */
const variable = /^'|^\s*[=+\-@|%]|^\d+(\.0+)?$/;

/** Ids that are remembered; a file with more numbered ones than this is looked through so far. */
const mostRemembered = 500_000;

/**
 * Finds ids that a file writes in two ways which become one: `'=1` and `=1` (the apostrophe is what defuses a formula),
 * `7` and `7.0` (which a number that went through a float becomes). Nobody can tell whether two were meant.
 */
export class IdWritings {
  readonly #writings = new Map<string, string>();
  readonly #clashing = new Set<string>();

  /** @param cell the id as the file writes it */
  add(cell: string): void {
    if (!variable.test(cell)) return;
    const id = keyOf(cell);
    const known = this.#writings.get(id);
    if (known === undefined) {
      if (this.#writings.size < mostRemembered) this.#writings.set(id, cell);
    } else if (known !== cell) this.#clashing.add(id);
  }

  /** Whether the file writes the id of a cell in another way too. */
  isClashing(cell: string): boolean {
    return this.#clashing.size > 0 && variable.test(cell) && this.#clashing.has(keyOf(cell));
  }
}

function keyOf(cell: string): string {
  return plainCell(cell).replace(/^(\d+)\.0+$/, '$1');
}
