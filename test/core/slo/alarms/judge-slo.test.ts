import { describe, expect, test } from 'vitest';
import { judgeScale } from '#core/slo/rules/judge-scale.ts';
import type { SloCalibration } from '#core/slo/rules/slo-calibration.ts';
import type { SloContext } from '#core/slo/rules/slo-context.ts';
import { hour } from '#core/time.ts';
import { makeCalibration, makeJudgeSlo, makeSeries, replay, start } from '../../../support/make-slo.ts';

const slo = makeJudgeSlo({ severities: ['page', 'ticket'] });
/** A healthy service (94.5%) by a judge of .93/.75, and one at 75%. */
const healthy = { good: 44.63, total: 50 };
const dropped = { good: 38, total: 50 };
const at = (hours: number) => start + hours * hour;
const bumped: SloCalibration = { state: 'missing', reason: 'version 2 has no ratings; rate 200', ratings: 0 };

describe("an SLO on a judge's word", () => {
  test('is healthy at a raw rate of 89.3% against 92%', () => {
    const { progress, last } = replay({
      slo,
      series: makeSeries({ lasts: 96, ...healthy }),
      calibration: makeCalibration(),
      to: 96,
    });
    expect(progress).toEqual([]);
    expect(last.evaluation.raw.value).toBeCloseTo(0.8926, 4);
    expect(last.evaluation.calibrated?.value).toBeCloseTo(0.941, 2);
    expect(last.evaluation.calibrated?.lower).toBeLessThan(0.92);
    expect(last.evaluation.budgetLeft).toBeGreaterThan(0.2);
    expect(last.reason()).toMatch(/which people would call 94\.\d%/);
  });

  test('pages after a true drop', () => {
    const series = makeSeries({ lasts: 24, ...healthy }, { lasts: 24, ...dropped });
    const { progress, transitions } = replay({ slo, series, calibration: makeCalibration(), to: 48 });
    expect(progress.some((step) => step.startsWith('page ALARM 2'))).toBe(true);
    expect(transitions[0]?.reason).toMatch(/on the judge's scale, for the objective of 92%/);
  });

  test('has detectors on the thresholds of its calibration', () => {
    const calibration = makeCalibration();
    const scale = judgeScale(calibration, 0.92);
    const { last } = replay({ slo, series: makeSeries({ lasts: 2, ...healthy }), calibration, to: 2 });
    expect(last.evaluation.detectors.page?.threshold).toBe(scale?.page);
    expect(last.evaluation.detectors.warn?.threshold).toBe(scale?.warn);
    expect(scale?.page ?? 1).toBeLessThan(scale?.warn ?? 0);
  });

  test('widens its interval by what has no verdict', () => {
    const run = (unjudgeableShare: number) =>
      replay({
        slo,
        series: makeSeries({ lasts: 24, ...healthy }),
        calibration: makeCalibration(),
        from: 23,
        to: 24,
        context: () => ({ unjudgeableShare }),
      }).last.evaluation.calibrated;
    expect(run(0.02)?.lower).toBeCloseTo((run(0)?.lower ?? 0) * 0.98, 9);
    expect(run(0.02)?.upper).toBeCloseTo((run(0)?.upper ?? 0) * 0.98 + 0.02, 9);
  });
});

describe('without a valid calibration', () => {
  const states: readonly SloCalibration[] = [
    bumped,
    makeCalibration({ state: 'stale', reason: 'older than 30 days' }),
    makeCalibration({ state: 'invalid', reason: 'the returned model changed' }),
  ];

  test.each(states)(
    '$state: nothing over a ticket starts, on raw rates, and it is labelled',
    (calibration) => {
      const { progress, last, transitions } = replay({
        slo,
        series: makeSeries({ lasts: 24, ...dropped }),
        calibration,
        to: 24,
      });
      expect(progress).toHaveLength(1);
      expect(progress[0]).toMatch(/^ticket ALARM/);
      expect(transitions[0]?.reason).toMatch(/Uncalibrated: these are the judge's own rates/);
      expect(last.evaluation).toMatchObject({ calibrated: null, calibration: { state: calibration.state } });
      expect(last.evaluation.held.page).toContain(
        `the calibration is ${calibration.state} (${calibration.reason})`,
      );
      expect(last.evaluation.detectors).toEqual({});
      expect(last.reason()).toContain(`Uncalibrated (${calibration.state}: ${calibration.reason})`);
    },
  );

  test('a calibration that was never given is missing', () => {
    const { last } = replay({ slo, series: makeSeries({ lasts: 2, ...healthy }), to: 2 });
    expect(last.evaluation.calibration).toEqual({ state: 'missing', reason: 'no ratings yet', ratings: 0 });
  });

  test('a rubric bump clears no standing page, and starts none until it is calibrated', () => {
    const series = makeSeries(
      { lasts: 24, ...healthy },
      { lasts: 24, ...dropped },
      { lasts: 24, ...healthy },
    );
    const usual = makeCalibration();
    const { transitions } = replay({
      slo,
      series,
      to: 72,
      calibration: (now) => (now > at(36) && now < at(70) ? bumped : usual),
    });
    const pages = transitions.filter(({ severity }) => severity === 'page');
    expect(pages.map(({ to }) => to)).toEqual(['ALARM', 'OK']);
    expect(pages[1]?.at).toBeGreaterThan(at(70));
  });

  test('evidence waits, and goes on with the new calibration', () => {
    const series = makeSeries(
      { lasts: 24, ...healthy },
      { lasts: 0.5, ...dropped },
      { lasts: 24, ...healthy },
    );
    const before = replay({ slo, series, calibration: makeCalibration(), to: 24.5 }).last;
    const between = replay({
      slo,
      series,
      calibration: bumped,
      from: 24.5,
      to: 40,
      previous: before.state,
    }).last;
    expect(between.state.memory.detectors).toEqual(before.state.memory.detectors);
    const after = replay({
      slo,
      series,
      calibration: makeCalibration(),
      from: 40,
      to: 40.1,
      previous: between.state,
    }).last;
    const events = (outcome: typeof after) => outcome.state.memory.detectors.warn?.events ?? 0;
    expect(events(after) - events(before)).toBeCloseTo(50, 6);
  });

  test('more than 2% without a verdict hold it likewise', () => {
    const series = makeSeries({ lasts: 24, ...healthy }, { lasts: 24, ...dropped });
    const run = (unjudgeableShare: number) =>
      replay({ slo, series, calibration: makeCalibration(), to: 48, context: () => ({ unjudgeableShare }) });
    expect(run(0.02).progress.some((step) => step.startsWith('page'))).toBe(true);
    expect(run(0.021).progress.every((step) => step.startsWith('ticket'))).toBe(true);
    expect(run(0.05).last.evaluation.held.page).toBe(
      '5% of the sampled responses have no verdict; at most 2% may',
    );
  });
});

describe('the anchor set and people', () => {
  const series = makeSeries({ lasts: 24, ...healthy }, { lasts: 24, ...dropped });
  const run = (
    context: (now: number) => SloContext,
    calibration: SloCalibration | undefined = makeCalibration(),
  ) => replay({ slo, series, calibration, to: 30, context });
  const firstPage = ({ transitions }: ReturnType<typeof run>) =>
    transitions.find(({ severity, to }) => severity === 'page' && to === 'ALARM')?.at;
  const plain = firstPage(run(() => ({})));
  const warned = run(() => ({})).transitions[0]?.at ?? 0;

  test('a warning asks for the anchors at once', () => {
    const { last } = replay({
      slo,
      series,
      calibration: makeCalibration(),
      to: (warned - start) / hour,
      context: () => ({ anchors: { state: 'pending' } }),
    });
    expect(last.evaluation.needsAnchors).toBe(true);
    expect(last.state.warnedAt).toBe(warned);
  });

  test('the page waits for them half an hour at most', () => {
    expect(firstPage(run(() => ({ anchors: { state: 'pending' } })))).toBe(
      Math.max(plain ?? 0, warned + hour / 2),
    );
  });

  test('the page goes out once they are steady', () => {
    expect(
      firstPage(
        run((now) => ({ anchors: now > warned ? { state: 'steady', at: warned } : { state: 'pending' } })),
      ),
    ).toBe(plain);
  });

  test('the page goes out once they have answered, though they cannot tell', () => {
    expect(
      firstPage(
        run((now) => ({
          anchors: now > warned ? { state: 'cannot tell', at: warned } : { state: 'pending' },
        })),
      ),
    ).toBe(plain);
  });

  test('a result from before the warning does not count', () => {
    expect(firstPage(run(() => ({ anchors: { state: 'steady', at: at(1) } })))).toBe(warned + hour / 2);
  });

  test('a judge that moved pages nobody', () => {
    const { transitions, last } = run((now) => ({
      anchors: now >= warned ? { state: 'moved', at: warned } : { state: 'pending' },
    }));
    expect(transitions.every(({ severity }) => severity === 'ticket')).toBe(true);
    expect(last.evaluation.held.page).toMatch(/it moved, the product perhaps not/);
  });

  test.each([
    { doubt: 'no valid calibration', calibration: bumped, context: {} },
    {
      doubt: 'a judge that moved',
      calibration: makeCalibration(),
      context: { anchors: { state: 'moved', at: at(40) } as const },
    },
    { doubt: 'many unjudgeable', calibration: makeCalibration(), context: { unjudgeableShare: 0.3 } },
  ])('a breach that people confirm pages in spite of $doubt', ({ calibration, context }) => {
    const run100 = (evidence: number) =>
      run(
        (now) => (now >= at(26) ? { ...context, confirmation: { evidence, ratings: 120 } } : context),
        calibration,
      ).transitions.find(({ severity }) => severity === 'page');
    expect(run100(99)).toBeUndefined();
    const page = run100(140);
    expect(page).toMatchObject({ at: at(26), to: 'ALARM' });
    expect(page?.reason).toMatch(
      /^People who rated .* confirm it: too many are bad\.\n120 ratings since the warning make evidence E = 140; 100 confirms\.|Burn is corrected|Evidence M =/,
    );
  });

  test('a page that people confirmed clears with the warning, though nobody has calibrated the judge', () => {
    // An uncalibrated judge of a service that is well over the objective even on its raw rates, but for a day.
    const well = { good: 49, total: 50 };
    const { progress, last } = replay({
      slo,
      series: makeSeries({ lasts: 24, ...well }, { lasts: 24, ...dropped }, { lasts: 72, ...well }),
      calibration: bumped,
      to: 120,
      context: (now) => (now >= at(26) ? { confirmation: { evidence: 5_000, ratings: 100 } } : {}),
    });
    expect(progress.filter((step) => step.startsWith('page'))).toEqual([
      expect.stringMatching(/^page ALARM/),
      expect.stringMatching(/^page OK (?:4[89]|[5-7]\d)/),
    ]);
    expect(last.reason()).not.toMatch(/Not calibrated/);
  });

  test('of a page that people confirmed no sentence says that nothing over a ticket starts', () => {
    const { last } = run(
      (now) => (now >= at(26) ? { confirmation: { evidence: 5_000, ratings: 100 } } : {}),
      bumped,
    );
    expect(last.reason()).toMatch(/\nPage: 100 ratings since/);
    expect(last.reason()).not.toContain('nothing over a ticket');
  });

  test('what a page told of stands as no digest after it, and prolongs no warning', () => {
    const wide = makeJudgeSlo({ severities: ['page', 'ticket', 'digest'] });
    const { last } = replay({
      slo: wide,
      series: makeSeries({ lasts: 24, ...healthy }, { lasts: 30, ...dropped }, { lasts: 60, ...healthy }),
      calibration: makeCalibration(),
      to: 114,
    });
    expect(last.state.alarms.digest?.raisedAt).toBeUndefined();
    expect(last.state.warnedAt).toBeUndefined();
  });
});
