import { describe, expect, it } from 'vitest';
import { readRatings } from '#test/support/read-ratings.ts';

const uploadedAt = Date.parse('2026-11-20T12:00:00Z');

const read = (text: string) => readRatings(text, { uploadedAt, criterionIds: ['helps', 'safe'] });

/** `response rater score`, of each rating. */
const ratings = (text: string) =>
  read(text).entries.flatMap(({ ...entry }) =>
    entry.kind === 'row' ? [`${entry.row.responseId} ${entry.row.raterId} ${entry.row.score}`] : [],
  );

const reasons = (text: string) =>
  read(text).entries.flatMap((entry) =>
    entry.kind === 'refused'
      ? [`${entry.refusal.line} ${entry.refusal.column} ${entry.refusal.reason}`.replace('  ', ' ')]
      : [],
  );

/** A file of which nothing may be taken, and what is said about it. */
function expectRefused(text: string, reason: RegExp): void {
  expect(read(text).form).toBe('refused');
  const [said, ...more] = reasons(text);
  expect(more).toEqual([]);
  expect(said).toMatch(reason);
}

const table = (head: string, ...rows: string[]) => `${[head, ...rows].join('\n')}\n`;

describe('a file with a column for each rater', () => {
  it('is taken where the columns are named as raters, whatever stands beside them', () => {
    const text = table('response_id,rater:Ann,rater : ben,lead_time,quality', 'r1,4,5,12.5,3', 'r2,,1,3,3');
    expect(read(text).form).toBe('wide csv');
    expect(ratings(text)).toEqual(['r1 Ann 4', 'r1 ben 5', 'r2 ben 1']);
    expect(ratings(table('response_id,rater_1,rater_2', 'r1,4,5'))).toEqual(['r1 rater_1 4', 'r1 rater_2 5']);
    expect(ratings(table('response_id,Annotator 1', 'r1,4'))).toEqual(['r1 Annotator 1 4']);
  });

  it('is taken where the columns are the only other ones', () => {
    expect(ratings(table('response_id,ann,ben', 'r1,4,5'))).toEqual(['r1 ann 4', 'r1 ben 5']);
    expect(ratings(table('response_id,response,ann,comments,batch', 'r1,a text,4,fine,b'))).toEqual([
      'r1 ann 4',
    ]);
    // Columns of numbers that pandas and R write before the first one.
    expect(ratings(table('Unnamed: 0,response_id,ann', '0,r1,4', '1,r2,5'))).toEqual([
      'r1 ann 4',
      'r2 ann 5',
    ]);
    expect(ratings(table(',response_id,ann', '1,r1,4', '2,r2,5'))).toEqual(['r1 ann 4', 'r2 ann 5']);
  });

  it.each([
    ['an annotation’s id', 'response_id,annotation_id,ann', 'r1,1,4'],
    ['seconds that look like scores', 'response_id,lead_time,ann', 'r1,3,4'],
    ['seconds in camel case', 'response_id,leadTime,ann', 'r1,3,4'],
    ['an id', 'id,response_id,ann', '1,r1,4'],
    ['numbers of rows', 'response_id,nr,ann', 'r1,1,4'],
    ['a number of the annotator', 'response_id,rater_count,ann', 'r1,2,4'],
    ['a criterion', 'response_id,helps', 'r1,4'],
    ['a measure', 'response_id,overall_quality', 'r1,4'],
    ['a machine’s score', 'response_id,judge,ann', 'r1,4,4'],
    ['a mean', 'response_id,ann,ben,mean', 'r1,4,4,4'],
  ])('is refused where a column can be no rater’s: %s', (_, head, row) => {
    expectRefused(
      table(head, row),
      /^1 the file is refused whole: .*can be no rater's.* Write the header response_id,rater_id,score/,
    );
  });

  it.each([
    ['a text', 'r1,4,late'],
    ['another scale', 'r1,4,7'],
    ['a half', 'r1,4,4.5'],
    ['a year', 'r1,4,2026'],
    ['yes', 'r1,4,TRUE'],
  ])('is refused where an unnamed column holds no scores: %s', (_, row) => {
    expectRefused(
      table('response_id,ann,ben', 'r0,4,5', row),
      /^3 .*its column "ben" holds .*name the columns of the raters rater:NAME/,
    );
  });

  it('loses no more than a cell where the column says whose it is', () => {
    const text = table('response_id,rater:ann,rater:ben', 'r1,4,late', 'r2,3,5');
    expect(ratings(text)).toEqual(['r1 ann 4', 'r2 ann 3', 'r2 ben 5']);
    expect(reasons(text)).toEqual(['2 rater:ben wanted a whole score from 1 to 5, got "late"']);
  });

  it('is refused where two columns are one rater’s', () => {
    expectRefused(table('response_id,rater:ann,rater: Ann', 'r1,4,5'), /two columns of the rater/);
    expectRefused(table('response_id,ann,Ann', 'r1,4,5'), /"ann", "Ann" say the same/);
  });
});

describe('the columns of a file', () => {
  it.each([
    ['doubled', 'response_id,rater_id,score,score', /has the column "score" twice/],
    [
      'doubled behind columns without a name',
      'response_id,,rater_id,,score,score',
      /has the column "score" twice/,
    ],
    ['doubled in another case', 'response_id,rater_id,score,SCORE ', /"score", "SCORE" say the same/],
    ['of one meaning', 'response_id,rater_id,annotator,score', /"rater_id", "annotator" say the same/],
    ['without a rater', 'response_id,score', /scores but no column rater_id/],
    [
      'without an id',
      'trace_id,rater_id,score',
      /no column response_id. Its columns: "trace_id", "rater_id", "score"/,
    ],
    ['without a score', 'response_id,rater_id,stars', /no column score, and no other column is a criterion/],
    ['of which there are too many', `response_id,${'c,'.repeat(1_200)}`, /1202 columns, wanted at most 1000/],
  ])('are refused: %s', (_, head, reason) => {
    expectRefused(table(head, 'r1,a,4,4,4,4'), reason);
  });

  it('may be written in any case, with spaces, tabs and delimiters behind', () => {
    expect(ratings('Response ID ;  RATER-id; Score ;;\nr1; ann ;4;;\n')).toEqual(['r1 ann 4']);
    expect(ratings('response_id\trater_id\tscore\t\nr1\tann\t4\t\n')).toEqual(['r1 ann 4']);
    expect(ratings('"response_id", "rater_id", "score"\n"r1", "ann", "4"\n')).toEqual(['r1 ann 4']);
    expect(ratings('\n\nresponse_id;rater_id;score\nr1;ann;4\n')).toEqual(['r1 ann 4']);
    expect(ratings('response_id;rater_id;"score, whole, from 1 to 5";score\nr1;ann;;4\n')).toEqual([
      'r1 ann 4',
    ]);
  });

  it.each(['sep=;', 'SEP=; ', '"sep=;"', '\uFEFFsep=;'])(
    'may stand under what spreadsheets call %j',
    (sep) => {
      const text = `${sep}\r\nresponse_id;rater_id;score\r\nr1;ann;4\r\nr2;ann;x\r\n`;
      expect(ratings(text)).toEqual(['r1 ann 4']);
      expect(reasons(text)).toEqual(['4 score wanted a whole score from 1 to 5, got "x"']);
    },
  );

  it('may be parted by any mark that the first line names', () => {
    expect(ratings('sep=|\nresponse_id|rater_id|score\nr1|a,b;c|4\n')).toEqual(['r1 a,b;c 4']);
  });
});

describe('scores', () => {
  const scored = (...scores: string[]) =>
    table('response_id;rater_id;score', ...scores.map((score, row) => `r${row};ann;${score}`));

  it.each([
    ['stars out of ten', ['9', '3', '10', '2', '7']],
    ['percentages', ['80%', '5%', '100%']],
    ['numbers from 0 to 100', ['85', '5', '40']],
    ['0 and 1', ['0', '1', '1', '1']],
    ['shares', ['0.8', '1.0', '0.25']],
    ['shares with a comma', ['0,8', '1']],
    ['yes and no', ['true', 'false', '1']],
    ['numbers from 0', ['0', '4', '2', '0']],
    ['numbers under 0', ['-1', '1', '-1', '1']],
  ])('of another scale take the whole file with them: %s', (_, scores) => {
    expectRefused(scored(...scores), /^\d+ .*wanted whole scores from 1 to 5/);
  });

  it('that are slips go by themselves', () => {
    const text = scored('4', '44', '5', '4,0', '3.5', '1 000', '', 'good', '5.0', '1.0', '2', '2');
    expect(ratings(text)).toEqual(['r0 ann 4', 'r2 ann 5', 'r8 ann 5', 'r9 ann 1', 'r10 ann 2', 'r11 ann 2']);
    expect(reasons(text)).toHaveLength(6);
  });

  it('are no words', () => {
    expect(ratings(scored('passed', 'failure', 'five', '½', '４', '1e0', '0x4', '+4'))).toEqual([]);
  });
});

describe('ids', () => {
  const named = (...ids: string[]) => table('response_id,rater_id,score', ...ids.map((id) => `${id},ann,4`));

  it('come back as they were, behind an apostrophe that defuses a formula', () => {
    expect(ratings(named("'=1+1", "'-x", "''=2", "'r"))).toEqual([
      '=1+1 ann 4',
      '-x ann 4',
      "'=2 ann 4",
      "'r ann 4",
    ]);
  });

  it('keep the spaces that stand in quotes, and no others', () => {
    expect(ratings(named('" lead"', ' r 1 ', '"r2"'))).toEqual([' lead ann 4', 'r 1 ann 4', 'r2 ann 4']);
  });

  it('that become one are refused, each row of them', () => {
    const text = named("'=1+1", 'r1', '=1+1');
    expect(ratings(text)).toEqual(['r1 ann 4']);
    expect(reasons(text)).toEqual([
      expect.stringMatching(/^2 response_id is written in two ways in this file that are one/),
      expect.stringMatching(/^4 response_id is written in two ways/),
    ]);
    expect(ratings(table('response_id,rater_id,score', 'r1,7,4', 'r2,7.0,4'))).toEqual([]);
    expect(ratings(table('response_id,rater_id,score', 'r1,7.0,4', 'r2,7.0,4'))).toHaveLength(2);
  });

  it('of which a program has lost digits are refused', () => {
    expect(ratings(named('1.23457E+15', '"1,2E+20"', '12E3'))).toEqual([]);
    expect(reasons(named('1.23E+15'))).toEqual([
      expect.stringMatching(/a number that a program has rounded: format the column as text/),
    ]);
    expect(ratings('{"response_id":12345678901234567890,"rater_id":"ann","score":4}\n')).toEqual([]);
    expect(ratings('{"response_id":1234567890,"rater_id":"ann","score":4}\n')).toEqual(['1234567890 ann 4']);
  });
});

describe('an object of a JSON file', () => {
  it('stands in a list as well as on a line', () => {
    const one = { response_id: 'r1', rater_id: 'ann', score: 4 };
    const text = `[\n${JSON.stringify(one, null, 2)},\n  {"response_id":"r2","rater_id":"ann","score":9}\n]\n`;
    expect(read(text).form).toBe('json list');
    expect(ratings(text)).toEqual(['r1 ann 4']);
    expect(reasons(text)).toEqual(['7 score wanted a whole score from 1 to 5, got "9"']);
  });

  it.each([
    ['a list that is cut off', '[{"response_id":"r1","rater_id":"a","score":4},'],
    ['a list of lists', '[[{"response_id":"r1","rater_id":"a","score":4}]]'],
    ['a list with something behind it', '[{"response_id":"r1","rater_id":"a","score":4}] {}'],
    ['a list with an object that does not read', '[{"response_id":"r1","rater_id":"a","score":4},{"a":}]'],
  ])('takes the whole file with it in %s', (_, text) => {
    expectRefused(text, /^1 the file is refused whole/);
  });

  it.each([
    ['a key twice', '{"response_id":"r1","rater_id":"a","score":1,"score":5}', /has a key twice/],
    [
      'a key twice, escaped',
      '{"response_id":"r1","rater_id":"a","score":1,"\\u0073core":5}',
      /has a key twice/,
    ],
    [
      'two keys of one meaning',
      '{"response_id":"r1","rater_id":"a","score":1,"Score":5}',
      /score and Score is said twice/,
    ],
    ['a score in a list', '{"response_id":"r1","rater_id":"a","score":[4]}', /got "\[…\]"/],
    ['yes for a score', '{"response_id":"r1","rater_id":"a","score":true}', /got "true"/],
    ['nothing for a score', '{"response_id":"r1","rater_id":"a","score":null}', /is empty: not rated/],
  ])('is refused with %s, and no other', (_, bad, reason) => {
    const text = `{"response_id":"r0","rater_id":"a","score":4}\n${bad}\n`;
    expect(ratings(text)).toEqual(['r0 a 4']);
    expect(reasons(text)).toEqual([expect.stringMatching(reason)]);
  });

  it('may nest as deep as it likes', () => {
    const deep = `{"response_id":"r1","rater_id":"a","score":${'['.repeat(200_000)}${']'.repeat(200_000)}}`;
    expect(ratings(`${deep}\n{"response_id":"r2","rater_id":"a","score":5}\n`)).toEqual(['r2 a 5']);
  });
});
