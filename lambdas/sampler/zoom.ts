import type { Catalogue, Surface } from '#core/catalogue/catalogue.ts';
import { mostZoom } from '#core/catalogue/zoom.ts';
import type { ZoomFactors } from '#core/series/control.ts';
import { second } from '#core/time.ts';
import { TraceFactors } from './trace-factors.ts';

/** Factors are asked for so seldom by an instance. */
const readEvery = 30 * second;

/** The chance of a response to be sampled, and the factor that is in it; absent at the usual rate. */
export interface Sampling {
  readonly probability: number;
  readonly zoom?: number | undefined;
}

function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : 'no error';
}

/** Every surface at its usual rate. */
export const notZoomed: Pick<SamplerZoom, 'samplingOf'> = {
  samplingOf: ({ sampleRate }) => ({ probability: sampleRate }),
};

/**
 * By how much each surface is sampled more than usual, as the evaluator last set it. It is asked for once in 30 seconds,
 * of the clock or of the messages' time: a replay's minutes pass in no time. Where it cannot be read nothing is zoomed.
 */
export class SamplerZoom {
  readonly #read: () => Promise<readonly ZoomFactors[]>;
  readonly #isUsed: boolean;
  readonly #warn: (message: string) => void;
  readonly #clock: () => number;
  readonly #traces = new TraceFactors();
  #zooms: readonly ZoomFactors[] = [];
  #readAt: { readonly clock: number; readonly sentAt: number } | undefined;

  /** @param warn told of each read that fails, without what the table says */
  constructor(
    catalogue: Catalogue,
    read: () => Promise<readonly ZoomFactors[]>,
    warn: (message: string) => void,
    clock = Date.now,
  ) {
    this.#read = read;
    this.#isUsed = catalogue.surfaces.some((surface) => mostZoom(surface) > 1);
    this.#warn = warn;
    this.#clock = clock;
  }

  /** To be called before a batch. @param sentAt of its newest message, epoch milliseconds */
  async update(sentAt: number): Promise<void> {
    const before = this.#readAt;
    const clock = this.#clock();
    const isFresh =
      before !== undefined && clock - before.clock < readEvery && sentAt - before.sentAt < readEvery;
    if (!this.#isUsed || isFresh) return;
    this.#readAt = { clock, sentAt: Math.max(sentAt, before?.sentAt ?? sentAt) };
    this.#zooms = await this.#read().catch((error: unknown) => {
      this.#warn(
        `by how much surfaces are zoomed could not be read (${nameOf(error)}): for half a minute they are sampled at their usual rates`,
      );
      return [];
    });
  }

  /**
   * The chance of a response. Turns of a conversation whose first one this instance has seen have its chance.
   *
   * @param sentAt of its message, epoch milliseconds
   */
  samplingOf(surface: Surface, traceId: string | undefined, sentAt: number): Sampling {
    const { sampleRate } = surface;
    const most = mostZoom(surface);
    if (!(most > 1)) return { probability: sampleRate };
    const now = Math.min(most, this.#factorOf(surface.surface, sentAt));
    const factor = traceId === undefined ? now : this.#traces.firstOf(surface.surface, traceId, now);
    if (!(factor > 1)) return { probability: sampleRate };
    const probability = Math.min(1, sampleRate * factor);
    return { probability, zoom: probability / sampleRate };
  }

  #factorOf(surface: string, sentAt: number): number {
    for (const { factors, until } of this.#zooms) {
      const factor = factors.get(surface);
      if (factor !== undefined && sentAt <= until) return factor;
    }
    return 1;
  }
}
