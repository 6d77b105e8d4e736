import { describe, expect, it } from 'vitest';
import { describeShadows } from '#cli/status/status-shadows.ts';
import { calibrate } from '#core/calibration/calibrate.ts';
import { judgeFingerprint } from '#core/judging/judgement.ts';
import { shadowStandings } from '#core/report/shadow-standings.ts';
import { SeriesSet } from '#core/series/series-set.ts';
import { verdictColumn } from '#core/series/verdict-sums.ts';
import { day, hour } from '#core/time.ts';
import { testCatalogue, testRubric } from '../../support/catalogue.ts';
import { asked, drawn, rated, service, start } from '../../support/rated-responses.ts';

const active = testRubric();
const shadow = testRubric({ version: 2, state: 'shadow', judge: { model: 'next-model' } });
const catalogue = testCatalogue({ rubrics: [active, shadow] });
const now = start + 30 * day;

function series(shadowFrom: number): SeriesSet {
  const set = new SeriesSet();
  for (let at = now - 3 * day; at < now; at += hour) {
    set.setValue('chat', '*', verdictColumn(active, 'judged'), at, 10);
    set.setValue('chat', '*', verdictColumn(active, 'pass'), at, at < shadowFrom ? 1 : 9);
    if (at < shadowFrom) continue;
    set.setValue('chat', '*', verdictColumn(shadow, 'judged'), at, 10);
    set.setValue('chat', '*', verdictColumn(shadow, 'pass'), at, 8);
  }
  return set;
}

describe('a shadow beside the active version', () => {
  it('is held against it over the time that both judged, and no longer', () => {
    const from = now - 20 * hour;
    const [pair] = shadowStandings(catalogue, series(from), [], now);
    expect(pair).toMatchObject({
      surface: 'chat',
      from,
      to: now,
      active: { rubric: 'helpfulness@1', judged: 200, passRate: 0.9, calibration: null },
      shadow: { rubric: 'helpfulness@2', model: 'next-model', judged: 200, passRate: 0.8 },
    });
  });

  it('has its own agreement with people beside the other', () => {
    const known = service('shadow', 2_000);
    const batch = { ...drawn(known, 200), fingerprint: judgeFingerprint(shadow) };
    const of = {
      surface: 'chat',
      rubric: { id: shadow.id, version: 2 },
      fingerprint: judgeFingerprint(shadow),
    };
    const made = calibrate({ ...of, passMark: 4, batches: [batch], responses: rated(asked(known, batch)) });
    const pairs = shadowStandings(catalogue, series(now - day), [{ ...made, number: 1, madeAt: now }], now);
    expect(pairs[0]?.shadow.calibration).toMatchObject({ state: 'valid', ratings: 200 });
    const text = describeShadows(pairs);
    expect(text).toMatch(/helpfulness@1 by judge-model: passes 90\.0% of 240; not rated/);
    expect(text).toMatch(
      /helpfulness@2 by next-model: passes 80\.0% of 240; calibration valid, 200 ratings, kappa/,
    );
  });

  it('that has judged nothing says so, and without a shadow nothing is said', () => {
    expect(describeShadows(shadowStandings(catalogue, series(now), [], now))).toContain(
      'has judged nothing yet',
    );
    expect(shadowStandings(testCatalogue({ rubrics: [active] }), series(now), [], now)).toEqual([]);
  });
});
