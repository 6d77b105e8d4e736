import { invalidNextToken } from './errors.ts';

/** One page of a list, and the token of the next when there is one. */
export interface Page<Item> {
  readonly items: Item[];
  readonly nextToken: string | undefined;
}

/**
 * Cuts a page out of a list. A token is the offset; a list that changes between pages may skip or repeat, as in AWS.
 * @throws AwsError `InvalidNextToken` for a token that is not an offset.
 */
export function cutPage<Item>(items: readonly Item[], token: string | undefined, size: number): Page<Item> {
  const offset = readOffset(token);
  const end = offset + size;
  return {
    items: items.slice(offset, end),
    nextToken: end < items.length ? String(end) : undefined,
  };
}

/** @throws AwsError `InvalidNextToken` */
export function readOffset(token: string | undefined): number {
  if (token === undefined) return 0;
  if (!/^\d{1,12}$/.test(token)) throw invalidNextToken();
  return Number(token);
}
