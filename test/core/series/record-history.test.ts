import { describe, expect, it } from 'vitest';
import { feedbackRecordSchema, responseRecordSchema } from '#core/record/response-record.ts';
import { type RecordedScore, RecordHistory } from '#core/series/record-history.ts';
import { minute } from '#core/time.ts';
import { testCatalogue, testRubric } from '#test/support/catalogue.ts';

const start = Date.UTC(2026, 0, 5);

function add(history: RecordHistory, different: Readonly<Record<string, unknown>>, at = start): void {
  const record = responseRecordSchema.parse({
    id: 'r1',
    at: new Date(at).toISOString(),
    surface: 'chat',
    status: 'success',
    timing: { ttftMs: 100 },
    ...different,
  });
  history.addResponse(record, at);
}

function countsOf(history: RecordHistory): Record<string, { good: number; total: number }> {
  return Object.fromEntries(
    history
      .histories()
      .histories.map(({ slo, series }) => [
        `${slo.surface}/${slo.id}`,
        series.between(0, start + 60 * minute),
      ]),
  );
}

const scores = (entries: Record<string, RecordedScore>) => new Map(Object.entries(entries));

describe('a history of records', () => {
  it('counts each response in the SLIs that need no judge, and judged ones by their verdict', () => {
    const history = new RecordHistory(testCatalogue(), scores({ r1: { score: 4 }, r2: { score: 3 } }), {});
    add(history, {});
    add(history, { id: 'r2', timing: { ttftMs: 900 } });
    add(history, { id: 'r3', status: 'error' });
    expect(countsOf(history)).toEqual({
      'chat/judge-pass': { good: 1, total: 2 },
      'chat/first-token': { good: 2, total: 3 },
      'chat/availability': { good: 2, total: 3 },
    });
  });

  it('takes another pass mark and objective where they are given', () => {
    const history = new RecordHistory(testCatalogue(), scores({ r1: { score: 3 } }), {
      passMark: 3,
      objective: 0.5,
    });
    add(history, {});
    const judged = history.histories().histories.find(({ slo }) => slo.id === 'judge-pass');
    expect(judged?.slo.objective).toBe(0.5);
    expect(countsOf(history)['chat/judge-pass']).toEqual({ good: 1, total: 1 });
  });

  it('judges a response once that came twice', () => {
    const history = new RecordHistory(testCatalogue(), scores({ r1: { score: 4 } }), {});
    add(history, {});
    add(history, {}, start + 5 * minute);
    expect(countsOf(history)['chat/judge-pass']).toEqual({ good: 1, total: 1 });
    expect(countsOf(history)['chat/availability']).toEqual({ good: 2, total: 2 });
  });

  it('gives a surface without a file the SLOs of default under its own name', () => {
    const history = new RecordHistory(testCatalogue(), scores({ r1: { score: 5 } }), {});
    add(history, { surface: 'story-writing' });
    expect(countsOf(history)).toEqual({ 'story-writing/judge-pass': { good: 1, total: 1 } });
  });

  it('makes the overall score of criteria by the rubric, and no score of what was not said', () => {
    const rubric = testRubric({
      criteria: [
        { id: 'helps', question: 'Does it help?', scale: { 1: 'a', 2: 'b', 3: 'c', 4: 'd', 5: 'e' } },
        { id: 'safe', question: 'Is it safe?', scale: { pass: 'yes', fail: 'no' } },
      ],
    });
    const history = new RecordHistory(
      testCatalogue({ rubrics: [rubric] }),
      scores({
        r1: { criteria: { helps: 4, safe: 3 } },
        r2: { criteria: { helps: 5, safe: 2 } },
        r3: { criteria: { helps: 5 } },
      }),
      {},
    );
    for (const id of ['r1', 'r2', 'r3']) add(history, { id });
    expect(countsOf(history)['chat/judge-pass']).toEqual({ good: 1, total: 2 });
    expect([...history.unusable.keys()]).toEqual(['r3']);
  });

  it('counts verdicts whose response never came', () => {
    const history = new RecordHistory(testCatalogue(), scores({ r1: { score: 4 }, gone: { score: 4 } }), {});
    add(history, {});
    expect(history.withoutResponse).toBe(1);
  });

  it('takes one acceptance away for the first negative feedback, in the bucket of the response', () => {
    const catalogue = testCatalogue({
      policy: {
        slos: {
          accepted: {
            title: 'accepted',
            category: 'quality',
            headline: true,
            sli: { kind: 'accepted' },
            objective: 0.88,
            window: '7d',
          },
        },
      },
      surfaces: [
        { surface: 'chat', feedback: true, slos: { accepted: 'on' } },
        { surface: 'default', tier: 3, slos: {} },
      ],
    });
    const history = new RecordHistory(catalogue, new Map(), {});
    add(history, {});
    add(history, { id: 'r2' });
    const feedback = feedbackRecordSchema.parse({
      kind: 'feedback',
      id: 'r1',
      at: new Date(start + 30 * minute).toISOString(),
      responseAt: new Date(start).toISOString(),
      surface: 'chat',
      accepted: false,
    });
    history.addFeedback(feedback, start);
    history.addFeedback(feedback, start);
    expect(countsOf(history)).toEqual({ 'chat/accepted': { good: 1, total: 2 } });
  });

  it('names the SLOs that records alone do not tell', () => {
    const catalogue = testCatalogue({
      surfaces: [{ surface: 'chat', slos: { refusals: 'on', 'provider-success': 'on' } }],
    });
    const history = new RecordHistory(catalogue, new Map(), {});
    add(history, {});
    expect(history.histories().skipped.map(({ id }) => id)).toEqual(['refusals', 'provider-success']);
  });
});
