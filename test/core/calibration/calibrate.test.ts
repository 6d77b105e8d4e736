import { describe, expect, it } from 'vitest';
import { measureAgreement, mostDisputed, worstMisses } from '#core/agreement/agreement.ts';
import { peopleVerdict } from '#core/agreement/rated-response.ts';
import { calibrate } from '#core/calibration/calibrate.ts';
import { type Calibration, describeShortfall } from '#core/calibration/calibration.ts';
import { findDrawn, ratedPopulation } from '#core/calibration/rated-population.ts';
import { presentCalibration, stateNow } from '#core/calibration/use-calibration.ts';
import { postStratifiedRate } from '#core/statistics/post-stratified.ts';
import { day } from '#core/time.ts';
import {
  asked,
  drawn,
  judge,
  type Known,
  passMark,
  rated,
  service,
  start,
} from '../../support/rated-responses.ts';

const noWeights = new Map<string, number>();

function calibrateOn(known: readonly Known[], batch = drawn(known, 200)) {
  return calibrate({ ...judge, passMark, batches: [batch], responses: rated(asked(known, batch)) });
}

const healthy = service('healthy', 4_000);

describe('a calibration', () => {
  it('is valid from 200 drawn ratings of a good judge, and its interval holds the true rate', () => {
    const made = calibrateOn(healthy);
    expect(made.state).toBe('valid');
    expect(made.wants).toEqual([]);
    expect(made.ratings).toBe(200);
    expect(made.rate?.lower).toBeLessThan(0.945);
    expect(made.rate?.upper).toBeGreaterThan(0.945);
    expect(made.slope).toBeGreaterThan(0.45);
  });

  it('says how many ratings of which verdict are lacking', () => {
    const batch = drawn(healthy, 200);
    const scores = new Map(healthy.map(({ responseId, score }) => [responseId, score]));
    const failed = batch.responseIds.filter((id) => (scores.get(id) ?? 0) < passMark).slice(0, 40);
    const passed = batch.responseIds.filter((id) => (scores.get(id) ?? 0) >= passMark);
    const some = healthy.filter(
      ({ responseId }) => failed.includes(responseId) || passed.includes(responseId),
    );
    const made = calibrate({ ...judge, passMark, batches: [batch], responses: rated(some) });
    expect(made.state).toBe('missing');
    expect(made.wants.map(describeShortfall)).toEqual(['27 more ratings of judge-failed responses']);
  });

  it('counts no rating that nobody drew', () => {
    const made = calibrate({ ...judge, passMark, batches: [], responses: rated(healthy.slice(0, 300)) });
    expect(made).toMatchObject({ state: 'missing', ratings: 0, wants: [{ kind: 'draw' }] });
    const batch = drawn(healthy, 50);
    const chosen = healthy.filter(({ responseId }) => !batch.responseIds.includes(responseId)).slice(0, 300);
    expect(calibrate({ ...judge, passMark, batches: [batch], responses: rated(chosen) }).ratings).toBe(0);
  });

  it('joins batches of overlapping windows by the chance that each response had in either', () => {
    let covered = 0;
    for (let turn = 0; turn < 60; turn += 1) {
      const known = service(`overlap-${turn}`, 2_000);
      const early = known.slice(0, 1_400);
      const late = known.slice(600);
      const batches = [
        { ...drawn(early, 100, { seed: `a${turn}` }) },
        { ...drawn(late, 160, { seed: `b${turn}`, drawnAt: start + day }), from: late[0]?.at ?? 0 },
      ];
      const made = calibrate({ ...judge, passMark, batches, responses: rated(asked(known, ...batches)) });
      if (made.rate !== undefined && made.rate.lower <= 0.945 && 0.945 <= made.rate.upper) covered += 1;
    }
    expect(covered).toBeGreaterThanOrEqual(53);
  });

  it('stays as it was while people are asked about a warning, and takes their ratings in afterwards', () => {
    const before = drawn(healthy, 200);
    const bad = service('regressed', 1_000, { trueRate: 0.8 }).map((each) => ({
      ...each,
      responseId: `bad-${each.responseId}`,
    }));
    const since = start + 3 * day;
    const late = bad.map((each, index) => ({ ...each, at: since + index }));
    const batch = {
      ...drawn(late, 100, { seed: 'warning', drawnAt: since + day }),
      id: 'warning',
      from: since,
      to: since + day,
      confirms: { slo: 'judge-pass', since, freezes: true },
    };
    const responses = rated([...asked(healthy, before), ...asked(late, batch)]);
    const made = calibrate({ ...judge, passMark, batches: [before, batch], responses });
    expect(made.ratings).toBe(300);
    expect(made.frozen?.ratings).toBe(200);
    expect(made.frozen?.population).toEqual(calibrateOn(healthy, before).population);
    const counts = Object.values(made.confirming?.warning ?? {});
    expect(counts.reduce((sum, { rated: count }) => sum + count, 0)).toBe(100);
    expect(counts.reduce((sum, { failed }) => sum + failed, 0)).toBe(
      asked(late, batch).filter(({ people }) => (people[0] ?? 0) < passMark).length,
    );
    const calibration: Calibration = { ...made, number: 1, madeAt: since + day };
    const present = { rubric: judge.rubric, fingerprint: judge.fingerprint };
    expect(presentCalibration([calibration], { ...present, confirmingSince: since }, since).ratings).toBe(
      200,
    );
    expect(presentCalibration([calibration], present, since).ratings).toBe(300);
    // Nothing was valid at the warning, so nothing has to stay.
    const loose = { ...batch, confirms: { ...batch.confirms, freezes: false } };
    expect(calibrate({ ...judge, passMark, batches: [before, loose], responses }).frozen).toBeUndefined();
    // A later warning freezes what an earlier one, long over, has brought.
    const later = { ...batch, id: 'later', confirms: { ...batch.confirms, since: since + 30 * day } };
    expect(
      calibrate({ ...judge, passMark, batches: [before, batch, later], responses }).frozen?.ratings,
    ).toBe(300);
  });

  it('is none of a judge that has changed since, on whichever surface it was made', () => {
    const calibration: Calibration = { ...calibrateOn(healthy), number: 1, madeAt: start };
    const present = { rubric: judge.rubric, fingerprint: judge.fingerprint };
    expect(stateNow(calibration, present, start + day).state).toBe('valid');
    expect(stateNow(calibration, { ...present, countsFrom: start }, start + day).state).toBe('valid');
    const moved = stateNow(calibration, { ...present, countsFrom: start + day }, start + day);
    expect(moved.state).toBe('invalid');
    expect(moved.reason).toContain('draw and rate responses from 2026-11-04 00:00Z on');
  });

  it('is not moved by batches that nobody has rated', () => {
    const batch = drawn(healthy, 200);
    const bad = service('regressed', 1_000, { trueRate: 0.8 });
    const late = bad.map((each, index) => ({
      ...each,
      responseId: `bad-${index}`,
      at: start + 5 * day + index,
    }));
    const unrated = {
      ...drawn(late, 100, { seed: 'unrated', drawnAt: start + 6 * day }),
      from: start + 5 * day,
      to: start + 6 * day,
    };
    const responses = rated(asked(healthy, batch));
    const made = calibrate({ ...judge, passMark, batches: [batch, unrated], responses });
    expect(made).toEqual(calibrate({ ...judge, passMark, batches: [batch], responses }));
  });

  it('counts no batch of a judge from before it changed, but keeps what people said of a warning', () => {
    const batch = { ...drawn(healthy, 200), confirms: { slo: 'judge-pass', since: start, freezes: false } };
    const responses = rated(asked(healthy, batch));
    const made = calibrate({ ...judge, passMark, batches: [batch], responses, countsFrom: start + day });
    expect(made).toMatchObject({ state: 'missing', ratings: 0 });
    const said = Object.values(made.confirming?.[batch.id] ?? {});
    expect(said.reduce((sum, { rated: count }) => sum + count, 0)).toBe(200);
  });

  it('is the same of the same inputs, in whatever order they come', () => {
    const batch = drawn(healthy, 200);
    const responses = rated(asked(healthy, batch));
    const one = calibrate({ ...judge, passMark, batches: [batch], responses });
    const other = calibrate({ ...judge, passMark, batches: [batch], responses: [...responses].reverse() });
    expect(other.inputs).toBe(one.inputs);
    expect(other.population).toEqual(one.population);
  });
});

describe('edge cases', () => {
  it('all pass: the judge’s specificity cannot be measured, and the calibration is not valid', () => {
    const made = calibrateOn(healthy.map((each) => ({ ...each, people: [5] })));
    expect(made.state).toBe('invalid');
    expect(made.agreement.specificity).toBeNull();
    expect(made.rate?.upper).toBe(1);
  });

  it('all fail: the judge’s sensitivity cannot be measured, and the calibration is not valid', () => {
    const made = calibrateOn(healthy.map((each) => ({ ...each, people: [1] })));
    expect(made.state).toBe('invalid');
    expect(made.agreement.sensitivity).toBeNull();
    expect(made.rate?.lower).toBe(0);
  });

  it('an empty stratum: the rate is [0, 1] and ratings of it are wanted', () => {
    const batch = drawn(healthy, 200);
    const onlyPassed = asked(healthy, batch).filter(({ score }) => score >= passMark);
    const drawnOnes = findDrawn([batch], rated(onlyPassed), passMark);
    expect(postStratifiedRate(ratedPopulation([batch], drawnOnes, passMark), 0.95)).toMatchObject({
      ok: false,
      lower: 0,
      upper: 1,
    });
    const made = calibrate({ ...judge, passMark, batches: [batch], responses: rated(onlyPassed) });
    expect(made.state).not.toBe('valid');
    expect(made.rate).toBeUndefined();
    expect(made.wants[0]).toMatchObject({ kind: 'ratings', verdict: 'failed', more: 67 });
  });

  it('a judge that passes everything has one stratum, and is not valid', () => {
    const made = calibrateOn(healthy.map((each) => ({ ...each, score: 5 })));
    expect(made.state).toBe('invalid');
    expect(made.population?.strata).toHaveLength(1);
  });

  it('one rater: alpha is not computable, all else is', () => {
    const agreement = measureAgreement({
      passMark,
      responses: rated(healthy.slice(0, 100)),
      weights: noWeights,
    });
    expect(agreement.raters).toBe(1);
    expect(agreement.alpha).toMatchObject({ ok: false });
    expect(agreement.kappa.ok).toBe(true);
  });

  it('sensitivity + specificity about 1: a judge that does not tell good from bad is never valid', () => {
    for (let turn = 0; turn < 20; turn += 1) {
      const made = calibrateOn(
        service(`blind-${turn}`, 3_000, { trueRate: 0.7, sensitivity: 0.6, specificity: 0.4 }),
      );
      expect(made.state).toBe('invalid');
      expect(made.reason).toContain('agrees too little');
    }
  });

  it('one rating: every statistic has a value or a reason', () => {
    const made = calibrateOn(healthy, drawn(healthy, 1));
    expect(made).toMatchObject({ state: 'missing', ratings: 1 });
    expect(JSON.stringify(made)).not.toMatch(/NaN|Infinity/);
    expect(made.agreement.spearman).toBeNull();
  });

  it('no response at all', () => {
    const made = calibrate({ ...judge, passMark, batches: [], responses: [] });
    expect(made).toMatchObject({ state: 'missing', reason: 'no ratings yet' });
  });

  it('raters who disagree completely: alpha is under 0, and they are named', () => {
    const known = healthy
      .slice(0, 60)
      .map((each, index) => ({ ...each, people: index % 2 === 0 ? [1, 5] : [5, 1] }));
    const agreement = measureAgreement({ passMark, responses: rated(known), weights: noWeights });
    expect(agreement.alpha.ok && agreement.alpha.estimate).toBeLessThan(0);
    expect(agreement.disputed).toBe(60);
    expect(mostDisputed(rated(known), 3)).toHaveLength(3);
  });

  it('a median between two scores counts as the lower, and is told', () => {
    const [response] = rated([{ responseId: 'r', at: start, score: 4, people: [3, 4], probability: 1 }]);
    if (response === undefined) throw new Error('no response');
    expect(peopleVerdict(response)).toMatchObject({ median: 3.5, score: 3, tied: true, mean: 3.5 });
    expect(measureAgreement({ passMark, responses: [response], weights: noWeights })).toMatchObject({
      ties: 1,
    });
  });

  it('two surfaces of different rates pool by what their responses stand for', () => {
    let covered = 0;
    const rates = { chat: 0.95, search: 0.6 };
    const truth = (rates.chat * 1_000) / 0.05 + (rates.search * 1_000) / 0.5;
    const all = 1_000 / 0.05 + 1_000 / 0.5;
    for (let turn = 0; turn < 60; turn += 1) {
      const chat = service(`chat-${turn}`, 1_000, { trueRate: rates.chat, probability: 0.05 });
      const search = service(`search-${turn}`, 1_000, { trueRate: rates.search, probability: 0.5 });
      const batches = [
        drawn(chat, 100, { seed: `${turn}` }),
        drawn(search, 100, { seed: `${turn}`, surface: 'search' }),
      ] as const;
      const responses = [...rated(asked(chat, batches[0])), ...rated(asked(search, batches[1]), 'search')];
      const population = ratedPopulation(batches, findDrawn(batches, responses, passMark), passMark);
      const rate = postStratifiedRate(population, 0.95);
      if (rate.lower <= truth / all && truth / all <= rate.upper) covered += 1;
    }
    expect(covered).toBeGreaterThanOrEqual(53);
  });

  it('the judge’s worst misses come first, the clearest among them before the disputed', () => {
    const misses = worstMisses(
      rated([
        { responseId: 'fine', at: start, score: 4, people: [4, 4], probability: 1 },
        { responseId: 'disputed', at: start, score: 1, people: [4, 5, 5], probability: 1 },
        { responseId: 'clear', at: start, score: 1, people: [5, 5, 5], probability: 1 },
        { responseId: 'near', at: start, score: 3, people: [4], probability: 1 },
      ]),
      3,
    );
    expect(misses.map(({ response }) => response.responseId)).toEqual(['clear', 'disputed', 'near']);
  });
});
