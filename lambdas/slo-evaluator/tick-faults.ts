import { describeError } from '#adapters/describe-error.ts';

/** What went wrong at a tick: of single surfaces, which the others do not mind, and of the tick itself. */
export class TickFaults {
  readonly #ofSurfaces = new Map<string, string>();
  readonly #ofTick = new Set<string>();

  /** What is the matter with each, in words. */
  get ofSurfaces(): string[] {
    return [...this.#ofSurfaces].map(
      ([surface, fault]) =>
        `surface "${surface}" was not evaluated at this tick and is held as unmeasured: ${fault}`,
    );
  }

  has(surface: string): boolean {
    return this.#ofSurfaces.has(surface);
  }

  /** The first fault of a surface is the one that is told. */
  note(surface: string, fault: string): void {
    if (!this.#ofSurfaces.has(surface)) this.#ofSurfaces.set(surface, fault);
  }

  noteTick(fault: string): void {
    this.#ofTick.add(fault);
  }

  /** Undefined where it fails, which is noted for the surface. */
  async attemptOf<Value>(surface: string, work: () => Promise<Value>): Promise<Value | undefined> {
    try {
      return await work();
    } catch (error) {
      this.note(surface, describeError(error));
      return undefined;
    }
  }

  /** Undefined where it fails, which is noted for the tick. */
  async attempt<Value>(what: string, work: () => Promise<Value>): Promise<Value | undefined> {
    try {
      return await work();
    } catch (error) {
      this.noteTick(`${what}: ${describeError(error)}`);
      return undefined;
    }
  }

  /** @throws Error that says all that failed of the tick itself */
  throwAny(): void {
    if (this.#ofTick.size > 0)
      throw new Error(`The tick went on, but not all of it: ${[...this.#ofTick].join('; ')}`);
  }
}
