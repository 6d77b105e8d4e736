import { describe, expect, it } from 'vitest';
import { isEarlierFingerprint, judgeFingerprint } from '#core/judging/judgement.ts';
import { testRubric } from '#test/support/catalogue.ts';

const rubric = testRubric();

const judge = (rest: object) => ({ ...rubric.judge, ...rest });

describe("the judge's fingerprint", () => {
  it('names model, parameters, limits and prompt template, and not the rubric or its prices', () => {
    expect(judgeFingerprint(rubric)).toMatch(/^[0-9a-f]{12}$/);
    const same = [
      { title: 'Other' },
      { passMark: 2 },
      { judge: judge({ prices: { input: 1, cachedInput: 1, output: 1 } }) },
    ];
    for (const change of same)
      expect(judgeFingerprint({ ...rubric, ...change })).toBe(judgeFingerprint(rubric));
    const other = [
      { model: 'other' },
      { parameters: { seed: 1 } },
      { maxOutputTokens: 99 },
      { maxInputCharacters: 9_999 },
    ];
    for (const change of other)
      expect(judgeFingerprint({ ...rubric, judge: judge(change) })).not.toBe(judgeFingerprint(rubric));
  });

  it('is known again from before Assay was updated, and no other is', () => {
    // As version 1 of the prompt made it.
    const before = '4653c873cb4b';
    expect(isEarlierFingerprint(rubric, before)).toBe(true);
    expect(isEarlierFingerprint(rubric, judgeFingerprint(rubric))).toBe(false);
    expect(isEarlierFingerprint({ ...rubric, judge: judge({ model: 'other' }) }, before)).toBe(false);
  });
});
