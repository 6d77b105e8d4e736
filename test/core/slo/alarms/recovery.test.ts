import { describe, expect, it } from 'vitest';
import { type BacktestResult, backtestSlo } from '#core/slo/replay/backtest.ts';
import { buildSeries } from '#core/slo/rules/count-series.ts';
import { createRandom } from '#core/statistics/random.ts';
import { bucketWidth, day, hour } from '#core/time.ts';
import { makeSlo } from '#test/support/make-slo.ts';

const start = Date.parse('2026-03-02T00:00:00Z');
const outage = start + 8 * day;

/** A service at .945 with an outage, `perDay` responses a day, every 5 minutes from a week on. */
function replayOutage(
  seed: string,
  { perDay, rate, hours, until = 3 }: { perDay: number; rate: number; hours: number; until?: number },
): BacktestResult {
  const random = createRandom(seed);
  const end = outage + hours * hour;
  const to = end + until * day;
  const buckets = Array.from({ length: (to - start) / bucketWidth }, (_, index) => {
    const at = start + index * bucketWidth;
    const total = random.binomial(2_000, (perDay * bucketWidth) / day / 2_000);
    return { at, good: random.binomial(total, at >= outage && at < end ? rate : 0.945), total };
  });
  const slo = makeSlo({ objective: 0.92, severities: ['page', 'ticket', 'digest'] });
  return backtestSlo({ slo, series: buildSeries(buckets), from: start + 7 * day, to, tick: bucketWidth });
}

const pagesOf = ({ transitions }: BacktestResult, to: 'OK' | 'ALARM') =>
  transitions.filter((each) => each.severity === 'page' && each.to === to).map(({ at }) => at);

describe('after an outage of two hours', () => {
  const end = outage + 2 * hour;
  const runs = [0, 1, 2, 3].map((turn) =>
    replayOutage(`outage ${turn}`, { perDay: 10_000, rate: 0.4, hours: 2 }),
  );

  it('the page clears within an hour, once its short window holds 50 good events', () => {
    for (const run of runs) {
      expect(pagesOf(run, 'ALARM').every((at) => at < end)).toBe(true);
      expect(pagesOf(run, 'OK')).toHaveLength(1);
      expect(pagesOf(run, 'OK')[0]).toBeGreaterThan(end);
      expect(pagesOf(run, 'OK')[0]).toBeLessThanOrEqual(end + hour);
    }
  });

  it('nothing rings: what the page masked is over with it', () => {
    for (const { transitions, last } of runs) {
      expect(transitions.filter(({ to, at }) => to === 'ALARM' && at > end)).toEqual([]);
      expect(
        Object.values(last?.state.alarms ?? {}).filter(({ raisedAt }) => raisedAt !== undefined),
      ).toEqual([]);
    }
  });

  it('a second one is told anew', () => {
    const random = createRandom('twice');
    const again = outage + 6 * hour;
    const isBad = (at: number) => (at >= outage && at < end) || (at >= again && at < again + 2 * hour);
    const buckets = Array.from({ length: (9 * day) / bucketWidth }, (_, index) => {
      const at = start + index * bucketWidth;
      return { at, good: random.binomial(35, isBad(at) ? 0.4 : 0.945), total: 35 };
    });
    const slo = makeSlo({ objective: 0.92, severities: ['page', 'ticket'] });
    const run = backtestSlo({
      slo,
      series: buildSeries(buckets),
      from: start + 7 * day,
      to: start + 9 * day,
      tick: bucketWidth,
    });
    const raised = pagesOf(run, 'ALARM');
    expect(raised).toHaveLength(2);
    expect(raised[1]).toBeLessThanOrEqual(again + hour);
  });
});

describe('an outage that goes on', () => {
  it.each([500, 2_400, 10_000])('is paged once in three days at .80, at %i responses a day', (perDay) => {
    const runs = [0, 1, 2, 3].map((turn) =>
      replayOutage(`goes on ${turn}`, { perDay, rate: 0.8, hours: 72, until: 1 }),
    );
    const ends = runs.flatMap((run) => pagesOf(run, 'OK').filter((at) => at < outage + 72 * hour));
    expect(ends.length).toBeLessThanOrEqual(1);
    expect(runs.every((run) => pagesOf(run, 'ALARM').length >= 1)).toBe(true);
  });
});
