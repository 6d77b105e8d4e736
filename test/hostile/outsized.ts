import type { RandomSource } from '#core/statistics/random.ts';

/** A good response record. */
type Good = Readonly<Record<string, unknown>>;

/** A surface of which every record has names of its own: nothing that it does may be felt by another. */
export const surfaceOfNames = 'names-without-end';

/** Its cohorts that count by name a UTC day, beside the one without a name and `other`. */
export const mostCohorts = 100;

const attemptsOfRecord = 60;

/** A record whose every name is new: cohort, release, model, provider, and a provider an attempt. */
export function withNewNames(good: Good, nth: number, random: RandomSource): Good {
  const long = random.chance(0.3) ? '-of-a-name-that-is-as-long-as-names-may-be'.repeat(2) : '';
  const attempts = Array.from({ length: attemptsOfRecord }, (_, tried) => ({
    provider: `p-${nth}-${tried}${long}`,
    status: tried === attemptsOfRecord - 1 ? good.status : 'error',
    ms: 10,
  }));
  return {
    ...good,
    surface: surfaceOfNames,
    cohort: `c-${nth}${long}`,
    release: `r-${nth}${long}`,
    model: `m-${nth}${long}`,
    provider: `p-${nth}${long}`,
    ...(random.chance(0.5) && { attempts }),
  };
}

/** Records near the 1 MiB of a message, and whether a judge can still be shown their texts. */
export interface Outsized {
  readonly record: Good;
  readonly isJudgeable: boolean;
  /** Its cohort is of no use. */
  readonly hasCohort: boolean;
}

const nearlyAll = 1_000_000;

/** Characters of three bytes each. */
const cjk = (characters: number, from: number) =>
  Array.from({ length: characters }, (_, index) =>
    String.fromCharCode(0x4e00 + ((from + index) % 20_000)),
  ).join('');

const outsizedWays: readonly ((good: Good, random: RandomSource) => Outsized)[] = [
  (good) => ({
    record: { ...good, metadata: { note: 'm'.repeat(nearlyAll) } },
    isJudgeable: true,
    hasCohort: true,
  }),
  (good) => ({
    record: {
      ...good,
      metadata: Object.fromEntries(Array.from({ length: 40_000 }, (_, key) => [`k-${key}`, [key]])),
    },
    isJudgeable: true,
    hasCohort: true,
  }),
  (good, random) => ({
    record: { ...good, response: { content: cjk(nearlyAll / 3, random.integer(20_000)) } },
    isJudgeable: false,
    hasCohort: true,
  }),
  (good, random) => ({
    record: { ...good, response: { content: cjk(290_000, random.integer(20_000)) } },
    isJudgeable: true,
    hasCohort: true,
  }),
  (good) => ({
    record: {
      ...good,
      request: {
        messages: Array.from({ length: 20_100 }, (_, turn) => ({ role: 'user', content: `turn ${turn}` })),
      },
    },
    isJudgeable: false,
    hasCohort: true,
  }),
  (good) => ({
    record: { ...good, timing: { turnsMs: Array.from({ length: 200_000 }, (_, turn) => turn % 1_000) } },
    isJudgeable: true,
    hasCohort: true,
  }),
  (good) => ({
    record: { ...good, cohort: 'c'.repeat(nearlyAll / 2), release: 'r'.repeat(nearlyAll / 3) },
    isJudgeable: true,
    hasCohort: false,
  }),
];

/** A record of a size that tables and queues have no room for. It is one that a judge could be shown. */
export function withOutsizedDetail(good: Good, random: RandomSource): Outsized {
  const make = outsizedWays[random.integer(outsizedWays.length)];
  return make?.(good, random) ?? { record: good, isJudgeable: true, hasCohort: true };
}
