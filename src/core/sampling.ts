import { hash } from 'node:crypto';

/**
 * Part of every sampling hash. A compatibility contract: another string would draw another sample, so that a
 * response judged before an upgrade would be judged again after it. A test pins values.
 */
export const samplingDomain = 'assay/sampling/v1:';

/**
 * Where a sampling key falls in [0, 1): the top 53 bits of SHA-256(domain + key) over 2^53. The same on every retry
 * and machine, so a 5% sample lies within the 10% sample of the same traffic.
 *
 * @param key the trace id where there is one, so that a conversation is judged whole, else the response id
 */
export function samplingPoint(key: string): number {
  // A character a byte: cheaper than a buffer or than hexadecimal digits to read.
  const digest = hash('sha256', samplingDomain + key, 'binary');
  return (uint32Of(digest, 0) * 2 ** 21 + (uint32Of(digest, 4) >>> 11)) / 2 ** 53;
}

/** Four bytes from `at`, big-endian. */
function uint32Of(bytes: string, at: number): number {
  const byte = (index: number) => bytes.charCodeAt(at + index);
  return ((byte(0) << 24) | (byte(1) << 16) | (byte(2) << 8) | byte(3)) >>> 0;
}

/**
 * Whether a response is in the sample.
 *
 * @param rate inclusion probability of the surface, 0 to 1
 */
export function isSampled(key: string, rate: number): boolean {
  return samplingPoint(key) < rate;
}

/** The sampling key of a record. */
export function samplingKey(record: { readonly id: string; readonly traceId?: string | undefined }): string {
  return record.traceId ?? record.id;
}
