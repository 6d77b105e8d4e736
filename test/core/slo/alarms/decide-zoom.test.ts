import { describe, expect, it } from 'vitest';
import { bySeverity } from '#core/names.ts';
import { decideZoom, pressureOf, type ZoomedSlo, type ZoomInput } from '#core/slo/alarms/decide-zoom.ts';
import { describeZoom } from '#core/slo/alarms/describe-zoom.ts';
import { readZoomState, type ZoomState } from '#core/slo/alarms/zoom-state.ts';
import { CountSeries } from '#core/slo/rules/count-series.ts';
import { bucketWidth, day, hour, minute } from '#core/time.ts';
import { start } from '../../../support/make-slo.ts';

const now = start + 20 * day + 9 * hour;
const money = { usedUsd: 0, mayUseUsd: 5 };
const usual = { good: 8_900, total: 10_000, days: 20 };

function sloWith(different: Partial<ZoomedSlo>): ZoomedSlo {
  return {
    id: 'judge-pass',
    objective: 0.92,
    judge: 'helpfulness@1#a',
    series: new CountSeries(),
    designEffect: 1,
    readUsual: () => usual,
    pressure: 0.1,
    ...different,
  };
}

const decide = (slo: Partial<ZoomedSlo>, input: Partial<ZoomInput> = {}) =>
  decideZoom({ most: 10, slos: [sloWith(slo)], budget: money, previous: undefined, now, ...input });

describe('the factor of a surface', () => {
  it('is 1 while no page is near, and as much as may be while one is', () => {
    expect(decide({ pressure: 0.4 }).factor).toBe(1);
    expect(decide({ pressure: 0.41 })).toMatchObject({
      factor: 10,
      since: now,
      askedAt: now,
      reason: 'the pressure of judge-pass is 0.41',
    });
    expect(decide({ pressure: undefined }).factor).toBe(1);
  });

  it('is no greater than dispersion lets be of use, as it was measured', () => {
    const factorAt = (designEffect: ZoomedSlo['designEffect'], most = 10) =>
      decide({ pressure: 0.5, designEffect }, { most }).factor;
    expect([1, 1.3, 1.6, 2.2, 3.7, 40].map((each) => factorAt(each))).toEqual([10, 10, 10, 5, 3, 2]);
    expect(factorAt(40, 1.5)).toBe(1.5);
    // More turns of as many conversations would say little, more conversations do: zoomed hours have shown it.
    expect(factorAt({ usual: 3.7, zoomed: { effect: 4, factor: 6 } })).toBe(10);
  });

  it('stays as it is as long as it lasts, and is that of the SLO that can use the most', () => {
    const dispersed = { pressure: 0.5, designEffect: 3.7 };
    const begun = decide(dispersed);
    const both = [sloWith(dispersed), sloWith({ id: 'helpful', pressure: 0.6 })];
    const more = decideZoom({ most: 10, slos: both, budget: money, previous: begun, now: now + minute });
    expect([begun.factor, more.factor]).toEqual([3, 10]);
    const later = decide(dispersed, { previous: more, now: now + 2 * minute });
    expect(later).toMatchObject({ factor: 10, since: now });
    const unpaid = decide({ pressure: 0.5 }, { budget: { ...money, usedUsd: undefined } });
    expect(unpaid.factor).toBe(1);
    expect(decide({ pressure: 0.2 }, { previous: unpaid, now: now + minute }).factor).toBe(10);
  });

  it('is 1 where zooming is switched off, and then nothing is watched', () => {
    expect(decide({ pressure: 3 }, { most: 1 })).toEqual({ factor: 1, usual: {} });
  });

  it('lasts an hour after the last thing that asked for it, and says since when', () => {
    const begun = decide({ pressure: 0.7 });
    const later = (after: number, previous: ZoomState) =>
      decide({ pressure: 0.2 }, { now: now + after, previous });
    const still = later(59 * minute, begun);
    expect(still).toMatchObject({ factor: 10, since: now, askedAt: now, reason: begun.reason });
    const over = later(hour, still);
    expect(over.factor).toBe(1);
    expect(describeZoom(over)).toBeUndefined();
  });

  it('falls to 1 for the rest of the day when its money is used up, and says so', () => {
    const spent = decide({ pressure: 0.9 }, { budget: { usedUsd: 5, mayUseUsd: 5 } });
    expect(spent).toMatchObject({ factor: 1, spentOn: start + 20 * day });
    expect(describeZoom(spent)).toBe(
      'sampled as usual, for zooming has used its share of the spending cap of 2026-01-25, although the pressure of judge-pass is 0.9',
    );
    const tomorrow = decide({ pressure: 0.9 }, { previous: spent, now: now + day });
    expect(tomorrow).toMatchObject({ factor: 10, since: now + day });
  });

  it('is 1 while nobody knows what was spent, or nothing may be', () => {
    expect(decide({ pressure: 0.9 }, { budget: { usedUsd: undefined, mayUseUsd: 5 } }).factor).toBe(1);
    expect(decide({ pressure: 0.9 }, { budget: { usedUsd: 0, mayUseUsd: 0 } }).factor).toBe(1);
  });

  it('asks by the pressure of the page of a calibrated judge, else of its ticket', () => {
    const pressure = bySeverity((severity) => (severity === 'page' ? 0.3 : 0.8));
    const calibration = { state: 'valid', reason: '', ratings: 200 } as const;
    expect(pressureOf({ severities: ['page', 'ticket'] }, { pressure, calibration })).toBe(0.3);
    expect(pressureOf({ severities: ['ticket', 'digest'] }, { pressure, calibration })).toBe(0.8);
    expect(
      pressureOf({ severities: ['page'] }, { pressure, calibration: { ...calibration, state: 'invalid' } }),
    ).toBeUndefined();
  });
});

/** Verdicts of a surface by the bucket; from an hour on it passes less. */
function watch(rates: (at: number) => number, hours: number, readUsual: ZoomedSlo['readUsual']) {
  const series = new CountSeries();
  const states: ZoomState[] = [];
  let previous: ZoomState | undefined;
  for (let at = now; at < now + hours * hour; at += bucketWidth) {
    series.add({ at, good: 10 * rates(at), total: 10 });
    previous = decide({ series, readUsual, pressure: undefined }, { previous, now: at + bucketWidth });
    states.push(previous);
  }
  return states;
}

describe('a judge that passes less than usual', () => {
  it('is looked at more closely, although nobody has rated it', () => {
    const states = watch(
      (at) => (at < now + 3 * hour ? 0.9 : 0.6),
      8,
      () => usual,
    );
    expect(states[30]?.factor).toBe(1);
    expect(states.at(-1)?.factor).toBe(10);
    expect(states.at(-1)?.reason).toMatch(/^the judge passes less in judge-pass than its usual 88\.5% /);
  });

  it('is not while it is as usual, nor before it is known what is usual', () => {
    expect(
      watch(
        () => 0.9,
        8,
        () => usual,
      ).every(({ factor }) => factor === 1),
    ).toBe(true);
    expect(
      watch(
        () => 0.2,
        8,
        () => ({ ...usual, days: 6 }),
      ).every(({ factor }) => factor === 1),
    ).toBe(true);
    expect(
      watch(
        () => 0.2,
        8,
        () => ({ good: 150, total: 199, days: 20 }),
      ).every(({ factor }) => factor === 1),
    ).toBe(true);
  });

  it('does not become usual while it lasts, and is found out anew the day after', () => {
    let asked = 0;
    const readUsual = () => {
      asked += 1;
      return usual;
    };
    watch((at) => (at < now + 3 * hour ? 0.9 : 0.6), 30, readUsual);
    expect(asked).toBe(1);
    watch(() => 0.9, 30, readUsual);
    expect(asked).toBe(3);
  });
});

describe('what is usual', () => {
  const drop = (at: number) => (at < now + 3 * hour ? 0.9 : 0.6);
  const zoomed = watch(drop, 8, () => usual).at(-1);
  const rateAfter = (days: number, slo: Partial<ZoomedSlo>) =>
    decide(
      { pressure: undefined, readUsual: () => ({ good: 6_000, total: 10_000, days: 28 }), ...slo },
      { previous: zoomed, now: now + 8 * hour + days * day },
    ).usual['judge-pass']?.rate ?? 0;

  it('stays what it was while it is not so, for 28 days', () => {
    expect(rateAfter(27, {})).toBeGreaterThan(0.88);
    expect(rateAfter(29, {})).toBeLessThan(0.61);
  });

  it('is of one judge: another begins anew', () => {
    expect(rateAfter(1, { judge: 'helpfulness@2#b' })).toBeLessThan(0.61);
  });
});

describe('a stored zoom', () => {
  it('goes on from what was stored, and anew from what does not fit', () => {
    const state = decide({ pressure: 0.5 });
    expect(readZoomState(JSON.parse(JSON.stringify(state)))).toEqual(state);
    for (const other of [undefined, null, {}, { factor: 0, usual: {} }, 'x'])
      expect(readZoomState(other)).toBeUndefined();
  });
});
