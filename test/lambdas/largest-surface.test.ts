import { describe, expect, it } from 'vitest';
import { surfaceOf } from '#core/catalogue/catalogue.ts';
import { nameCaps } from '#core/series/counted-names.ts';
import type { Slice } from '#core/series/keys.ts';
import { isDistribution, SeriesSet } from '#core/series/series-set.ts';
import { verdictColumn } from '#core/series/verdict-sums.ts';
import { day, foldBoundary, hour } from '#core/time.ts';
import { heldOverColumns, partDaysKept } from '#lambdas/slo-evaluator/memory/tick-memory.ts';
import { incrementsOf } from '../support/counted-records.ts';
import { healthyRecord } from '../support/records.ts';
import { catalogueOf } from '../support/shipped.ts';

describe('the memory of a surface', async () => {
  const catalogue = await catalogueOf([
    {
      surface: 'chat',
      slos: Object.fromEntries(
        [
          ...['judge-pass', 'accepted', 'refusals', 'first-token', 'total-time'],
          ...['request-cost', 'costly-requests', 'cost-outliers', 'slowest-answers', 'availability'],
        ].map((id) => [id, 'on']),
      ),
    },
  ]);
  const surface = surfaceOf(catalogue, 'chat');
  const now = Date.parse('2026-11-20T12:00:00Z');

  it('is at most what docs/scale.md says, whatever cohorts and releases senders name', () => {
    const seriesSet = new SeriesSet();
    const caps = nameCaps(catalogue);
    const rubric = { id: 'helpfulness', version: 1 };
    const columns = [
      ...[...incrementsOf(surface, [healthyRecord('any', now, { surface: 'chat' })]).keys()].filter(
        (name) => !isDistribution(name),
      ),
      ...(['judged', 'pass', 'score2', 'score5', 'unjudgeable'] as const).map((what) =>
        verdictColumn(rubric, what),
      ),
    ];
    // A tenth of it is as telling.
    const part = 10;
    // Other names each day, and each of them in every hour.
    for (let back = 0; back <= partDaysKept; back += 1) {
      const at = now - (now % day) - back * day;
      const slices: Slice[] = [
        ...Array.from({ length: caps.cohort / part }, (_, index): Slice => `c:${back}-${index}`),
        ...Array.from({ length: caps.release / part }, (_, index): Slice => `r:${back}-${index}`),
      ];
      for (const slice of slices)
        for (const name of columns)
          for (let bucket = at; bucket < at + day; bucket += hour)
            seriesSet.setValue('chat', slice, name, bucket, 700);
    }
    seriesSet.foldBefore(foldBoundary(now));
    const megabytes = (part * heldOverColumns * seriesSet.bytesOf('chat')) / 1e6;
    expect(megabytes).toBeGreaterThan(50);
    expect(megabytes).toBeLessThan(75);
  });
});
