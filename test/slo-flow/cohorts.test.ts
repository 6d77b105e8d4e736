import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Slice } from '#core/series/keys.ts';
import { createRandom } from '#core/statistics/random.ts';
import { bucketOfDay, hour, minute } from '#core/time.ts';
import { healthyRecord } from '../support/records.ts';
import { catalogueOf } from '../support/shipped.ts';
import { SloStack } from '../support/slo-stack.ts';

const now = Date.parse('2026-11-10T12:00:00Z');
const maxCohorts = 60;
const surfaces = ['ten', 'fifty', 'seventy', 'canary', 'judged', 'alone'] as const;

let flow: SloStack;

/** Responses of a slice in the 20 minutes before an instant, of which so many had their first token too late. */
async function count(surface: string, slices: readonly Slice[], total: number, bad: number, until = now) {
  const span = { from: until - 20 * minute, to: until };
  const good = healthyRecord('good', now, { surface });
  const late = healthyRecord('bad', now, { surface, timing: { ttftMs: 700, totalMs: 1_300 } });
  await flow.count(surface, [good], { ...span, copies: (total - bad) / 4 }, slices);
  if (bad > 0) await flow.count(surface, [late], { ...span, copies: bad / 4 }, slices);
}

const cohort = (index: number): Slice => `c:region-${index}`;
const many = (length: number) => Array.from({ length }, (_, index) => index);

/** Verdicts of the two hours before now and of the cohorts that they came from, as their roll-up. */
async function writeVerdicts(slice: Slice, total: number, bad: number): Promise<void> {
  const buckets = many(24).map((ago) => bucketOfDay(now) - 24 + ago);
  const column = (value: number) => buckets.map((bucket) => [bucket, value / 24] as const);
  await flow.series.writeDay('judged', now, slice, {
    'v:helpfulness@1|judged': column(total),
    'v:helpfulness@1|pass': column(total - bad),
  });
}

const fiftyFiring: Record<string, unknown>[] = [];

beforeAll(async () => {
  flow = await SloStack.start(
    await catalogueOf(
      surfaces.map((surface) => ({
        surface,
        slos: surface === 'judged' ? { 'judge-pass': 'on' } : { 'first-token': 'on' },
      })),
      { maxCohorts },
    ),
  );
  // 97% everywhere, 88% in one region of ten: 96.1% as a whole, with 95% wanted.
  for (const index of many(10)) await count('ten', [cohort(index)], 2_000, index === 7 ? 240 : 60);
  for (const index of many(70)) {
    const total = index < 10 ? 2_000 : 400;
    await count('seventy', [cohort(index)], total, index === 3 ? 240 : total * 0.03);
  }
  await count('canary', ['c:-', 'r:2026-11-03'], 9_000, 270);
  await count('canary', ['c:-', 'r:2026-11-10'], 1_000, 120);
  // Its last event is two days ago, so that it leaves the living alone.
  await count('canary', ['r:2026-10-27'], 400, 12, now - 48 * hour);
  await count('alone', ['c:everyone', 'r:only'], 2_000, 60);
  // 96.3% everywhere, 80% in one region: 94.6% as a whole, with 92% wanted.
  await Promise.all(many(10).map((index) => writeVerdicts(cohort(index), 1_200, index === 4 ? 240 : 45)));
  await writeVerdicts('*', 12_000, 9 * 45 + 240);
  await flow.tick(now);
  const random = createRandom('fifty healthy cohorts');
  for (const later of [1, 2]) {
    const until = now + later * hour;
    // Each of them at 96%, a point over what is wanted, and left to chance.
    for (const index of many(50))
      await count('fifty', [cohort(index)], 400, random.binomial(400, 0.04), until);
    await flow.tick(until);
    fiftyFiring.push(flow.firing('fifty'));
  }
});

afterAll(() => flow?.close());

const announced = (surface: string) => flow.announced().filter((each) => each.surface === surface);

describe('a cohort', () => {
  it('that is 9 points down alarms under a green whole, by its name', async () => {
    const [page] = announced('ten');
    expect(page).toMatchObject({ severity: 'page', to: 'ALARM', numbers: { raw: { value: 0.961 } } });
    expect(page?.reason).toContain('In "cohort region-7", one of 10 watched');
    expect(page?.numbers.budgetLeft).toBeGreaterThan(0);
    expect(flow.told('page').map(({ alarm }) => alarm)).toContain('assay-test-ten-latency-first-token-page');
    const { reading } = await flow.stored('ten', 'first-token');
    expect(reading.worst?.name).toBe('cohort region-7');
    expect(reading.reason).toContain('region-7');
    expect(reading.reason).toContain('As a whole:');
  });

  it('of a judged surface alarms as well: a ticket while nobody has calibrated the judge', () => {
    const [ticket, ...others] = announced('judged');
    expect(others).toEqual([]);
    expect(ticket).toMatchObject({ slo: 'judge-pass', severity: 'ticket', to: 'ALARM' });
    expect(ticket?.numbers.raw.value).toBeGreaterThan(0.94);
    expect(ticket?.reason).toContain('In "cohort region-4"');
  });

  it('that is well raises nothing, fifty of them left to chance together', () => {
    expect(fiftyFiring).toEqual([{}, {}]);
    expect(announced('fifty')).toEqual([]);
  });

  it('that is the only one is the whole again, and not watched by itself', async () => {
    expect((await flow.stored('alone', 'first-token')).reading.worst).toBeNull();
  });
});

describe('more cohorts than the cap', () => {
  it('are said where the SLO is looked at, with what to do', async () => {
    const { reading } = await flow.stored('seventy', 'first-token');
    expect(reading.reason).toContain(
      `has 70 cohorts and releases, and at most ${maxCohorts} are watched (maxCohorts in slos/policy.yaml): the 10 with the fewest events are left out. Send fewer cohort values, or raise the cap.`,
    );
  });

  it('leave those with the most events watched', async () => {
    expect(announced('seventy')).toMatchObject([
      {
        severity: 'page',
        reason: expect.stringContaining(`In "cohort region-3", one of ${maxCohorts} watched`),
      },
    ]);
    const { cohorts } = await flow.stored('seventy', 'first-token');
    expect(Object.keys(cohorts?.cohorts ?? {})).toHaveLength(maxCohorts);
  });

  it('are not mentioned where they are fewer', async () => {
    expect((await flow.stored('ten', 'first-token')).reading.reason).not.toContain('maxCohorts');
  });
});

describe('a release', () => {
  it('that is bad as a canary is caught by its name, while the whole is green', () => {
    const [page] = announced('canary');
    expect(page).toMatchObject({ severity: 'page', to: 'ALARM', numbers: { raw: { value: 0.961 } } });
    expect(page?.reason).toContain('In "release 2026-11-10", one of 2 watched');
  });
});
