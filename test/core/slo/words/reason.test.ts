import { describe, expect, test } from 'vitest';
import { addToReason, joinReason, splitReason } from '#core/slo/words/reason.ts';

describe('a stored reason', () => {
  test('is a plain sentence and its statistics on a line of their own', () => {
    const reason = { plain: 'One answer in three was bad.', statistics: '30 of 90 were bad.' };
    expect(joinReason(reason)).toBe('One answer in three was bad.\n30 of 90 were bad.');
    expect(splitReason(joinReason(reason))).toEqual(reason);
    expect(joinReason({ ...reason, statistics: '' })).toBe(reason.plain);
  });

  test('of before still reads, and takes more', () => {
    const old = 'Sustained drop of good responses; evidence M = 3,120.';
    expect(splitReason(old)).toEqual({ plain: old, statistics: '' });
    expect(addToReason(old, { statistics: 'A note.' })).toBe(`${old}\nA note.`);
    expect(addToReason('One.\nTwo.', { plain: 'More.' })).toBe('One. More.\nTwo.');
  });
});
