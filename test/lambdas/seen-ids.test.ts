import { expect, it } from 'vitest';
import { SeenIds } from '#lambdas/sampler/seen-ids.ts';

it('one id of several times is noticed, within a surface; the same record again is not', () => {
  const seen = new SeenIds();
  expect(seen.note('chat', 'a', 1)).toBe(false);
  expect(seen.note('chat', 'a', 1)).toBe(false);
  expect(seen.note('search', 'a', 2)).toBe(false);
  expect(seen.note('chat', 'a', 2)).toBe(true);
});

it('is remembered for thousands of ids, and not for ever', () => {
  const seen = new SeenIds();
  seen.note('chat', 'first', 1);
  for (let index = 0; index < 5_000; index += 1) seen.note('chat', `id-${index}`, 1);
  expect(seen.note('chat', 'first', 2)).toBe(true);
  for (let index = 0; index < 20_000; index += 1) seen.note('chat', `other-${index}`, 1);
  expect(seen.note('chat', 'first', 3)).toBe(false);
});
