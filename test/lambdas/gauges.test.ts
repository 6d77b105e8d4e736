import { describe, expect, it } from 'vitest';
import { metric } from '#core/names.ts';
import { SeriesSet } from '#core/series/series-set.ts';
import { type VerdictColumn, verdictColumn } from '#core/series/verdict-sums.ts';
import { hour, minute } from '#core/time.ts';
import { surfacePoints } from '#lambdas/slo-evaluator/gauges.ts';
import { catalogueOf } from '#test/support/shipped.ts';

const now = Date.UTC(2026, 10, 20, 12);

describe('the share of ends without a verdict', async () => {
  const { surfaces } = await catalogueOf([
    { surface: 'chat', slos: { 'judge-pass': 'on' } },
    { surface: 'plain', slos: { availability: 'on' } },
  ]);

  function shareOf(
    ends: { readonly [what in VerdictColumn]?: number },
    { version = 1, at = now - hour, name = 'chat' } = {},
  ): number | undefined {
    const surface = surfaces.find((each) => each.surface === name);
    if (surface === undefined) throw new Error(`no surface ${name}`);
    const seriesSet = new SeriesSet();
    for (const [what, count] of Object.entries(ends))
      seriesSet.setValue(
        name,
        '*',
        verdictColumn({ id: 'helpfulness', version }, what as VerdictColumn),
        at,
        count ?? 0,
      );
    return surfacePoints(surface, {}, seriesSet, now).find((point) => point.name === metric.unjudgedShare)
      ?.values[0];
  }

  it('is of all that ended, whatever the version, and of no column beside', () => {
    expect(
      shareOf({ judged: 60, pass: 10, squares: 900, score5: 60, unjudgeable: 20, shed: 15, dlq: 5 }),
    ).toBe(0.4);
    expect(shareOf({ judged: 30, unjudgeable: 30 }, { version: 7 })).toBe(0.5);
  });

  it('is told from 50 ends of the last 6 hours on', () => {
    expect(shareOf({ judged: 9, unjudgeable: 40 })).toBe(0);
    expect(shareOf({ judged: 10, unjudgeable: 40 })).toBe(0.8);
    expect(shareOf({ judged: 10, unjudgeable: 40 }, { at: now - 6 * hour })).toBe(0.8);
    expect(shareOf({ judged: 10, unjudgeable: 40 }, { at: now - 6 * hour - 5 * minute })).toBe(0);
  });

  it('is nothing of a surface that no judge looks at', () => {
    expect(shareOf({ judged: 10, unjudgeable: 40 }, { name: 'plain' })).toBeUndefined();
  });
});
