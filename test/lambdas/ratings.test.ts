import { ListBucketsCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { measureJudge } from '#cli/ratings/agreement-measure.ts';
import type { Calibration } from '#core/calibration/calibration.ts';
import { judgeFingerprint } from '#core/judging/judgement.ts';
import { hour } from '#core/time.ts';
import { handler } from '#lambdas/ratings/handler.ts';
import { incomingFiles, reportKey } from '#lambdas/ratings/ratings-event.ts';
import { uploadRatingFile } from '#local/stack/upload-rating-file.ts';
import { testCatalogue, testRubric } from '#test/support/catalogue.ts';
import { asked, drawn, type Known, service } from '#test/support/rated-responses.ts';
import { type RatedWorld, startRatedWorld } from '#test/support/rated-world.ts';

const rubric = testRubric();
const rated = { surface: 'chat', rubric: { id: rubric.id, version: rubric.version } };
const start = Date.parse('2026-11-03T00:00:00Z');
const uploaded = Date.parse('2026-11-20T12:00:00Z');

let world: RatedWorld;

beforeAll(async () => {
  world = await startRatedWorld(testCatalogue());
  await world.judge(
    Array.from({ length: 60 }, (_, index) => ({
      responseId: `r${index}`,
      at: start + index * hour,
      surface: 'chat',
      score: index === 59 ? undefined : (index % 5) + 1,
    })),
  );
});

afterAll(() => world.close());

const upload = (name: string, text: string | Buffer, at = uploaded) => uploadRatingFile({ name, text }, at);

async function stored(responseId: string, raterId: string) {
  const [rating] = await world.store.readRatings([{ group: rated, responseId, raterId }]);
  return rating?.history;
}

describe('a ratings file that lands under incoming/', () => {
  it('is taken in: good rows are kept, bad ones are reported with line, column and reason', async () => {
    const report = await upload(
      'first batch (ä).csv',
      'response_id,rater_id,score,helps,rated_at\nr0,ann,1,1,2026-11-19T09:00:00Z\nr1,ann,7,,\nr2,ann,4,nine,\nr3,ann,,4,\nnobody,ann,3,,\n',
    );
    expect(report).toMatchObject({ form: 'csv', rows: 5, accepted: 3, new: 3, unchanged: 0, refused: 2 });
    expect(report.refusals).toEqual([
      { line: 3, column: 'score', reason: 'wanted a whole score from 1 to 5, got "7"' },
      { line: 4, column: 'helps', reason: 'wanted a whole score from 1 to 5, got "nine"' },
    ]);
    expect(report.unjudged).toEqual({ ratings: 1, responseIds: ['nobody'] });
    expect((await stored('r3', 'ann'))?.current).toMatchObject({ score: 4, criteria: { helps: 4 } });
  });

  it('changes nothing the second time, whole or row by row', async () => {
    const text = 'response_id,rater_id,score\nr10,ann,4\nr11,ann,5\n';
    expect(await upload('twice.csv', text)).toMatchObject({ accepted: 2, unchanged: 0 });
    const again = await upload('twice-again.csv', text, uploaded + 1000);
    expect(again).toMatchObject({ rows: 2, accepted: 0, unchanged: 2 });
    expect(await upload('twice-more.csv', `${text}r12,ann,3\nr12,ann,3\n`, uploaded + 2000)).toMatchObject({
      rows: 4,
      new: 1,
      unchanged: 3,
    });
    const before = again.calibrations[0]?.number;
    expect((await upload('same.csv', text)).calibrations[0]?.number).toBe((before ?? 0) + 1);
    expect((await upload('same.csv', text)).calibrations[0]?.number).toBe((before ?? 0) + 1);
  });

  it('lets a rater’s newer rating replace the older, which stays in the history', async () => {
    await upload('a.csv', 'response_id,rater_id,score,rated_at\nr20,bob,2,2026-11-18T10:00:00Z\n');
    const newer = await upload(
      'b.csv',
      'response_id,rater_id,score,rated_at\nr20,bob,5,2026-11-19T10:00:00Z\n',
      uploaded + 1,
    );
    expect(newer).toMatchObject({ replaced: 1 });
    const older = await upload(
      'c.csv',
      'response_id,rater_id,score,rated_at\nr20,bob,1,2026-11-17T10:00:00Z\n',
      uploaded + 2,
    );
    expect(older).toMatchObject({ accepted: 1, older: 1 });
    const history = await stored('r20', 'bob');
    expect(history?.current.score).toBe(5);
    expect(history?.past.map(({ score }) => score)).toEqual([2, 1]);
  });

  it('goes by the order of upload where no time is given, within a file by the line', async () => {
    await upload('order.csv', 'response_id,rater_id,score\nr21,bob,2\nr21,bob,3\n');
    expect((await stored('r21', 'bob'))?.current.score).toBe(3);
    await upload('order-2.csv', 'response_id,rater_id,score\nr21,bob,5\n', uploaded + hour);
    expect((await stored('r21', 'bob'))?.current.score).toBe(5);
    // The first file once more is not news, whenever it comes.
    await upload('order-3.csv', 'response_id,rater_id,score\nr21,bob,2\nr21,bob,3\n', uploaded + 2 * hour);
    expect((await stored('r21', 'bob'))?.current.score).toBe(5);
  });

  it('is read with a column for each rater, and as JSON lines', async () => {
    expect(await upload('wide.csv', 'response_id,cy,dee\nr30,4,5\nr31,,2\n')).toMatchObject({
      form: 'wide csv',
      rows: 3,
      new: 3,
    });
    expect(
      await upload('lines.jsonl', '{"response_id":"r32","rater_id":"cy","score":3}\n{"response_id":"r32"}\n'),
    ).toMatchObject({ form: 'json lines', rows: 2, new: 1, refused: 1 });
  });

  it('brings ratings of responses into use that were judged after they were rated', async () => {
    const text = 'response_id,rater_id,score\nlater,ann,4\n';
    expect((await upload('early.csv', text)).unjudged.ratings).toBe(1);
    await world.judge([{ responseId: 'later', at: start, surface: 'chat', score: 4 }]);
    expect(await upload('early.csv', text, uploaded + 5)).toMatchObject({ new: 1, unjudged: { ratings: 0 } });
    expect((await stored('later', 'ann'))?.current.score).toBe(4);
  });

  it('counts a rated response without a verdict among the raters, not against the judge', async () => {
    const { calibrations } = await upload(
      'unjudgeable.csv',
      'response_id,rater_id,score\nr59,ann,1\nr59,bob,1\n',
    );
    expect(calibrations[0]?.agreement.withoutVerdict).toBe(1);
  });

  it('belongs to the rubric that a row names, else to the surface’s active one', async () => {
    const report = await upload(
      'named.csv',
      'response_id,rater_id,score,rubric\nr40,ann,4,helpfulness@1\nr41,ann,4,other\n',
    );
    expect(report).toMatchObject({ new: 2, unjudged: { ratings: 1, responseIds: ['r41'] } });
  });

  it('may be empty, or no ratings file at all', async () => {
    expect(await upload('empty.csv', '')).toMatchObject({ form: 'empty', rows: 0 });
    expect(await upload('photo.png', '\u0089PNG\r\n\u001a\n\0\0\0')).toMatchObject({ rows: 1, refused: 1 });
  });

  it('is refused whole where it is in another encoding, and read as its byte-order mark says', async () => {
    const text = 'response_id;rater_id;score;note\nr50;Jürgen;4;schön\nr51;Ann;4;\n';
    expect(await upload('latin.csv', Buffer.from(text, 'latin1'))).toMatchObject({
      form: 'refused',
      accepted: 0,
      refusals: [{ line: 2, reason: expect.stringContaining('this line holds bytes that are no UTF-8') }],
    });
    expect(await stored('r51', 'Ann')).toBeUndefined();
    expect(await upload('excel.csv', Buffer.from(`\ufeff${text}`, 'utf16le'))).toMatchObject({ new: 2 });
    expect((await stored('r50', 'Jürgen'))?.current).toMatchObject({ score: 4, note: 'schön' });
  });

  it('is refused whole by what stands in its last line: nothing of it is stored', async () => {
    const rows = Array.from({ length: 600 }, (_, row) => `r${row % 50},zoe,${(row % 5) + 1}`);
    const text = `response_id,rater_id,score\n${rows.join('\n')}\n`;
    const ten = text.replaceAll(',5\n', ',10\n');
    expect(await upload('ten-stars.csv', ten)).toMatchObject({ form: 'refused', accepted: 0, refused: 1 });
    expect(await stored('r0', 'zoe')).toBeUndefined();
  });

  it('says whose export it is, and which columns were passed over', async () => {
    const text = 'annotation_id,annotator,lead_time,rating,response_id\n1,7,3,4,r52\n';
    expect(await upload('label-studio.csv', text)).toMatchObject({
      tool: 'Label Studio',
      new: 1,
      ignoredColumns: ['annotation_id', 'lead_time'],
    });
    expect((await stored('r52', '7'))?.current.score).toBe(4);
  });

  it('may be gone before it is read', async () => {
    const { Buckets = [] } = await new S3Client({ forcePathStyle: true }).send(new ListBucketsCommand({}));
    const bucket = { name: Buckets[0]?.Name ?? '' };
    const event = {
      eventName: 'ObjectCreated:Put',
      eventTime: '2026-11-20T12:00:00Z',
      s3: { bucket, object: { key: 'incoming/gone.csv' } },
    };
    await expect(handler({ Records: [event] } as never)).resolves.toBeUndefined();
  });
});

describe('twenty sloppy ratings after two hundred good ones', () => {
  const judge = { ...rated, fingerprint: judgeFingerprint(rubric) };
  const good = service('good', 1_000);
  const month = { ...drawn(good, 200, { seed: 'good' }), ...judge };
  const many = service('later', 20_000).map((each, index) => ({ ...each, at: start + 300 * hour + index }));
  const later = {
    ...drawn(many, 20, { seed: 'later', drawnAt: start + 320 * hour }),
    ...judge,
    from: start + 300 * hour,
    to: start + 301 * hour,
  };
  const rows = (known: readonly Known[], score: (each: Known, index: number) => number) =>
    `response_id,rater_id,score\n${known.map((each, index) => `${each.responseId},ann,${score(each, index)}\n`).join('')}`;

  it('neither invalidate nor deafen: the calibration of before stands, with the reason', async () => {
    await world.clear();
    const goodOnes = asked(good, month);
    const sloppyOnes = asked(many, later);
    await world.judge([...goodOnes, ...sloppyOnes].map((each) => ({ ...each, surface: 'chat' })));
    await world.store.writeBatch(month);
    const before = await upload(
      'good.csv',
      rows(goodOnes, ({ people }) => people[0] ?? 0),
    );
    expect(before.calibrations[0]?.state).toBe('valid');
    const target = { ratings: world.store, catalogue: testCatalogue() };
    const [valid] = await world.store.readCalibrations();
    const alone = await measureJudge(target, valid ?? ({} as Calibration), 1);
    const untouched = { ...drawn(good, 500, { seed: 'again', drawnAt: start + 310 * hour }), ...judge };
    await world.store.writeBatch(untouched);
    const beside = await measureJudge(target, valid ?? ({} as Calibration), 1);
    expect(beside.agreement).toEqual(alone.agreement);
    await world.store.writeBatch(later);
    const sloppy = rows(sloppyOnes, (_, index) => 1 + ((index * 7) % 5));
    const after = await upload('sloppy.csv', sloppy, uploaded + hour);
    expect(after.accepted).toBe(20);
    const [calibration] = await world.store.readCalibrations();
    const [first] = await world.store.readHistory(calibration ?? { ...judge }, 2).then((all) => all.slice(1));
    expect(calibration?.number).toBe(2);
    expect(calibration?.state).toBe('valid');
    expect(calibration?.population).toEqual(first?.population);
    expect(calibration?.slope).toBe(first?.slope);
    expect(calibration?.reason).toMatch(
      /batch chat-later \(20 ratings\) is kept apart: with it all would say as much as \d+ ratings, without it as 200$/,
    );
    // What people's agreement with the judge is measured on is what calibrates, on every screen.
    const measured = await measureJudge(target, calibration ?? ({} as Calibration), 1);
    expect(measured.pool.apart).toMatchObject([{ batch: 'chat-later', ratings: 20 }]);
    expect(measured.agreement.sensitivity).toEqual(alone.agreement.sensitivity);
    expect(measured.agreement.specificity).toEqual(alone.agreement.specificity);
    // The rating rows themselves are kept, and can be taken back.
    expect((await stored(sloppyOnes[0]?.responseId ?? '', 'ann'))?.current.score).toBe(1);
  });
});

describe('the event', () => {
  const event = (key: string, eventName = 'ObjectCreated:Put') =>
    ({
      Records: [
        { eventName, eventTime: '2026-11-20T12:00:00.000Z', s3: { bucket: { name: 'b' }, object: { key } } },
      ],
    }) as never;

  it('carries its key URL-encoded', () => {
    expect(incomingFiles(event('incoming/m%C3%A4rz/a+b%2Bc.csv'))[0]?.key).toBe('incoming/märz/a b+c.csv');
    expect(reportKey('incoming/märz/a.csv', 'json')).toBe('reports/märz/a.csv.json');
  });

  it.each([
    ['a test event', { Event: 's3:TestEvent' } as const],
    ['a report', event('reports/a.csv.json')],
    ['a folder', event('incoming/march/')],
    ['a deletion', event('incoming/a.csv', 'ObjectRemoved:Delete')],
  ])('is passed over where it is of %s', (_, given) => {
    expect(incomingFiles(given)).toEqual([]);
  });
});
