import { z } from 'zod';

/** What came of a case. */
export interface Outcome {
  readonly right: boolean;
  /** As `want` is written, or a sentence. Shown where it is not right. */
  readonly came: unknown;
}

/** A kind of case: what its cases look like, and how one is tried. */
export interface CaseKind<Schema extends z.ZodType> {
  readonly schema: Schema;
  /** @throws Error where a case cannot be tried at all; it then counts as not right */
  run(tried: z.infer<Schema>): Promise<Outcome>;
  /** How many of a kind's cases must be right; all of them where absent. */
  summarise?(results: readonly Result<z.infer<Schema>>[]): Summary;
  /** Ends what `run` has started, such as servers. */
  close?(): Promise<void>;
}

export interface Result<Case> {
  readonly tried: Case;
  readonly outcome: Outcome;
}

export interface Summary {
  /** What is counted, a line each. */
  readonly lines: readonly string[];
  readonly passes: boolean;
}

/** A place of `want`: the value, or a list of values of which any is right. */
export function anyOf<Schema extends z.ZodType>(value: Schema) {
  return z.union([value, z.array(value).min(1)]);
}

/** Whether what came is what was wanted: lists hold alternatives, and objects the fields that are compared. */
export function isWanted(want: unknown, came: unknown): boolean {
  if (Array.isArray(want)) return want.some((one) => isWanted(one, came));
  if (typeof want !== 'object' || want === null) return want === came;
  return (
    typeof came === 'object' &&
    came !== null &&
    Object.entries(want).every(([field, value]) => isWanted(value, Reflect.get(came, field)))
  );
}

/** The outcome of a case whose `came` is written as its `want`. */
export function compare(want: unknown, came: unknown): Outcome {
  return { right: isWanted(want, came), came };
}

export const notBuilt: Outcome = { right: false, came: 'this kind of case is not built yet' };
