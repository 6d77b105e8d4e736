import { expect, it } from 'vitest';
import { countOf } from '#core/count-of.ts';

it.each([
  [1, undefined, '1 rating'],
  [0, undefined, '0 ratings'],
  [2, undefined, '2 ratings'],
  [3, 'people', '3 people'],
] as const)('%s of something', (count, many, words) => {
  expect(countOf(count, many === undefined ? 'rating' : 'person', many)).toBe(words);
});
