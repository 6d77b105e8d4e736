import { createHash } from 'node:crypto';
import { dayKey } from '../time.ts';
import type { ItemKey } from './keys.ts';

/**
 * Names that senders choose and that become columns or keys of counters. Without a bound a sender who puts a request
 * id there makes a counter item outgrow its table, and nothing of its surface is counted any more. So each surface has
 * so many a day, those that came first; the others count as `other`.
 */
export const nameKinds = ['provider', 'cohort', 'release'] as const;
export type NameKind = (typeof nameKinds)[number];

/** By kind, names in the form of {@link nameKey}. */
export type NameSets = Readonly<Record<NameKind, ReadonlySet<string>>>;

/** By kind, how many names a surface has a day. */
export type NameCaps = Readonly<Record<NameKind, number>>;

/** @param maxCohorts how many cohorts and releases of a surface are watched */
export function nameCaps({ maxCohorts }: { readonly maxCohorts: number }): NameCaps {
  return { provider: 30, cohort: Math.max(100, maxCohorts), release: 50 };
}

/** Names of a day of a surface: one item, however many sampler instances there are. */
export function namesKey(surface: string, at: number): ItemKey {
  return { pk: `names#${surface}`, sk: dayKey(at) };
}

/** Bytes up to which a name is kept as it is. A thousand of them are a sixth of what an item can hold. */
const maxKeyBytes = 64;

/** A name as it is kept in the item of names: a long one by its hash, which no name can be, for none holds a "#". */
export function nameKey(name: string): string {
  if (name.length * 3 <= maxKeyBytes || Buffer.byteLength(name) <= maxKeyBytes) return name;
  return `#${createHash('sha256').update(name).digest('base64url')}`;
}
