import type { AttributeValue } from '@aws-sdk/client-dynamodb';

/** What DynamoDB takes of one item, bytes. */
export const maxItemBytes = 400 * 1024;

/**
 * Bytes of an item as DynamoDB counts them ("Item sizes and formats" in its developer guide): names and values in
 * UTF-8, a number a byte for two significant digits and one more, which is its upper estimate.
 */
export function itemBytes(item: Readonly<Record<string, AttributeValue>>): number {
  return Object.entries(item).reduce(
    (sum, [name, value]) => sum + Buffer.byteLength(name) + valueBytes(value),
    0,
  );
}

function valueBytes({ S, N, B, BOOL, NULL, SS, NS, L, M }: AttributeValue): number {
  if (S !== undefined) return Buffer.byteLength(S);
  if (N !== undefined) return numberBytes(N);
  if (B !== undefined) return B.length;
  if (BOOL !== undefined || NULL !== undefined) return 1;
  if (SS !== undefined) return SS.reduce((sum, each) => sum + Buffer.byteLength(each), 3 + SS.length);
  if (NS !== undefined) return NS.reduce((sum, each) => sum + numberBytes(each), 3 + NS.length);
  if (L !== undefined) return L.reduce((sum, each) => sum + valueBytes(each) + 1, 3);
  if (M !== undefined) return itemBytes(M) + 3 + Object.keys(M).length;
  throw new RangeError('wanted a type that our tables have');
}

function numberBytes(written: string): number {
  const digits = written
    .replace(/e.*$/i, '')
    .replace(/[-.]/g, '')
    .replace(/^0+|0+$/g, '');
  return Math.ceil(digits.length / 2) + 2;
}
