import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CsvReader } from '#core/rating/csv-reader.ts';
import { csvLine, plainCell } from '#core/rating/csv-writer.ts';
import { readRatings } from '#test/support/read-ratings.ts';

const uploadedAt = Date.parse('2026-11-20T12:00:00Z');

const read = (text: string, pieces = [text]) => readRatings(text, { uploadedAt, pieces });

const ratings = (text: string) =>
  read(text).entries.flatMap((entry) =>
    entry.kind === 'row' ? [[entry.row.responseId, entry.row.raterId, entry.row.score]] : [],
  );

const refusals = (text: string) =>
  read(text).entries.flatMap((entry) =>
    entry.kind === 'refused' ? [[entry.refusal.line, entry.refusal.column, entry.refusal.reason]] : [],
  );

describe('a ratings file', () => {
  it('is read with a row for each rating, whatever the order and case of its columns', () => {
    expect(ratings('rater_id,score,response_id\nann,4,r1\nbob,5,r1\n')).toEqual([
      ['r1', 'ann', 4],
      ['r1', 'bob', 5],
    ]);
    expect(ratings('Response ID;Rater-ID;Score\r\nr1;ann;4.0\r\n')).toEqual([['r1', 'ann', 4]]);
    expect(ratings('\uFEFFresponse_id\trater_id\tscore\nr1\tann\t1')).toEqual([['r1', 'ann', 1]]);
  });

  it('is read with a column for each rater, empty cells being no ratings', () => {
    const text = 'response_id,ann,bob\nr1,4,5\nr2,,3\n';
    expect(read(text).form).toBe('wide csv');
    expect(ratings(text)).toEqual([
      ['r1', 'ann', 4],
      ['r1', 'bob', 5],
      ['r2', 'bob', 3],
    ]);
  });

  it('is read as JSON lines, criteria inside or beside', () => {
    const text =
      '{"response_id":"r1","rater_id":"ann","score":4,"rated_at":"2026-11-20T10:00:00+01:00"}\n\n{"responseId":"r2","raterId":"bob","criteria":{"helps":5}}';
    const { form, entries } = read(text);
    expect(form).toBe('json lines');
    expect(entries).toMatchObject([
      { row: { line: 1, responseId: 'r1', score: 4, ratedAt: Date.parse('2026-11-20T09:00:00Z') } },
      { row: { line: 3, responseId: 'r2', score: undefined, criteria: { helps: '5' } } },
    ]);
  });

  it('says of each refused row its line, its column and what was wanted', () => {
    const text = [
      'response_id,rater_id,score,rated_at,note',
      'r1,ann,6,,',
      ',ann,4,,',
      'r3,,4,,',
      'r4,ann,3.5,,',
      'r5,ann,,,"two',
      'lines"',
      'r6,ann,4,3/11/2026,',
      'r7,ann,4,2031-01-01,',
      'r8,ann,4,2026-11-20T10:00:00Z,fine',
      'r#9,ann,4,,',
    ].join('\n');
    expect(refusals(text)).toEqual([
      [2, 'score', 'wanted a whole score from 1 to 5, got "6"'],
      [3, 'response_id', 'is empty'],
      [4, 'rater_id', 'is empty'],
      [5, 'score', 'wanted a whole score from 1 to 5, got "3.5"'],
      [6, 'score', 'is empty: not rated'],
      [8, 'rated_at', 'wanted a time such as 2026-11-03T09:30:00Z (or no time at all), got "3/11/2026"'],
      [9, 'rated_at', 'lies after the upload (2026-11-20T12:00:00.000Z)'],
      [11, 'response_id', 'wanted an id of at most 200 characters without control characters or "#"'],
    ]);
    expect(ratings(text)).toEqual([['r8', 'ann', 4]]);
  });

  it('keeps the good rows after a quote that nobody closes', () => {
    const text = 'response_id,rater_id,score\nr1,ann,4\n"r2,ann,4\nr3,ann,5\n';
    expect(ratings(text)).toEqual([
      ['r1', 'ann', 4],
      ['r3', 'ann', 5],
    ]);
    expect(refusals(text)).toEqual([[3, '', expect.stringContaining('closing quote')]]);
  });

  it.each([
    ['', []],
    ['id,who,score\n1,2,3\n', ['has no column response_id']],
    ['response_id,score\nr1,3\n', ['has scores but no column rater_id']],
    ['response_id\nr1\n', ['has no column score']],
    ['response_id,rater_id,score,score\nr1,a,1,2\n', ['twice']],
    ['[{"response_id":"r1"}]', ['has no column rater_id']],
    ['[1]', ['wanted a list of objects']],
    ['"r1\n', ['closing quote']],
  ])('that is none (%j) is refused once, with what was wanted', (text, reasons) => {
    const found = refusals(text);
    expect(found).toHaveLength(reasons.length);
    for (const [index, reason] of reasons.entries()) expect(found[index]?.[2]).toContain(reason);
  });

  it('never quotes more than a word of a cell, for a note may stand in the wrong column', () => {
    const [, , reason] = refusals(`response_id,rater_id,score\nr1,ann,${'private '.repeat(50)}\n`)[0] ?? [];
    expect(String(reason).length).toBeLessThan(80);
  });

  it('reads the same in pieces of any size, and never throws', () => {
    const cell = fc.oneof(
      fc.string({ maxLength: 8 }),
      fc.constantFrom('r1', 'ann', '4', '"', '""', ',', '\n', '\r', '\r\n', '{', '5', '', '=1', '\u0000'),
    );
    const text = fc.array(cell, { maxLength: 60 }).map((cells) => cells.join(''));
    const file = fc.oneof(
      text,
      text.map((body) => `response_id,rater_id,score\n${body}`),
      text.map((body) => `response_id,ann,bob\n${body}`),
      text.map((body) => `{"response_id":"r1"}\n${body}`),
    );
    fc.assert(
      fc.property(file, fc.integer({ min: 1, max: 7 }), (whole, size) => {
        const pieces = Array.from({ length: Math.ceil(whole.length / size) }, (_, index) =>
          whole.slice(index * size, (index + 1) * size),
        );
        expect(read(whole, pieces)).toEqual(read(whole));
      }),
      { numRuns: 400 },
    );
  });

  it('brings every row out exactly once, as a rating or refused', () => {
    const row = fc.record({
      response: fc.constantFrom('r1', 'r2', '', 'r#3'),
      rater: fc.constantFrom('ann', 'bob', ''),
      score: fc.constantFrom('1', '5', '3.5', '', 'x', '4.0', '80'),
      note: fc.string({ maxLength: 12, unit: 'grapheme' }),
    });
    fc.assert(
      fc.property(fc.array(row, { maxLength: 40 }), (rows) => {
        const filled = rows.filter(
          ({ response, rater, score, note }) =>
            `${response}${rater}${score}${note}`.trim() !== '' || note !== '',
        );
        const text = [
          'response_id,rater_id,score,note',
          ...filled.map((r) => csvLine([r.response, r.rater, r.score, r.note])),
        ].join('\n');
        const { form, entries } = read(`${text}\n`);
        fc.pre(form !== 'refused');
        const blank = filled.filter((r) => `${r.response}${r.rater}${r.score}${r.note}` === '').length;
        expect(entries).toHaveLength(filled.length - blank);
      }),
      { numRuns: 300 },
    );
  });
});

describe('a byte order mark', () => {
  it.each([
    ['\uFEFF"a,b",c\n', ['a,b', 'c']],
    ['\uFEFFa,b\n', ['a', 'b']],
    // Only the first is one.
    ['a,x\uFEFFb\n', ['a', 'x\uFEFFb']],
  ])('is no part of the first cell: %j', (text, cells) => {
    for (const pieces of [[text], ['', ...text]]) {
      const reader = new CsvReader();
      const records = pieces.flatMap((piece) => reader.push(piece));
      expect([...records, ...reader.end()]).toEqual([{ ok: true, line: 1, cells }]);
    }
  });
});

describe('a CSV cell', () => {
  it.each(['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', ' =cmd', '|calc'])(
    'that a spreadsheet would execute (%j) is defused, and read back as it was',
    (cell) => {
      const line = csvLine([cell]);
      expect(line.replace(/^"/, '')).toMatch(/^'/);
      const [record] = new CsvReader().push(`${line}\n`);
      expect(record?.ok === true ? plainCell(record.cells[0] ?? '') : undefined).toBe(cell);
    },
  );

  it('comes back as it was written, whatever is in it', () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ unit: 'binary', maxLength: 20 }), { minLength: 2, maxLength: 5 }),
        (cells) => {
          const reader = new CsvReader();
          // The first line decides on the delimiter.
          const records = [...reader.push(`a,b\n${csvLine(['x', ...cells])}\n`), ...reader.end()];
          const last = records[1];
          expect(last?.ok === true ? last.cells.slice(1).map(plainCell) : undefined).toEqual(cells);
        },
      ),
      { numRuns: 300 },
    );
  });
});
