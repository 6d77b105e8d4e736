import { describe, expect, it } from 'vitest';
import { resolveRow } from '#core/rating/resolve-row.ts';
import type { Rubric } from '#core/rubric/rubric.ts';
import { binaryRubric, testCatalogue, testRubric } from '#test/support/catalogue.ts';
import { readRatings } from '#test/support/read-ratings.ts';

const at = Date.parse('2026-11-20T12:00:00Z');

/** What becomes of scores as they were typed: the score, or the reason against it. */
function resolve(rubric: Rubric, cells: readonly string[]): (number | string)[] {
  const catalogue = testCatalogue({ rubrics: [rubric] });
  const text = ['response_id,rater_id,score', ...cells.map((cell) => `r1,ann,${cell}`)].join('\n');
  const judged = { responseId: 'r1', surface: 'chat', rubric, at, judges: {} };
  return readRatings(text, { uploadedAt: at, pieces: [text] }).entries.map((entry) => {
    if (entry.kind === 'refused') return entry.refusal.reason;
    const outcome = resolveRow(catalogue, entry.row, [judged]);
    return 'reason' in outcome ? outcome.reason : outcome.score;
  });
}

describe('the score of a row', () => {
  it('may be a word where the rubric knows pass and fail alone, and nothing between', () => {
    expect(resolve(binaryRubric(), ['pass', 'FAIL', 'Pass', '5', '1.0', '3', 'good'])).toEqual([
      5,
      1,
      5,
      5,
      1,
      'wanted pass or fail, got 3: this rubric knows nothing between',
      expect.stringContaining('"good"'),
    ]);
  });

  it('is a number where the rubric has five', () => {
    expect(resolve(testRubric(), ['3', 'pass', '5'])).toEqual([
      3,
      'wanted a whole score from 1 to 5, got "pass"',
      5,
    ]);
  });
});

describe('the cell of a criterion', () => {
  it('that is none is refused with what would be one, as a score is', () => {
    const rubric = testRubric();
    const [criterion] = rubric.criteria;
    const id = criterion?.id ?? '';
    const catalogue = testCatalogue({ rubrics: [rubric] });
    const judged = { responseId: 'r1', surface: 'chat', rubric, at, judges: {} };
    const text = `response_id,rater_id,score,${id}\nr1,ann,4,"5,0"`;
    const [entry] = readRatings(text, { uploadedAt: at, pieces: [text] }).entries;
    const outcome = entry?.kind === 'row' ? resolveRow(catalogue, entry.row, [judged]) : undefined;
    expect(outcome).toMatchObject({
      column: id,
      reason: 'wanted a whole score from 1 to 5, got "5,0": write 5',
    });
  });
});
