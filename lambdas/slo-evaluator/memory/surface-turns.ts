import { smallest } from '#core/extremes.ts';
import type { Turns } from '#core/series/control.ts';
import { nameShare, type Share } from '#core/share.ts';

/** What is held of surfaces, as {@link TickMemory} tells it. */
export interface HeldSurfaces {
  has(surface: string): boolean;
  /** About how much memory a surface takes that is held. */
  bytesOf(surface: string): number;
  drop(surface: string): void;
}

/** Share of a function's memory that surfaces may take; the rest is the code's, the pages that are read and the garbage. */
const shareOfMemory = 0.5;

/** What a surface is taken to need before any was read, bytes: one with two cohorts and a release. */
const firstGuess = 3_000_000;

/** What a function of so many MB can hold of surfaces, bytes. */
export function roomOf(memoryMb: number): number {
  return memoryMb * 1e6 * shareOfMemory;
}

/**
 * Whose turn it is, tick by tick. While all surfaces fit, all have theirs at each tick. Where they do not, those that have
 * waited for the longest come first, and what is held of those that were evaluated last gives way; so each has its turn
 * after about as many ticks as there is too little room for all at once.
 */
export class SurfaceTurns {
  readonly #roomBytes: number;
  /** By surface, bytes when it was last held. */
  readonly #known = new Map<string, number>();
  /** By surface, when it was last tried, which trouble keeps from being stored. */
  readonly #tried = new Map<string, number>();

  /** @param roomBytes what surfaces may take together */
  constructor(roomBytes: number) {
    this.#roomBytes = roomBytes;
  }

  /** @param evaluatedAt when a surface was evaluated last, by whatever instance */
  open(
    memory: HeldSurfaces,
    surfaces: readonly string[],
    evaluatedAt: (surface: string) => number | undefined,
    now: number,
  ): Turn {
    const lastAt = (surface: string) => Math.max(evaluatedAt(surface) ?? 0, this.#tried.get(surface) ?? 0);
    const order = surfaces.toSorted((a, b) => lastAt(a) - lastAt(b));
    return new Turn({
      order,
      memory,
      roomBytes: this.#roomBytes,
      expect: (surface) => this.#expect(surface),
      noteBytes: (surface) => this.#known.set(surface, memory.bytesOf(surface)),
      noteTried: (surface) => this.#tried.set(surface, now),
      evaluatedAt,
    });
  }

  #expect(surface: string): number {
    const own = this.#known.get(surface);
    if (own !== undefined) return own;
    const sum = [...this.#known.values()].reduce((total, bytes) => total + bytes, 0);
    return this.#known.size === 0 ? firstGuess : sum / this.#known.size;
  }
}

interface TurnDependencies {
  readonly order: readonly string[];
  readonly memory: HeldSurfaces;
  readonly roomBytes: number;
  readonly expect: (surface: string) => number;
  readonly noteBytes: (surface: string) => void;
  readonly noteTried: (surface: string) => void;
  readonly evaluatedAt: (surface: string) => number | undefined;
}

/** Surfaces of one tick. */
export class Turn {
  readonly #use: TurnDependencies;
  readonly #taken = new Set<string>();
  /** Those on their way into memory, with what they are expected to take there. */
  readonly #coming = new Map<string, number>();

  constructor(use: TurnDependencies) {
    this.#use = use;
    while (this.#bytes > use.roomBytes && this.#evict()) {
      // What is held has outgrown the room.
    }
  }

  /** All surfaces, those that waited longest first. */
  get order(): readonly string[] {
    return this.#use.order;
  }

  has(surface: string): boolean {
    return this.#taken.has(surface);
  }

  /** Takes a surface into the tick, if there is room for it. The first is taken in any case. */
  take(surface: string): boolean {
    const { memory, roomBytes, expect } = this.#use;
    if (!memory.has(surface)) {
      const need = expect(surface);
      while (this.#bytes + need > roomBytes) {
        if (this.#evict()) continue;
        if (this.#taken.size > 0) return false;
        break;
      }
      this.#coming.set(surface, need);
    }
    this.#taken.add(surface);
    return true;
  }

  /** To be called when a surface that was taken has been read, or could not be. */
  arrive(surface: string): void {
    this.#coming.delete(surface);
    this.#use.noteBytes(surface);
  }

  /** Lets a surface wait after all: there is no time left. */
  postpone(surface: string): void {
    this.#taken.delete(surface);
  }

  /** To be called once no further surface can have its turn. @returns how it stands with those that wait; undefined where none does */
  close(): Turns | undefined {
    const { order, evaluatedAt, noteTried } = this.#use;
    for (const surface of this.#taken) noteTried(surface);
    const waiting = order.filter((surface) => !this.#taken.has(surface));
    if (waiting.length === 0) return undefined;
    return {
      waiting: waiting.length,
      every: Math.ceil(order.length / Math.max(1, this.#taken.size)),
      since: smallest(waiting.map((surface) => evaluatedAt(surface) ?? 0)),
    };
  }

  get #bytes(): number {
    const { order, memory } = this.#use;
    let bytes = 0;
    for (const surface of order) bytes += this.#coming.get(surface) ?? memory.bytesOf(surface);
    return bytes;
  }

  /** Drops what is needed last of what is held. @returns false where nothing can go */
  #evict(): boolean {
    const { order, memory } = this.#use;
    const last = order.findLast((surface) => memory.has(surface) && !this.#taken.has(surface));
    if (last !== undefined) memory.drop(last);
    return last !== undefined;
  }
}

/** What to do where surfaces are taken in turns. @param surfaces of the share */
export function describeTurns({ waiting, every }: Turns, surfaces: number, share: Share): string {
  const own = share.of === 1 ? '' : ` of share ${nameShare(share)}`;
  return `surfaces are taken in turn, each about every ${every} ticks: of ${surfaces}${own} there was no room or no time for ${waiting}; deploy with -c evaluators=${Math.min(20, share.of * every)}`;
}
