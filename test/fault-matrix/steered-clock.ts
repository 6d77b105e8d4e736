import { createRequire, syncBuiltinESMExports } from 'node:module';
import type { setTimeout as pausePromise } from 'node:timers/promises';

/** Longer timers are time-outs, which only bound hangs; the SDK's own deferred listeners take exactly a second. */
const longestPauseMs = 2_500;
const deferredMs = 1_000;

/** A pause takes this part of its time. */
const shortened = 100;

/**
 * The wall clock of this process, set by a script: leases, visibility and circuits live by the times of the ticks. What
 * pauses before it tries again pauses for a moment, and the clock goes on by the whole pause. For a process of its own.
 */
export class SteeredClock {
  readonly #realNow = Date.now;
  #base: number;
  #since: number;

  constructor(at: number) {
    this.#base = at;
    this.#since = this.#realNow();
    this.#install();
  }

  now(): number {
    return this.#base + this.#realNow() - this.#since;
  }

  /** Goes forward to an instant, epoch milliseconds; never back. */
  advanceTo(at: number): void {
    if (at <= this.now()) return;
    this.#base = at;
    this.#since = this.#realNow();
  }

  #install(): void {
    const now = () => Math.floor(this.now());
    const RealDate = Date;
    globalThis.Date = new Proxy(RealDate, {
      construct: (target, parts, derived) =>
        Reflect.construct(target, parts.length === 0 ? [now()] : parts, derived) as object,
      apply: () => new RealDate(now()).toString(),
      get: (target, name, receiver) => (name === 'now' ? now : Reflect.get(target, name, receiver)),
    });
    const real = globalThis.setTimeout;
    const later = (run: () => void, ms: number) => {
      const due = this.now() + ms;
      return real(
        () => {
          this.advanceTo(due);
          run();
        },
        Math.max(1, ms / shortened),
      );
    };
    const steered = (run: (...rest: unknown[]) => void, ms = 0, ...rest: unknown[]) =>
      isPause(ms) ? later(() => run(...rest), ms) : real(run, ms, ...rest);
    globalThis.setTimeout = Object.assign(steered, {
      __promisify__: real.__promisify__,
    }) as unknown as typeof setTimeout;
    const promises = createRequire(import.meta.url)('node:timers/promises') as {
      setTimeout: typeof pausePromise;
    };
    const realPause = promises.setTimeout;
    promises.setTimeout = ((ms = 0, value, options) =>
      isPause(ms)
        ? new Promise((resolve) => {
            later(() => resolve(value as never), ms);
          })
        : realPause(ms, value, options)) as typeof pausePromise;
    syncBuiltinESMExports();
  }
}

function isPause(ms: number): boolean {
  return ms > 0 && ms < longestPauseMs && ms !== deferredMs;
}
