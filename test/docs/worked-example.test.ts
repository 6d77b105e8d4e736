import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { reportRate } from '#core/slo/rules/reported-rate.ts';
import { judgeThresholds } from '#core/statistics/judge-thresholds.ts';
import { day } from '#core/time.ts';

it('docs/statistics.md says of its worked example what the code says', async () => {
  const population = {
    strata: [
      { judgePass: false, judged: 1_070, rated: 67, passed: 42 },
      { judgePass: true, judged: 8_930, rated: 133, passed: 131 },
    ],
  };
  const rateOf = (good: number) =>
    reportRate(
      { state: 'valid', reason: '', ratings: 200, population },
      { from: 0, to: day, good, total: 10_000 },
    );
  const [steady, moved] = [rateOf(8_930), rateOf(8_200)];
  const thresholds = judgeThresholds(population, 0.92);
  if (steady === null || moved?.basis === undefined || !thresholds.ok)
    throw new Error('the example is not computable');
  const percent = (ratio: number) => `${(100 * ratio).toFixed(1)}%`;
  const interval = ({ value, lower, upper }: typeof steady) =>
    `${percent(value)}, interval ${percent(lower)} to ${percent(upper)}`;
  const text = (await readFile('docs/statistics.md', 'utf8')).replace(/\s+/g, ' ');
  expect(text).toContain(`That is ${interval(steady)}`);
  expect(text).toContain(
    `passes 8,200 of 10,000: ${interval(moved)}; ${percent(moved.basis.steadyJudge ?? 0)} if the judge is as it was, ${percent(moved.basis.steadyShares)} if only the questions changed.`,
  );
  expect(text).toContain(`lies at ${percent(thresholds.page)} (page) and ${percent(thresholds.warn)} (warn)`);
});
