import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type DetectorState,
  gatherEvidence,
  logLikelihoodRatio,
  meanEvidence,
} from '#core/statistics/detector.ts';
import { createRandom } from '#core/statistics/random.ts';
import {
  firingValue,
  pageThresholdOfKnownRate,
  planRegressionDetector,
  startRegressionDetector,
  stepRegressionDetector,
} from '#core/statistics/regression-detector.ts';

function planFor(objective: number, threshold = objective, watchedTogether = 1) {
  const planned = planRegressionDetector({ objective, threshold, watchedTogether });
  if (!planned.ok) throw new Error(planned.reason);
  return planned.plan;
}

describe('the e-detector', () => {
  it('is that of the formula over twelve batches restarted every third', () => {
    const batches: [number, number][] = [
      [9, 1],
      [8, 2],
      [10, 0],
      [7, 3],
      [6, 4],
      [9, 1],
      [7, 3],
      [6, 4],
      [8, 2],
      [5, 5],
      [7, 3],
      [6, 4],
    ];
    const expected = [
      0.6527215208846224, 0.7553504306285241, 0.394336401670437, 2.8599085887984437, 14.30268919752342,
      7.030775885820981, 18.6860703378265, 113.70175406685507, 118.7106189872971, 2388.1274597621423,
      6806.423646114146, 57452.60057242886,
    ];
    const plan = {
      threshold: 0.8756,
      alternatives: [0.85, 0.8, 0.7],
      weights: [1 / 3, 1 / 3, 1 / 3],
      cap: Number.MAX_VALUE,
    };
    let evidence = [0, 0, 0];
    batches.forEach(([passes, fails], i) => {
      evidence = gatherEvidence(plan, evidence, { passes, fails, restart: i % 3 === 0 });
      expect(meanEvidence(plan, evidence) / (expected[i] ?? 0)).toBeCloseTo(1, 12);
    });
  });

  it('expects no growth at the threshold', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0.05, max: 0.99, noNaN: true }),
        fc.double({ min: 0.01, max: 0.99, noNaN: true }),
        (threshold, part) => {
          const alternative = part * threshold;
          const afterPass = Math.exp(logLikelihoodRatio(alternative, threshold, { passes: 1, fails: 0 }));
          const afterFail = Math.exp(logLikelihoodRatio(alternative, threshold, { passes: 0, fails: 1 }));
          expect(threshold * afterPass + (1 - threshold) * afterFail).toBeCloseTo(1, 9);
        },
      ),
    );
  });

  it('is cut at its cap, and keeps the evidence of an impossible alternative', () => {
    const plan = { threshold: 0.9, alternatives: [0.5, null], weights: [1, 0], cap: 1e5 };
    expect(gatherEvidence(plan, [1, 7], { passes: 0, fails: 1e6, restart: true })).toEqual([1e5, 7]);
  });
});

describe('the plan of a regression detector', () => {
  it('of a known rate watches for five worse rates', () => {
    const { alternatives, weights, cap } = planFor(0.92);
    expect(alternatives).toEqual([0.9, 0.88, 0.85, 0.8, 0.7].map((rate) => expect.closeTo(rate, 12)));
    expect(weights).toEqual([0.2, 0.2, 0.2, 0.2, 0.2]);
    expect(cap).toBe(1e5);
    expect(pageThresholdOfKnownRate(0.92)).toBeCloseTo(0.88, 12);
  });

  it('on the judge’s scale shrinks the distances by the slope', () => {
    const planned = planRegressionDetector({ objective: 0.92, threshold: 0.873, slope: 0.5786 });
    expect(planned.ok && planned.plan.alternatives[0]).toBeCloseTo(0.873 - 0.5786 * 0.02, 12);
  });

  it('leaves out rates of 0 or less, true or watched', () => {
    expect(planFor(0.7).alternatives.filter((rate) => rate === null)).toHaveLength(1);
    const low = planRegressionDetector({ objective: 0.92, threshold: 0.1 });
    expect(low.ok && low.plan.alternatives.filter((rate) => rate === null)).toHaveLength(2);
    expect(low.ok && low.plan.weights.reduce((total, weight) => total + weight, 0)).toBeCloseTo(1, 12);
  });

  it.each([
    ['an objective of 1', { objective: 1, threshold: 1 }],
    ['a threshold below 0', { objective: 0.2, threshold: pageThresholdOfKnownRate(0.2) }],
    ['a judge that says nothing', { objective: 0.92, threshold: 0.9, slope: 0 }],
    ['no possible alternative', { objective: 0.1, threshold: 0.1 }],
  ])('is refused for %s', (_name, input) => {
    expect(planRegressionDetector(input)).toMatchObject({ ok: false, reason: expect.any(String) });
  });

  it('lets one alternative alone fire, however many are watched together', () => {
    for (const watchedTogether of [1, 8, 50, 1000]) {
      expect(planFor(0.92, 0.92, watchedTogether).cap / 5).toBeGreaterThan(firingValue(watchedTogether));
    }
  });
});

describe('a tick of a regression detector', () => {
  const plan = planFor(0.92);
  const start = startRegressionDetector();

  it('without events changes nothing and does not fire', () => {
    const loud: DetectorState = { evidence: [1e5, 1e5, 1e5, 1e5, 1e5], hour: 7, events: 900 };
    const reading = stepRegressionDetector(plan, loud, { hour: 8, passes: 0, fails: 0 });
    expect(reading.state).toBe(loud);
    expect(reading.pressure).toBeGreaterThan(1);
    expect(reading.fires).toBe(false);
  });

  it('adds one restart an hour, however often it is looked at', () => {
    const once = stepRegressionDetector(plan, start, { hour: 7, passes: 40, fails: 8 });
    let state = start;
    for (let tick = 0; tick < 8; tick += 1) {
      state = stepRegressionDetector(plan, state, { hour: 7, passes: 5, fails: 1 }).state;
    }
    expect(state.events).toBe(once.state.events);
    state.evidence.forEach((value, i) => {
      expect(value / (once.state.evidence[i] ?? 0)).toBeCloseTo(1, 10);
    });
  });

  it('adds no restart for a late hour', () => {
    const state: DetectorState = { evidence: [0, 0, 0, 0, 0], hour: 9, events: 100 };
    const late = stepRegressionDetector(plan, state, { hour: 8, passes: 1, fails: 0 });
    expect(late.state).toEqual({ evidence: [0, 0, 0, 0, 0], hour: 9, events: 101 });
  });

  it('does not fire on fewer than 50 events, and fires on more', () => {
    const few = stepRegressionDetector(plan, start, { hour: 1, passes: 0, fails: 49 });
    expect(few.fires).toBe(false);
    expect(few.pressure).toBeCloseTo(0.98, 12);
    const enough = stepRegressionDetector(plan, few.state, { hour: 1, passes: 0, fails: 1 });
    expect(enough).toMatchObject({ fires: true });
    expect(enough.pressure).toBeGreaterThan(1);
  });

  it('has pressure 0 while there is no evidence, and state that survives JSON', () => {
    const reading = stepRegressionDetector(plan, start, { hour: 1, passes: 400, fails: 0 });
    expect(reading.pressure).toBe(0);
    const loud = stepRegressionDetector(plan, start, { hour: 1, passes: 0, fails: 1e7 }).state;
    expect(JSON.parse(JSON.stringify(loud))).toEqual(loud);
  });

  it('clears within hours of recovery from a long regression', () => {
    let state: DetectorState = { evidence: [1e5, 1e5, 1e5, 1e5, 1e5], hour: 0, events: 9000 };
    let hours = 0;
    for (let pressure = 2; pressure >= 0.8; hours += 1) {
      const reading = stepRegressionDetector(plan, state, { hour: hours + 1, passes: 394, fails: 23 });
      state = reading.state;
      pressure = reading.pressure;
    }
    expect(hours).toBeLessThan(24);
  });
});

describe('the regression detector, simulated', () => {
  /** 10 days of 20 ticks a day, 500 judged a day. */
  function firstAlarm(seed: string, rateAt: (hour: number) => number): number | undefined {
    const random = createRandom(seed);
    const plan = planFor(0.92);
    let state = startRegressionDetector();
    for (let hour = 0; hour < 240; hour += 1) {
      const passes = random.binomial(21, rateAt(hour));
      const reading = stepRegressionDetector(plan, state, { hour, passes, fails: 21 - passes });
      if (reading.fires) return hour;
      state = reading.state;
    }
    return undefined;
  }

  it('is quiet at a healthy rate and quick after a drop', () => {
    const runs = 200;
    let falseAlarms = 0;
    const delays: number[] = [];
    for (let run = 0; run < runs; run += 1) {
      if (firstAlarm(`healthy ${run}`, () => 0.945) !== undefined) falseAlarms += 1;
      const alarm = firstAlarm(`drop ${run}`, (hour) => (hour < 48 ? 0.945 : 0.8));
      if (alarm !== undefined && alarm >= 48) delays.push(alarm - 48);
    }
    expect(falseAlarms).toBeLessThanOrEqual(2);
    expect(delays.length).toBeGreaterThan(runs * 0.97);
    const median = delays.sort((a, b) => a - b)[Math.floor(delays.length / 2)];
    expect(median).toBeLessThanOrEqual(7);
  });
});
