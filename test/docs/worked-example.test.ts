import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { judgeThresholds } from '#core/statistics/judge-thresholds.ts';
import { postStratifiedRate } from '#core/statistics/post-stratified.ts';

it('docs/statistics.md says of its worked example what the code says', async () => {
  const population = {
    strata: [
      { judgePass: false, judged: 1_070, rated: 100, passed: 62 },
      { judgePass: true, judged: 8_930, rated: 100, passed: 99 },
    ],
  };
  const rate = postStratifiedRate(population, 0.95);
  const thresholds = judgeThresholds(population, 0.92);
  if (!rate.ok || !thresholds.ok) throw new Error('the example is not computable');
  const percent = (ratio: number) => `${(100 * ratio).toFixed(1)}%`;
  const text = (await readFile('docs/statistics.md', 'utf8')).replace(/\s+/g, ' ');
  expect(text).toContain(
    `= ${percent(rate.estimate)}, interval ${percent(rate.lower)} to ${percent(rate.upper)}`,
  );
  expect(text).toContain(`lies at ${percent(thresholds.page)} (page) and ${percent(thresholds.warn)} (warn)`);
});
