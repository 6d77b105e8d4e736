import { describe, expect, test } from 'vitest';
import { costOfSlo } from '#core/cost/slo-cost.ts';
import { assumeCalibration, assumedJudge, drawCalibrations } from '#core/slo/replay/assumed-calibration.ts';
import { eventsNeeded } from '#core/slo/replay/events-needed.ts';
import { explainSlo } from '#core/slo/replay/explain.ts';
import { sloExplainedSchema } from '#core/slo/replay/explained.ts';
import { binomialLowerTail } from '#core/statistics/binomial.ts';
import { hour, minute } from '#core/time.ts';
import { lenientRows, makeJudgeSlo, makeSlo } from '../../../support/make-slo.ts';

const few = { series: 20, days: 20 };
const never = Number.POSITIVE_INFINITY;

describe('what an SLO amounts to', () => {
  const explained = explainSlo({
    slo: makeSlo({ severities: ['rollback', 'page', 'ticket'] }),
    eventsPerDay: 10_000,
    ...few,
  });
  const told = (severity: string) => explained.severities.find((each) => each.severity === severity);

  test('bad shares that fire each severity', () => {
    expect(explained.maximumBurn).toBeCloseTo(12.5, 9);
    expect(told('rollback')).toMatchObject({ detectorFiresOver: null });
    expect(told('rollback')?.rowFiresAt).toBeCloseTo(0.24, 9);
    expect(told('page')?.detectorFiresOver).toBeCloseTo(0.12, 9);
    expect(told('ticket')?.detectorFiresOver).toBeCloseTo(0.08, 9);
    expect(told('page')?.eventsExpected).toBeCloseTo(2_500, 9);
  });

  test('worse is seen sooner, and the times of four of five series lie about the median', () => {
    for (const severity of ['page', 'ticket']) {
      const times = told(severity)?.timesToFire ?? [];
      const medians = times.map(({ after }) => after ?? never);
      expect(medians).toEqual(medians.toSorted((a, b) => a - b));
      expect(medians[0]).toBeLessThanOrEqual(15 * minute);
      for (const { early, after, late } of times) {
        expect(early ?? never).toBeLessThanOrEqual(after ?? never);
        expect(late ?? never).toBeGreaterThanOrEqual(after ?? never);
      }
    }
    expect(told('ticket')?.timesToFire[2]?.after).toBeLessThan(hour);
  });

  test('the budget spent is bad share over budget, for as long as it took', () => {
    const all = told('page')?.timesToFire[0];
    expect(all?.budgetSpent).toBeCloseTo((1 / 0.08) * ((all?.after ?? 0) / (24 * hour)), 9);
  });

  test('the chance to see a drop to .80 within a day is sure at 10,000 a day and slight at 20', () => {
    expect(told('ticket')?.power).toBe(1);
    const thin = explainSlo({ slo: makeSlo({ severities: ['page'] }), eventsPerDay: 20, ...few });
    expect(thin.severities.find(({ severity }) => severity === 'page')?.power).toBeLessThan(0.2);
  });

  test('it comes through JSON unchanged, and again the same', () => {
    const slo = makeSlo({ severities: ['ticket'] });
    const first = explainSlo({ slo, eventsPerDay: 3_000, ...few });
    expect(sloExplainedSchema.parse(JSON.parse(JSON.stringify(first)))).toEqual(first);
    expect(explainSlo({ slo, eventsPerDay: 3_000, ...few })).toEqual(first);
  });
});

describe("a judge's SLO", () => {
  const slo = makeJudgeSlo({ severities: ['page'], rows: { page: lenientRows.page } });
  const batch = { judge: assumedJudge, ratings: 200, passShare: 0.945 };
  const judged = {
    judge: assumedJudge,
    usual: assumeCalibration(batch),
    drawn: drawCalibrations(batch, 16, 0.45),
  };

  test('is told through its calibrations, of the very judge that is named', () => {
    const [page] = explainSlo({ slo, eventsPerDay: 10_000, judged, ...few }).severities;
    expect(page?.timesToFire[0]?.after).toBeLessThan(hour);
    // 16% bad by the row, and a margin for what 200 ratings leave open.
    expect(page?.rowFiresAt).toBeGreaterThan(0.16);
    expect(page?.rowFiresAt).toBeLessThan(0.3);
    expect(page?.detectorFiresOver).toBeLessThan(page?.rowFiresAt ?? 0);
    expect(page?.eventsNeeded).toBeGreaterThan(50);
    const blunt = { sensitivity: 0.9, specificity: 0.6 };
    const bluntly = { ...batch, judge: blunt };
    const [slower] = explainSlo({
      slo,
      eventsPerDay: 10_000,
      judged: {
        judge: blunt,
        usual: assumeCalibration(bluntly),
        drawn: drawCalibrations(bluntly, 16, 0.2),
      },
      ...few,
    }).severities;
    expect(slower?.timesToFire[2]?.after).toBeGreaterThan(page?.timesToFire[2]?.after ?? 0);
  });

  test('does not page without ratings', () => {
    const [page] = explainSlo({ slo, eventsPerDay: 10_000, ...few }).severities;
    expect(page).toMatchObject({
      rowFiresAt: null,
      detectorFiresOver: null,
      power: 0,
      timesToFire: [{ after: null }, { after: null }, { after: null }],
    });
  });
});

test.each([
  { badShare: 1, objective: 0.92 },
  { badShare: 0.24, objective: 0.92 },
  { badShare: 0.12, objective: 0.92 },
  { badShare: 0.03, objective: 0.995 },
])('events needed at $badShare bad against $objective are just enough', ({ badShare, objective }) => {
  const events = eventsNeeded(badShare, objective) ?? 0;
  const chance = (count: number) =>
    binomialLowerTail({ passes: Math.floor(count * (1 - badShare) + 1e-9), events: count }, objective)
      .probability;
  expect(events).toBeGreaterThanOrEqual(50);
  expect(chance(events)).toBeLessThanOrEqual(1e-5);
  if (events > 50) expect(chance(events - 1)).toBeGreaterThan(1e-5);
});

test('at the objective itself no number of events is evidence', () => {
  expect(eventsNeeded(0.08, 0.92)).toBeNull();
});

test("a month of an SLO's gauges and alarms has a price", () => {
  expect(costOfSlo(makeSlo())).toMatchObject({ metrics: 9, alarms: 4, usd: 3.1 });
  expect(costOfSlo(makeSlo({ severities: [], headline: false }))).toMatchObject({
    metrics: 5,
    alarms: 0,
    usd: 1.5,
  });
});
