/** Reads one context flag after another and keeps what is wrong with them, so that all of it is said at once. */
export class ContextFlags {
  readonly faults: string[] = [];
  readonly #flag: (name: string) => unknown;

  /** @param flag gives a context value by name, undefined where it is absent */
  constructor(flag: (name: string) => unknown) {
    this.#flag = flag;
  }

  /** A text of a form, undefined where the flag is absent or, which is a fault, of no such form. */
  text(name: string, form: RegExp | ((text: string) => boolean), wanted: string): string | undefined {
    const given = asText(this.#flag(name));
    if (given === undefined) return undefined;
    if (typeof form === 'function' ? form(given) : form.test(given)) return given;
    this.fault(name, wanted, given);
    return undefined;
  }

  /** Texts with commas between them; empty where the flag is absent. */
  list(name: string, form: RegExp, wanted: string): readonly string[] {
    const given = asText(this.#flag(name));
    if (given === undefined) return [];
    const items = given.split(',').map((item) => item.trim());
    const wrong = items.find((item) => !form.test(item));
    if (wrong === undefined) return items;
    this.fault(name, wanted, wrong);
    return [];
  }

  whole(name: string, [least, most]: readonly [number, number], usual: number): number {
    const given = asText(this.#flag(name));
    if (given === undefined) return usual;
    const value = Number(given);
    if (Number.isInteger(value) && value >= least && value <= most) return value;
    this.fault(name, `a whole number from ${least} to ${most}`, given);
    return usual;
  }

  either(name: string, usual: boolean, [yes, no]: readonly [string, string] = ['true', 'false']): boolean {
    const given = asText(this.#flag(name));
    if (given === undefined) return usual;
    if (given !== yes && given !== no) this.fault(name, `${yes} or ${no}`, given);
    return given === yes;
  }

  /** A flag of earlier versions. @param instead what to do now */
  refuse(name: string, instead: string): void {
    if (asText(this.#flag(name)) !== undefined)
      this.faults.push(`-c ${name}: is no setting any more: ${instead}`);
  }

  fault(name: string, wanted: string, got: string): void {
    this.faults.push(`-c ${name}: wanted ${wanted}; got "${got}"`);
  }
}

function asText(value: unknown): string | undefined {
  if (typeof value === 'boolean' || typeof value === 'number') return String(value);
  return typeof value === 'string' && value !== '' ? value : undefined;
}
