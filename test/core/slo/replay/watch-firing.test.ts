import { describe, expect, test } from 'vitest';
import type { Severity } from '#core/names.ts';
import { evaluateSlo } from '#core/slo/alarms/evaluate-slo.ts';
import type { SloState } from '#core/slo/alarms/state.ts';
import type { Slo } from '#core/slo/definition/slo.ts';
import { replayZoomed } from '#core/slo/replay/replay-zoomed.ts';
import { watchFiring } from '#core/slo/replay/watch-firing.ts';
import { CountSeries, thinnedBy } from '#core/slo/rules/count-series.ts';
import type { SloCalibration } from '#core/slo/rules/slo-calibration.ts';
import { createRandom } from '#core/statistics/random.ts';
import { bucketWidth, day, hour } from '#core/time.ts';
import { lenientRows, makeCalibration, makeJudgeSlo, makeSlo, start } from '../../../support/make-slo.ts';

interface Case {
  readonly name: string;
  readonly slo: Slo;
  readonly calibration?: SloCalibration;
  readonly perDay: number;
  /** Shares that are counted as good before and after the third midnight. */
  readonly shares: readonly [number, number];
  /** How much more hours differ than chance has it, in the logit. */
  readonly uneven?: number;
  readonly days: number;
}

const strictRows = {
  rollback: { ...lenientRows.rollback, burn: 14.4 },
  page: { ...lenientRows.page, burn: 6 },
  ticket: { ...lenientRows.ticket, burn: 3 },
  digest: lenientRows.digest,
};
const judged = makeJudgeSlo();
const cases: readonly Case[] = [
  { name: 'a deep drop', slo: makeSlo(), perDay: 2_000, shares: [0.945, 0.7], days: 1 },
  { name: 'a slow leak', slo: makeSlo(), perDay: 5_000, shares: [0.945, 0.9], days: 3 },
  { name: 'thin traffic', slo: makeSlo(), perDay: 60, shares: [0.945, 0.5], days: 4 },
  { name: 'uneven hours', slo: makeSlo(), perDay: 3_000, shares: [0.945, 0.86], uneven: 0.5, days: 2 },
  {
    name: 'an objective of 99.5%',
    slo: makeSlo({ objective: 0.995, rows: strictRows }),
    perDay: 8_000,
    shares: [0.998, 0.96],
    days: 2,
  },
  {
    name: 'a judge',
    slo: judged,
    calibration: makeCalibration(),
    perDay: 1_500,
    shares: [0.893, 0.79],
    days: 3,
  },
  { name: 'a judge without ratings', slo: judged, perDay: 1_500, shares: [0.945, 0.8], days: 2 },
  {
    name: 'a judge whose ratings are old',
    slo: judged,
    calibration: makeCalibration({ state: 'stale' }),
    perDay: 1_500,
    shares: [0.893, 0.7],
    days: 2,
  },
];

/** Three quiet days in steps of an hour, then buckets of 5 minutes: the series, and the ticks that look at it. */
function* simulate({ perDay, shares, uneven = 0, days }: Case, seed: number, series: CountSeries) {
  const random = createRandom(`firing/${seed}`);
  const change = start + 3 * day;
  const mean = (perDay * bucketWidth) / day;
  let share = shares[0];
  for (let at = start; at < change + days * day; at += bucketWidth) {
    if (at % hour === 0) {
      const usual = at < change ? shares[0] : shares[1];
      const logit = Math.log(usual / (1 - usual)) + uneven * random.normal();
      share = 1 / (1 + Math.exp(-logit));
    }
    const total = random.binomial(1_000, mean / 1_000);
    series.add({ at, good: random.binomial(total, share), total });
    const now = at + bucketWidth;
    if (at >= change || now % hour === 0) yield now;
  }
}

/** The first tick at which each severity is in alarm, evaluated by itself as deployed. */
function firstAlarms(each: Case, seed: number): Map<Severity, number> {
  const fired = new Map<Severity, number>();
  for (const severity of each.slo.severities) {
    const series = new CountSeries();
    const slo = { ...each.slo, severities: [severity] };
    let previous: SloState | undefined;
    for (const now of simulate(each, seed, series)) {
      const measurement = { kind: 'counts', series } as const;
      const { state, evaluation } = evaluateSlo({
        slo,
        measurement,
        calibration: each.calibration,
        previous,
        now,
      });
      previous = state;
      if (!evaluation.firing[severity]) continue;
      fired.set(severity, now);
      break;
    }
  }
  return fired;
}

describe('the first firing is the very tick of the deployed evaluation', () => {
  test.each(cases)('$name', (each) => {
    let alarms = 0;
    for (let seed = 0; seed < 2; seed += 1) {
      const series = new CountSeries();
      const watch = watchFiring({ slo: each.slo, series, calibration: each.calibration });
      for (const now of simulate(each, seed, series)) watch.tick(now);
      const expected = firstAlarms(each, seed);
      expect(Object.fromEntries(watch.fired)).toEqual(Object.fromEntries(expected));
      alarms += expected.size;
    }
    if (each.name !== 'a slow leak') expect(alarms).toBeGreaterThan(0);
  });
});

test('where the sample follows what is found, too: the same factors, the same tick', () => {
  const slo = makeJudgeSlo({ severities: ['page'] });
  const change = start + 2 * day;
  const draw = (bucket: number, factor: number) => {
    const random = createRandom(`sampled/${bucket}/${factor}`);
    const total = random.binomial(1_000, (factor * 500) / 288 / 1_000);
    return { good: random.binomial(total, bucket < change ? 0.893 : 0.794), total };
  };
  const calibration = makeCalibration();
  const replayed = replayZoomed({
    slo,
    calibration,
    draw,
    most: 10,
    mayJudgeMore: Number.POSITIVE_INFINITY,
    from: start,
    to: change + day,
    stopAfter: ({ to }) => to === 'ALARM',
  });
  const series = new CountSeries();
  const watch = watchFiring({ slo, series, calibration, zoom: { most: 10 } });
  let zoomedFor = 0;
  for (let at = start; at < change + day && watch.left() > 0; at += bucketWidth) {
    const factor = watch.factor();
    const counts = draw(at, factor);
    series.add({ at, ...counts, thinned: thinnedBy(counts, factor) });
    watch.tick(at + bucketWidth);
    if (factor > 1) zoomedFor += bucketWidth;
  }
  expect(watch.fired.get('page')).toBe(replayed.first.page);
  expect(replayed.first.page).toBeGreaterThan(change);
  expect(zoomedFor).toBe(replayed.zoomedFor);
  expect(zoomedFor).toBeGreaterThan(hour / 2);
});
