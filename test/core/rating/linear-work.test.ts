import { describe, expect, it } from 'vitest';
import { RatingFileSurvey } from '#core/rating/rating-survey.ts';

const head = 'response_id,rater_id,score\n';

/** Files that grow by a number. */
const files: Readonly<Record<string, (size: number) => string>> = {
  rows: (size) => head + 'r1,ann,4\n'.repeat(size / 8),
  columns: (size) => `response_id,${'c1,'.repeat(size / 3)}\nr1,4\n`,
  'nothing but commas': (size) => head + ','.repeat(size),
  'a record of many lines': (size) => `${head}"${'words\n'.repeat(size / 6)}",ann,4\n`,
  'one quote and no other': (size) => `${head}"${'x,'.repeat(size / 2)}`,
  'a quote on each line': (size) => head + '"a\n'.repeat(size / 3),
  'doubled quotes': (size) => `${head}"${'""'.repeat(size / 2)}`,
  'lists in lists': (size) =>
    `{"response_id":"a","rater_id":"x","score":${'['.repeat(size / 2)}${']'.repeat(size / 2)}}\n`,
  'objects in objects': (size) => `{"a":${'{"a":'.repeat(size / 6)}1${'}'.repeat(size / 6)}}\n`,
  'a line without end': (size) => `{"a":"${'x'.repeat(size)}`,
  'a list of objects': (size) => `[${'{"response_id":"r","rater_id":"a","score":4},'.repeat(size / 45)}{}]`,
};

/** Characters that are looked at in a text that comes in pieces of a size. */
function looksAt(text: string, piece = 1_000): number {
  const survey = new RatingFileSurvey(new Set());
  for (let from = 0; from < text.length; from += piece) survey.push(text.slice(from, from + piece));
  survey.end();
  return survey.scanned;
}

describe('the work of a ratings file', () => {
  it.each(Object.entries(files))('grows as the file does: %s', (_, make) => {
    const [one, two, four] = [120_000, 240_000, 480_000].map((size) => looksAt(make(size)));
    // What does not end yet is looked at again when there is twice as much of it.
    expect(two).toBeLessThanOrEqual(2.2 * (one ?? 0));
    expect(four).toBeLessThanOrEqual(2.2 * (two ?? 0));
    expect(four).toBeLessThanOrEqual(4 * 480_000 + 1_000);
  });

  it('is bounded where one record has no end', () => {
    for (const make of [
      files['one quote and no other'],
      files['nothing but commas'],
      files['a line without end'],
    ])
      expect(looksAt(make?.(6_000_000) ?? '', 64_000)).toBeLessThan(4 * 6_000_000);
  });
});
