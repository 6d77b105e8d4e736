import { expect, it } from 'vitest';
import { endOfWork } from '#lambdas/sampler/sample-batch.ts';

it.each([
  ['ends five seconds before its invocation does', 60_000, 55_000],
  ['has thirty seconds where the time is not known', undefined, 30_000],
  ['has thirty seconds where the time-out is that of a local run', 1_000, 30_000],
])('the work of a batch %s', (_, remainingMs, wanted) => {
  const before = Date.now();
  const left = endOfWork(remainingMs) - before;
  expect(left).toBeGreaterThanOrEqual(wanted);
  expect(left).toBeLessThan(wanted + 5_000);
});
