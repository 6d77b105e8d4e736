import { describe, expect, it } from 'vitest';
import { SloMeasurer } from '#core/series/measure-slo.ts';
import { SeriesSet } from '#core/series/series-set.ts';
import { type JudgementCount, VerdictSums, verdictColumn } from '#core/series/verdict-sums.ts';
import { usualCount, weighedVerdicts } from '#core/series/weighed-verdicts.ts';
import { baselinePeriod } from '#core/slo/alarms/baseline.ts';
import { readRates } from '#core/slo/rules/read-rates.ts';
import { createRandom } from '#core/statistics/random.ts';
import { bucketWidth, day, floorTo, hour } from '#core/time.ts';
import { testRubric } from '../../support/catalogue.ts';
import { makeJudgeSlo, start } from '../../support/make-slo.ts';

const rubric = testRubric();
const slo = makeJudgeSlo();
const now = start + day;
const stretch = { surface: 'chat', rubric, from: start, to: now };

function judgementAt(at: number, pass: boolean, zoom?: number): JudgementCount {
  return { at, state: 'judged', score: pass ? 5 : 2, pass, cohort: 'eu', release: undefined, zoom };
}

function seriesOf(judgements: readonly JudgementCount[]): SeriesSet {
  const sums = new VerdictSums(rubric);
  for (const judgement of judgements) sums.add(judgement);
  const series = new SeriesSet();
  for (const [slice, columns] of sums.slices)
    for (const [name, values] of columns)
      for (const [bucket, value] of values) series.setValue('chat', slice, name, bucket, value);
  return series;
}

function rawOf(series: SeriesSet) {
  const measurement = new SloMeasurer(series).measure(slo, rubric, now, baselinePeriod(slo, undefined, now));
  return readRates({ slo, measurement, now }).raw;
}

/** A day of even traffic that was well for 18 hours and then was not, and was sampled ten times as much from then on. */
const wellFor = 18 * hour;
const [well, ill] = [0.9, 0.6];
const truth = (18 * well + 6 * ill) / 24;

function drawDay(seed: number): JudgementCount[] {
  const random = createRandom(seed);
  const judgements: JudgementCount[] = [];
  for (let at = start; at < now; at += hour) {
    const isZoomed = at >= start + wellFor;
    // Six responses are judged in an hour at the usual rate, out of 600 at a rate of 1%.
    const count = random.binomial(600, isZoomed ? 0.1 : 0.01);
    for (let index = 0; index < count; index += 1)
      judgements.push(judgementAt(at, random.chance(isZoomed ? ill : well), isZoomed ? 10 : undefined));
  }
  return judgements;
}

describe('1,000 windows of which a part was zoomed', () => {
  const days = Array.from({ length: 1_000 }, (_, seed) => drawDay(seed));
  const found = days.map((judgements) => {
    const series = seriesOf(judgements);
    return { raw: rawOf(series), evidence: weighedVerdicts(series, stretch), judged: judgements.length };
  });
  const mean = (values: readonly number[]) => values.reduce((sum, each) => sum + each, 0) / values.length;

  it('show on average the rate of the traffic, not of what was judged', () => {
    const values = found.map(({ raw }) => raw.value ?? 0);
    const error = Math.sqrt(mean(values.map((value) => (value - mean(values)) ** 2)) / values.length);
    expect(Math.abs(mean(values) - truth)).toBeLessThan(3 * error);
    expect(error).toBeLessThan(0.0015);
    const unweighted = mean(
      days.map((each) => each.filter(({ pass }) => pass === true).length / each.length),
    );
    expect(unweighted).toBeLessThan(truth - 0.1);
  });

  it('count as many responses as were judged, and no more independent ones than their rate varies by', () => {
    for (const { raw, judged } of found) expect(raw.total).toBe(judged);
    const size = mean(found.map(({ evidence }) => evidence.total));
    const variance = mean(found.map(({ raw }) => ((raw.value ?? 0) - truth) ** 2));
    // Kish's size takes all for alike; that the hours differ leaves the rate surer.
    expect(variance).toBeLessThan((1.05 * truth * (1 - truth)) / size);
    expect(size).toBeLessThan(mean(found.map(({ judged }) => judged)) / 1.5);
  });
});

describe('columns of zoomed verdicts', () => {
  const at = floorTo(start + hour, bucketWidth);
  const series = seriesOf([
    judgementAt(at, true),
    judgementAt(at, true, 10),
    judgementAt(at, false, 10),
    { ...judgementAt(at, false, 10), state: 'shed', score: undefined, pass: undefined },
  ]);

  it('hold each verdict, and beside it what it counts for less, in every slice', () => {
    for (const slice of ['*', 'c:eu'] as const) {
      const value = (what: Parameters<typeof verdictColumn>[1]) =>
        series.column('chat', slice, verdictColumn(rubric, what)).get(at);
      expect([value('judged'), value('pass'), value('shed')]).toEqual([3, 2, 1]);
      expect(value('less:judged')).toBeCloseTo(1.8, 12);
      expect(value('less:pass')).toBeCloseTo(0.9, 12);
      expect(value('less:shed')).toBeCloseTo(0.9, 12);
      expect(value('less2:judged')).toBeCloseTo(1.98, 12);
    }
    expect(usualCount(series, stretch, 'judged')).toBeCloseTo(1.2, 12);
    expect(usualCount(series, stretch, 'score5')).toBeCloseTo(1.1, 12);
  });

  it('are none where nothing was zoomed, as in what was stored before: each counts for one', () => {
    const plain = seriesOf([judgementAt(at, true), judgementAt(at, false)]);
    const names = [...(plain.slices('chat').get('*')?.keys() ?? [])];
    expect(names.filter((name) => name.includes('less'))).toEqual([]);
    expect(rawOf(plain)).toEqual({ value: 0.5, good: 1, total: 2 });
  });

  it('weigh the same after a day was packed, and folded', () => {
    const before = weighedVerdicts(series, stretch);
    for (const foldedBefore of [0, now]) {
      const read = new SeriesSet();
      read.unpackDay('chat', '*', '2026-01-05', series.packDay('chat', '*', start), { foldedBefore });
      const after = weighedVerdicts(read, stretch);
      expect(after.total).toBeCloseTo(before.total, 9);
      expect(after.good).toBeCloseTo(before.good, 9);
    }
  });
});
