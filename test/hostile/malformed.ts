import type { rejectionKinds } from '#core/record/rejection.ts';
import type { RandomSource } from '#core/statistics/random.ts';
import { day, minute } from '#core/time.ts';

export type RejectionKind = (typeof rejectionKinds)[number];

/** A message that nobody can count, and under which kind it must be rejected. */
export interface Malformed {
  readonly body: string;
  readonly kind: RejectionKind;
}

/** A good response record, and how it is written. */
type Good = Readonly<Record<string, unknown>>;
type Make = (good: Good, random: RandomSource, now: number) => Malformed;

const json = JSON.stringify;

const notJson = (body: string): Malformed => ({ body, kind: 'malformed-json' });
const noObject = (body: string): Malformed => ({ body, kind: 'not-an-object' });
const invalid = (value: unknown): Malformed => ({
  body: typeof value === 'string' ? value : json(value),
  kind: 'invalid-field',
});

/** A record with this key's value written as it stands here, JSON or not. */
const written = (good: Good, key: string, text: string) =>
  `${json({ ...good, [key]: undefined }).slice(0, -1)},"${key}":${text}}`;

/** Every way in which a message can be none. */
const ways: Readonly<Record<string, Make>> = {
  truncated: (good, random) => {
    const body = json(good);
    return notJson(body.slice(0, 1 + random.integer(body.length - 2)));
  },
  'prose instead of JSON': () => notJson('response: ok, I guess'),
  blank: () => notJson(' '),
  'NaN as text': (good) => notJson(written(good, 'usage', '{"costUsd":NaN}')),
  'invalid UTF-8, as a decoder leaves it': (good) =>
    notJson(Buffer.from(json(good), 'latin1').fill(0xff, 0, 3).toString('utf8')),
  'brackets without end': () => notJson('['.repeat(50_000)),
  null: () => noObject('null'),
  list: (good) => noObject(json([good])),
  number: () => noObject('1e999'),
  string: () => noObject('"{}"'),
  'empty object': () => invalid('{}'),
  'status that nobody knows': (good) => invalid({ ...good, status: 'fine' }),
  'time without a zone': (good) => invalid({ ...good, at: '2026-11-03 09:00' }),
  'everything in the prototype': (good) => invalid(`{"__proto__":${json(good)}}`),
  'clock ahead': (good, _, now) => ({
    body: json({ ...good, at: new Date(now + 90 * minute).toISOString() }),
    kind: 'time-out-of-bounds',
  }),
  'record of last month': (good, _, now) => ({
    body: json({ ...good, at: new Date(now - 30 * day).toISOString() }),
    kind: 'time-out-of-bounds',
  }),
  encrypted: () => ({ body: json({ __encrypted__: true, payload: 'gAAAAABn' }), kind: 'encrypted' }),
  'LiteLLM payload without a time': () =>
    invalid({ id: 'l', call_type: 'acompletion', status: 'success', startTime: {}, endTime: null }),
  'LiteLLM payload of no day': () =>
    invalid({ id: 'l', call_type: 'acompletion', status: 'success', startTime: 1e300, endTime: 1e300 }),
  'feedback that is not sure': (good) =>
    invalid({ kind: 'feedback', id: good.id, at: good.at, responseAt: good.at, surface: 'chat' }),
};

const makers = Object.values(ways);

/** Some malformed message. `good` gives it the look of a real one. */
export function malformed(good: Good, random: RandomSource, now: number): Malformed {
  const make = makers[random.integer(makers.length)] ?? (() => notJson('{'));
  return make(good, random, now);
}

/** Details of no use, for which no record is rejected: each is left out and counted by its field. */
const oddDetails: readonly ((good: Good) => string)[] = [
  (good) => json({ ...good, model: { length: { toString: {} } } }),
  (good) => json({ ...good, usage: { costUsd: '0.1' } }),
  (good) => json({ ...good, timing: { totalMs: -5 } }),
  (good) => written(good, 'timing', '{"ttftMs":1e999}'),
  (good) => written(good, 'usage', '{"costUsd":1e300}'),
  (good) => written(good, 'timing', '{"ttftMs":1e126}'),
  (good) => written(good, 'usage', '{"outputTokens":1e200}'),
  (good) => json({ ...good, release: null, cohort: good.cohort ?? '', metadata: 7 }),
];

/** A good record with a detail of no use. */
export function withOddDetail(good: Good, random: RandomSource): string {
  return oddDetails[random.integer(oddDetails.length)]?.(good) ?? json(good);
}
