import { dayKey } from '../time.ts';
import type { ItemKey } from './keys.ts';

/**
 * The spending partition: an item a UTC day, with what the judge's calls have cost or may still cost and how many judgements the
 * cap shed. It stands apart from the control partition, for every batch of the judge writes it.
 */
export const spendingPartition = 'spending';

/** `spending` / `2026-11-03`. */
export function spendingKey(at: number): ItemKey {
  return { pk: spendingPartition, sk: dayKey(at) };
}
