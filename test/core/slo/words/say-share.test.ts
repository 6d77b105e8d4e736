import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { sayDuration, sayLast, sayRate, sayShare } from '#core/slo/words/say-share.ts';
import { day, hour, minute } from '#core/time.ts';

const words = { one: 'answer', many: 'answers', was: 'was bad', were: 'were bad' };

describe('a share as people say it', () => {
  test.each([
    [0, 'No answer was bad', 'none'],
    [1 / 3, 'One answer in three was bad', 'one in three'],
    [0.292, 'Three answers in ten were bad', 'three in ten'],
    [0.4, 'Two answers in five were bad', 'two in five'],
    [0.055, 'One answer in eighteen was bad', 'one in eighteen'],
    [0.08, 'One answer in twelve was bad', 'one in twelve'],
    [0.0005, 'One answer in 2,000 was bad', 'one in 2,000'],
    [0.95, '95% of answers were bad', '95%'],
    [0.9971, '99.71% of answers were bad', '99.71%'],
    [1, 'All answers were bad', 'all'],
  ])('%d', (share, rate, alone) => {
    expect(sayRate(share, words)).toBe(rate);
    expect(sayShare(share)).toBe(alone);
  });

  test('is never off by more than a tenth of itself, and never says none or all of some', () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-9, max: 1 - 1e-9, noNaN: true }), (share) => {
        const said = sayShare(share);
        expect(said).not.toMatch(/none|all|zero|e-|NaN/);
        expect(Math.abs(readSaid(said) - share)).toBeLessThanOrEqual(0.1 * share);
      }),
    );
  });

  test.each([
    [30 * minute, '30 minutes', 'in the last 30 minutes'],
    [hour, 'one hour', 'in the last hour'],
    [6 * hour, 'six hours', 'in the last six hours'],
    [day, '24 hours', 'in the last 24 hours'],
    [7 * day, 'seven days', 'in the last seven days'],
    [2.5 * hour, '2.5 hours', 'in the last 2.5 hours'],
  ])('%d ms', (width, duration, last) => {
    expect(sayDuration(width)).toBe(duration);
    expect(sayLast(width)).toBe(last);
  });
});

const wordsOfNumbers =
  'zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen twenty'.split(
    ' ',
  );

function readSaid(said: string): number {
  if (said.endsWith('%')) return Number(said.slice(0, -1)) / 100;
  const [few = '', many = ''] = said.split(' in ');
  const read = (word: string) =>
    wordsOfNumbers.includes(word) ? wordsOfNumbers.indexOf(word) : Number(word.replaceAll(',', ''));
  return read(few) / read(many);
}
