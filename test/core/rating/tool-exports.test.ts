import { describe, expect, it } from 'vitest';
import { csvLine } from '#core/rating/csv-writer.ts';
import { readRatings } from '#test/support/read-ratings.ts';

const uploadedAt = Date.parse('2026-11-20T12:00:00Z');

const read = (text: string) => readRatings(text, { uploadedAt, criterionIds: ['helps', 'safe'] });

function expectRead(text: string, tool: string | undefined, wanted: readonly string[]): void {
  const { entries, tool: found } = read(text);
  expect(found).toBe(tool);
  expect(
    entries.flatMap((entry) =>
      entry.kind === 'row' ? [`${entry.row.responseId} ${entry.row.raterId} ${entry.row.score}`] : [],
    ),
  ).toEqual(wanted);
}

const reasons = (text: string) =>
  read(text).entries.flatMap((entry) => (entry.kind === 'refused' ? [entry.refusal.reason] : []));

function expectRefused(text: string, reason: RegExp): void {
  expect(read(text).form).toBe('refused');
  expect(reasons(text)).toEqual([expect.stringMatching(reason)]);
}

const csv = (...rows: (string | number)[][]) => rows.map((row) => `${csvLine(row)}\n`).join('');

describe('an export of Label Studio', () => {
  const head = [
    'annotation_id',
    'annotator',
    'created_at',
    'id',
    'lead_time',
    'score',
    'response_id',
    'updated_at',
  ];
  const created = '2026-11-04T09:00:00.123456Z';
  const updated = '2026-11-04T09:00:30.654321Z';

  it('as CSV is read by its own columns: ids and seconds are no raters and no scores', () => {
    const row = (id: number, who: number | string, score: number | string, response: string) => [
      id,
      who,
      created,
      id + 100,
      3,
      score,
      response,
      updated,
    ];
    const text = csv(
      head,
      row(1, 1, 4, 'r1'),
      row(2, 'ann@lab.example', '[{"rating": 2}]', 'r1'),
      row(3, 1, '[{"rating": 2}, {"rating": 3}]', 'r2'),
    );
    expectRead(text, 'Label Studio', ['r1 1 4', 'r1 ann@lab.example 2']);
    expect(read(text).entries[0]).toMatchObject({ row: { ratedAt: Date.parse('2026-11-04T09:00:30.654Z') } });
  });

  it('as CSV without response_id or score is refused, with its columns and what to write', () => {
    const bare = [
      'annotation_id',
      'annotator',
      'created_at',
      'id',
      'lead_time',
      'quality',
      'text',
      'updated_at',
    ];
    expectRefused(
      csv(bare, [1, 1, created, 1, 3, 4, 'a', updated]),
      /no column response_id\. Its columns: .*"quality".*export of Label Studio: its tasks must carry response_id.*Write the header/,
    );
    expectRefused(
      csv([...bare, 'response_id'], [1, 1, created, 1, 3, 4, 'a', updated, 'r1']),
      /no column score/,
    );
  });

  const annotation = (id: number, completed_by: unknown, result: unknown[], more = {}) => ({
    id,
    completed_by,
    result,
    was_cancelled: false,
    lead_time: 4.2,
    created_at: created,
    updated_at: updated,
    ...more,
  });
  const rating = (value: number, from_name = 'rating') => ({
    id: 'x',
    from_name,
    to_name: 'text',
    type: 'rating',
    value: { rating: value },
  });
  const task = (data: unknown, annotations: unknown[]) => ({
    id: 7,
    project: 3,
    data,
    annotations,
    predictions: [{ score: 1, result: [rating(1)] }],
  });

  it('as JSON is read by annotation: predictions, skipped and unfinished ones are none', () => {
    const text = JSON.stringify(
      [
        task({ response_id: 'r1', text: 'words', score: 5 }, [
          annotation(1, 5, [rating(4)]),
          annotation(2, { id: 9, email: 'ann@lab.example' }, [rating(2)]),
        ]),
        task({ response_id: 'r2' }, [
          annotation(3, 5, [rating(3)], { was_cancelled: true }),
          annotation(4, 6, []),
        ]),
        task({ response_id: 'r3' }, []),
        task({ response_id: 'r4' }, [annotation(5, 5, [rating(3), rating(5)])]),
      ],
      null,
      2,
    );
    expectRead(text, 'Label Studio', ['r1 5 4', 'r1 ann@lab.example 2']);
    expect(reasons(text)).toEqual([
      'was skipped by its annotator',
      'is empty: not rated',
      'is a task that nobody has annotated',
      expect.stringContaining('got "[…]"'),
    ]);
  });

  it('as JSON takes criteria and choices by their names', () => {
    const choice = (name: string, ...choices: string[]) => ({
      from_name: name,
      type: 'choices',
      value: { choices },
    });
    const text = JSON.stringify([
      task({ response_id: 'r1' }, [annotation(1, 5, [rating(4, 'helps'), choice('score', '5')])]),
    ]);
    expect(read(text).entries).toMatchObject([{ row: { score: 5, criteria: { helps: '4' } } }]);
    const two = JSON.stringify([
      task({ response_id: 'r1' }, [annotation(1, 5, [choice('score', '5', '4')])]),
    ]);
    expect(reasons(two)).toEqual([expect.stringContaining('got "[…]"')]);
  });

  it('as the short JSON is read as its CSV is', () => {
    const text = JSON.stringify([
      {
        response_id: 'r1',
        id: 101,
        rating: [{ rating: 4 }],
        annotator: 1,
        annotation_id: 1,
        created_at: created,
        updated_at: updated,
        lead_time: 4.2,
      },
    ]);
    // A list is no score; the CSV export and the full JSON are.
    expect(read(text).entries).toMatchObject([{ row: { responseId: 'r1', raterId: '1', score: 4 } }]);
  });

  it('as JSON without response_id is refused', () => {
    expectRefused(
      JSON.stringify([task({ text: 'words' }, [annotation(1, 5, [rating(4)])])]),
      /no column response_id.*Label Studio/,
    );
  });
});

describe('an export of Argilla', () => {
  const record = (metadata: object, responses: object) => ({
    id: '0a7b',
    fields: { text: 'words' },
    metadata,
    suggestions: { score: { value: 1, agent: 'llm' } },
    responses,
    vectors: {},
    status: 'completed',
    _server_id: 'e0ba',
  });

  it('as JSON is read by person: suggestions and drafts are none', () => {
    const text = JSON.stringify([
      record(
        { response_id: 'r1' },
        {
          score: [
            { value: 4, user_id: 'u1' },
            { value: 2, user_id: 'u2', status: 'draft' },
          ],
          helps: [{ value: 5, user_id: 'u1' }],
        },
      ),
      record({ response_id: 'r2' }, {}),
    ]);
    expectRead(text, 'Argilla', ['r1 u1 4']);
    expect(read(text).entries[0]).toMatchObject({ row: { criteria: { helps: '5' } } });
    expect(reasons(text)).toEqual([
      'was not submitted by its annotator',
      'is a record that nobody has annotated',
    ]);
  });

  it('as flat JSON lines is read by person', () => {
    const text = `${JSON.stringify({
      id: '0a7b',
      status: 'completed',
      _server_id: 'e0ba',
      text: 'words',
      response_id: 'r1',
      'score.responses': [4, 1],
      'score.responses.users': ['u1', 'u2'],
      'score.responses.status': ['submitted', 'discarded'],
      'score.suggestion': 1,
    })}\n`;
    expectRead(text, 'Argilla', ['r1 u1 4']);
  });

  it('as CSV, or without response_id, is refused: its lists have no form of their own', () => {
    const head = ['id', 'status', '_server_id', 'response_id', 'score.responses', 'score.responses.users'];
    expectRefused(
      csv(head, ['0a7b', 'completed', 'e0ba', 'r1', '[4]', "['u1']"]),
      /Argilla: export records as JSON/,
    );
    expectRefused(
      JSON.stringify([record({}, { score: [{ value: 4, user_id: 'u1' }] })]),
      /no column response_id.*Argilla/,
    );
  });
});

describe('an export of Langfuse', () => {
  const head = [
    'id',
    'timestamp',
    'project_id',
    'environment',
    'trace_id',
    'observation_id',
    'name',
    'value',
    'source',
    'comment',
    'author_user_id',
    'data_type',
    'string_value',
  ];
  const row = (name: string, value: number, source: string, author: string) => [
    's1',
    '2026-11-04 09:00:00.123000',
    'p',
    'prod',
    't1',
    '',
    name,
    value,
    source,
    'words',
    author,
    'NUMERIC',
    '',
  ];

  it('is refused by its own ids, with the line to write', () => {
    expectRefused(
      csv(head, row('helpfulness', 4, 'ANNOTATION', 'u1')),
      /no column response_id.*Langfuse: a trace id is its own: add a column response_id/,
    );
  });

  it('is read where it says the responses, but for what no person gave', () => {
    const text = csv(
      [...head, 'response_id'],
      [...row('helpfulness', 4, 'ANNOTATION', 'u1'), 'r1'],
      [...row('helpfulness', 0.5, 'EVAL', ''), 'r1'],
      [...row('helpfulness', 0, 'API', 'u1'), 'r2'],
      [...row('helpfulness', 2, 'ANNOTATION', 'u2'), 'r2'],
    );
    expectRead(text, 'Langfuse', ['r1 u1 4', 'r2 u2 2']);
    expect(reasons(text)).toEqual([
      'was given by EVAL, not by a person',
      'was given by API, not by a person',
    ]);
    expect(read(text).entries[0]).toMatchObject({
      row: { note: 'words', ratedAt: Date.parse('2026-11-04T09:00:00.123Z') },
    });
  });

  it('is refused where it holds scores of several names', () => {
    const text = csv(
      [...head, 'response_id'],
      [...row('helpfulness', 4, 'ANNOTATION', 'u1'), 'r1'],
      [...row('tone', 2, 'ANNOTATION', 'u1'), 'r1'],
    );
    expectRefused(text, /scores of several names \("helpfulness", "tone"\); keep one/);
  });
});

describe('an export of Phoenix', () => {
  const head = [
    'span_id',
    'annotation_name',
    'annotator_kind',
    'identifier',
    'result.label',
    'result.score',
    'result.explanation',
    'user_id',
    'created_at',
    'updated_at',
  ];
  const row = (kind: string, score: number | string, user: string) => [
    '67f6',
    'quality',
    kind,
    '',
    'good',
    score,
    'words',
    user,
    '2026-11-04T09:00:00+00:00',
    '2026-11-04T09:00:00+00:00',
  ];

  it('is refused by its own ids, and read where it says the responses', () => {
    expectRefused(csv(head, row('HUMAN', 4, 'u1')), /no column response_id.*Phoenix: a span id is its own/);
    const text = csv(
      ['response_id', ...head],
      ['r1', ...row('HUMAN', '4.0', 'u1')],
      ['r1', ...row('LLM', 0.9, '')],
      ['r2', ...row('CODE', 1, 'u1')],
    );
    expectRead(text, 'Phoenix', ['r1 u1 4']);
  });
});

describe('an export of Datadog', () => {
  it.each([
    [
      ['content_id', 'type', 'annotator', 'quality', 'created_at'],
      ['t1', 'trace', 'ann', 4, '2026-11-04'],
    ],
    [
      ['Date', '@trace_id', '@ml_app', 'quality'],
      ['Nov 4', 't1', 'bot', 4],
    ],
    [
      ['interaction_id', 'label_values', 'annotator'],
      ['i1', '{"quality": 4}', 'ann'],
    ],
  ])('is refused, with the line to write: %j', (head, row) => {
    expectRefused(csv(head, row), /export of Datadog: .*Write the header response_id,rater_id,score/);
  });

  it('is read where its columns are named as ours are', () => {
    const text = csv(['response_id', 'content_id', 'rater_id', 'score'], ['r1', 't1', 'ann', 4]);
    expectRead(text, 'Datadog', ['r1 ann 4']);
  });
});

describe('a file of another kind', () => {
  it.each([
    ['responses', '{"id":"r1","at":"2026-11-03T09:00:00Z","surface":"chat","status":"success"}\n'],
    ['recorded verdicts', '{"responseId":"r1","score":4}\n'],
    ['counts', 'at,slo,surface,good,total\n2026-11-03T09:00:00Z,a,chat,4,5\n'],
    ['an answer of an interface', '{\n  "data": [\n    {"id": 1}\n  ]\n}\n'],
  ])('is refused: %s', (_, text) => {
    expect(read(text).entries.every(({ kind }) => kind === 'refused')).toBe(true);
    expect(read(text).entries.length).toBeGreaterThan(0);
  });
});
