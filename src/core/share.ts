import { createHash } from 'node:crypto';

/** Which part of a stage's surfaces an evaluator takes: the `number`th (from 1) of so many. */
export interface Share {
  readonly number: number;
  readonly of: number;
}

/** One evaluator takes all. */
export const wholeShare: Share = { number: 1, of: 1 };

/** Most evaluators of a stage. */
export const mostShares = 20;

/**
 * Reads `2/3`; all where nothing is said.
 *
 * @throws RangeError where it is no share
 */
export function readShare(text: string | undefined): Share {
  if (text === undefined || text === '') return wholeShare;
  const [number = 0, of = 0] = /^\d+\/\d+$/.test(text) ? text.split('/').map(Number) : [];
  if (number < 1 || number > of || of > mostShares)
    throw new RangeError(
      `wanted a share such as 2/3, of at most ${mostShares}, got ${JSON.stringify(text.slice(0, 20))}`,
    );
  return { number, of };
}

/** `2/3` */
export function nameShare({ number, of }: Share): string {
  return `${number}/${of}`;
}

/** The first of the shares does what is done once a stage. */
export function isFirst({ number }: Share): boolean {
  return number === 1;
}

/** Which of so many shares takes a surface, from 1 on: by its name, and the same for ever. */
export function shareOf(surface: string, of: number): number {
  return of === 1 ? 1 : (createHash('sha256').update(surface).digest().readUInt32BE() % of) + 1;
}
