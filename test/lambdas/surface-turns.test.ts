import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type HeldSurfaces, SurfaceTurns } from '#lambdas/slo-evaluator/memory/surface-turns.ts';

/** Surfaces that are held, by their bytes once they were read. */
class Held implements HeldSurfaces {
  readonly #held = new Set<string>();
  readonly #sizes: ReadonlyMap<string, number>;

  constructor(sizes: ReadonlyMap<string, number>) {
    this.#sizes = sizes;
  }

  has(surface: string): boolean {
    return this.#held.has(surface);
  }

  bytesOf(surface: string): number {
    return this.has(surface) ? (this.#sizes.get(surface) ?? 0) : 0;
  }

  drop(surface: string): void {
    this.#held.delete(surface);
  }

  read(surface: string): void {
    this.#held.add(surface);
  }

  get bytes(): number {
    return [...this.#held].reduce((sum, surface) => sum + this.bytesOf(surface), 0);
  }
}

/** Ticks; what each took, in the order in which it was reached. */
function tick(
  sizes: readonly number[],
  roomBytes: number,
  ticks: number,
  stored: (surface: string, at: number) => boolean = () => true,
) {
  const names = sizes.map((_, index) => `s${index}`);
  const memory = new Held(new Map(names.map((name, index) => [name, sizes[index] ?? 0])));
  const turns = new SurfaceTurns(roomBytes);
  const evaluatedAt = new Map<string, number>();
  return Array.from({ length: ticks }, (_, index) => {
    const now = index + 1;
    const turn = turns.open(memory, names, (surface) => evaluatedAt.get(surface), now);
    const taken = turn.order.filter((surface) => {
      if (!turn.take(surface)) return false;
      memory.read(surface);
      turn.arrive(surface);
      return true;
    });
    const told = turn.close();
    for (const surface of taken) if (stored(surface, now)) evaluatedAt.set(surface, now);
    return { taken, told, bytes: memory.bytes };
  });
}

const sizesOf = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 12 });

describe('the turns of surfaces', () => {
  it('are of all at each tick where all fit', () => {
    for (const { taken, told } of tick([3, 3, 3], 10, 4).slice(1)) {
      expect(taken).toHaveLength(3);
      expect(told).toBeUndefined();
    }
  });

  it('go round: none waits longer than it takes to hold all others once, whatever their sizes', () => {
    fc.assert(
      fc.property(sizesOf, fc.integer({ min: 10, max: 40 }), (sizes, room) => {
        const ticks = tick(sizes, room, 40);
        const known = ticks.slice(sizes.length);
        // Before a surface was read nobody knows its size.
        for (const { bytes } of known) expect(bytes).toBeLessThanOrEqual(room);
        // A tick that has no room for the next one holds at least half of what there is room for, or all but one.
        const most = Math.ceil(sizes.reduce((sum, size) => sum + size, 0) / (room - 9)) + 1;
        for (const [index] of sizes.entries()) {
          const at = known.flatMap(({ taken }, when) => (taken.includes(`s${index}`) ? [when] : []));
          const gaps = at.slice(1).map((when, previous) => when - (at[previous] ?? 0));
          expect(Math.max(at[0] ?? 99, ...gaps)).toBeLessThanOrEqual(most);
        }
      }),
      { numRuns: 200 },
    );
  });

  it('say how many wait, how long each waits about, and since when', () => {
    const last = tick([4, 4, 4, 4, 4, 4], 9, 9).at(-1);
    expect(last?.taken).toHaveLength(2);
    expect(last?.told).toEqual({ waiting: 4, every: 3, since: 7 });
  });

  it('come to one that is larger than the room, alone', () => {
    const ticks = tick([50, 4, 4], 9, 9).slice(3);
    expect(ticks.filter(({ taken }) => taken.includes('s0')).length).toBeGreaterThanOrEqual(2);
    for (const { taken } of ticks) if (taken.includes('s0')) expect(taken).toEqual(['s0']);
  });

  it('pass on from one in trouble, which is never stored', () => {
    const ticks = tick([4, 4, 4, 4], 9, 12, (surface) => surface !== 's0');
    for (const name of ['s0', 's1', 's2', 's3'])
      expect(ticks.filter(({ taken }) => taken.includes(name)).length).toBeGreaterThanOrEqual(5);
  });
});
