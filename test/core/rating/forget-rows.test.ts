import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { csvLine } from '#core/rating/csv-writer.ts';
import { forgetRows } from '#core/rating/forget-rows.ts';
import { readRatings } from '#test/support/read-ratings.ts';

const ids = new Set(['r1']);
const keep = { scores: false };
const rewritten = (text: string, options = keep) => {
  const forgetting = forgetRows(text, ids, options);
  return forgetting.kind === 'rewritten' ? forgetting.text.replace('\uFEFF', '') : forgetting.kind;
};

const head = 'response_id,rater_id,score,rated_at,note,rubric,batch,conversation,context,response,helps';

describe('a ratings file of which a response is forgotten', () => {
  it.each([
    [
      'what was drawn and filled in',
      `${head}\nr1,cy,4,2026-11-03,"said ""x""",h@1,b-1,"user: a\nb",c,d,5\nr2,cy,2,,n,h@1,b-1,q,c,a,\n`,
      `${head}\r\nr1,cy,4,2026-11-03,,h@1,b-1,,,,5\r\nr2,cy,2,,n,h@1,b-1,q,c,a,\r\n`,
    ],
    [
      'words in a column that is not for them',
      'response_id,rater_id,score,rated_at,mood\nr1,cy,words,some day,words\n',
      'response_id,rater_id,score,rated_at,mood\r\nr1,cy,,,\r\n',
    ],
    [
      'semicolons, and more cells than the head has',
      'response_id;rater_id;score\nr1;cy;4;words\nr2;cy;3\n',
      'response_id,rater_id,score\r\nr1,cy,4,\r\nr2,cy,3\r\n',
    ],
    [
      'a column for each rater',
      'response_id,ann,bob,response\nr1,4,pass,words\n',
      'response_id,ann,bob,response\r\nr1,4,pass,\r\n',
    ],
    [
      'lines of JSON',
      '{"response_id":"r1","rater_id":"cy","score":4,"note":"words","criteria":{"a":5,"b":"words"}}\n{"response_id":"r2","note":"n"}\n',
      '{"response_id":"r1","rater_id":"cy","score":4,"criteria":{"a":5}}\n{"response_id":"r2","note":"n"}\n',
    ],
  ])('loses its words: %s', (_, text, wanted) => {
    expect(rewritten(text)).toBe(wanted);
  });

  it('loses its rows where scores go too', () => {
    expect(rewritten(`${head}\nr1,cy,4\nr2,cy,3\n`, { scores: true })).toBe(`${head}\r\nr2,cy,3\r\n`);
    expect(rewritten('{"response_id":"r1","score":4}\n{"response_id":"r2"}\n', { scores: true })).toBe(
      '{"response_id":"r2"}\n',
    );
  });

  it.each([
    ['a quote that nobody closes', 'response_id,rater_id,score,note\nr2,cy,4,n\nr1,cy,4,"words\nmore\n'],
    ['no column of ids', 'id,score\nr1,4\n'],
    ['a line that is no object', '{"response_id":"r2"}\n["r1", "words"]\n'],
  ])('cannot be told apart: %s', (_, text) => {
    expect(rewritten(text)).toBe('unreadable');
    expect(rewritten(text.replaceAll('r1', 'r7'))).toBe('untouched');
  });

  it('is left alone where nothing of it is there, or nothing is left', () => {
    expect(rewritten('')).toBe('untouched');
    expect(rewritten(`${head}\nr10,cy,4,,"about r1",h@1,b,q,c,a,\n`)).toBe('untouched');
    expect(rewritten(`${head}\nr1,cy,4,,,h@1,b-1,,,,\n`)).toBe('untouched');
  });

  it('keeps every rating as it reads, and is done after one time', () => {
    const cell = fc.string({ unit: 'binary', maxLength: 12 }).filter((text) => !text.includes('\u0000'));
    const row = fc.tuple(fc.constantFrom('r1', 'r2'), fc.integer({ min: 1, max: 5 }), cell, cell);
    const ratings = (text: string) =>
      readRatings(text, { uploadedAt: 0 }).entries.map((entry) =>
        entry.kind === 'row'
          ? [entry.row.responseId, entry.row.score, entry.row.responseId === 'r2' && entry.row.note]
          : entry,
      );
    fc.assert(
      fc.property(fc.array(row, { maxLength: 6 }), (rows) => {
        const text = [
          'response_id,rater_id,score,note,response\r\n',
          ...rows.map(
            ([id, score, note, words], index) => `${csvLine([id, `a${index}`, score, note, words])}\r\n`,
          ),
        ].join('');
        const forgetting = forgetRows(text, ids, keep);
        if (forgetting.kind !== 'rewritten') return;
        expect(ratings(forgetting.text)).toEqual(ratings(text));
        expect(forgetRows(forgetting.text, ids, keep)).toEqual({ kind: 'untouched' });
      }),
    );
  });
});
