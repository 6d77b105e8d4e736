import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { unpackJson } from '#adapters/dynamodb/packed-json.ts';
import type { Calibration } from '#core/calibration/calibration.ts';
import { judgeFingerprint } from '#core/judging/judgement.ts';
import { composeBatch } from '#core/rating/batch.ts';
import { uploadId } from '#core/rating/upload.ts';
import { hour } from '#core/time.ts';
import { leaveOutHere, retractUploadHere, uploadRatingFile } from '#local/stack/upload-rating-file.ts';
import { type AwsCall, type AwsProxy, startAwsProxy } from '#test/support/aws-proxy.ts';
import { testCatalogue, testRubric } from '#test/support/catalogue.ts';
import { type RatedWorld, startRatedWorld } from '#test/support/rated-world.ts';

const rubric = testRubric();
const group = { surface: 'chat', rubric: { id: rubric.id, version: rubric.version } };
const start = Date.parse('2026-11-03T00:00:00Z');
const uploaded = Date.parse('2026-11-20T12:00:00Z');

let world: RatedWorld;
let dynamo: AwsProxy;

beforeAll(async () => {
  world = await startRatedWorld(testCatalogue());
  dynamo = await startAwsProxy(process.env.AWS_ENDPOINT_URL_DYNAMODB ?? '');
  process.env.AWS_ENDPOINT_URL_DYNAMODB = dynamo.url;
  await world.judge(
    Array.from({ length: 60 }, (_, index) => ({
      responseId: `r${index}`,
      at: start + index * hour,
      surface: 'chat',
      score: (index % 5) + 1,
    })),
  );
});

afterAll(async () => {
  await dynamo.close();
  await world.close();
});

beforeEach(() => world.clear());

interface File {
  readonly name: string;
  readonly text: string;
  readonly at: number;
}

const table = (...rows: string[]) => `response_id,rater_id,score\n${rows.map((row) => `${row}\n`).join('')}`;
const upload = ({ name, text, at }: File) => uploadRatingFile({ name, text }, at);
const idOf = ({ name, at }: File) => uploadId({ key: `incoming/${name}` }, at);
const retract = (file: File) => retractUploadHere(idOf(file), uploaded + 1_000);

/** What is stored of ratings, and what they make of the judges, without the numbers of versions. */
async function readEffects() {
  const items = await world.readItems();
  const ratings = items.filter(({ pk }) => String(pk).startsWith('rating#'));
  const calibrations = items
    .filter(({ pk }) => pk === 'calibration')
    .map(({ record }) => ({ ...unpackJson<Calibration>(record), number: 0, madeAt: 0 }));
  const byKey = (a: Record<string, unknown>, b: Record<string, unknown>) =>
    `${a.pk} ${a.sk}` < `${b.pk} ${b.sk}` ? -1 : 1;
  return { ratings: ratings.sort(byKey), calibrations };
}

/** What there would be if only these had come. */
async function effectsOf(files: readonly File[]) {
  await world.clear();
  for (const file of files) await upload(file);
  return readEffects();
}

const [first, second, third] = [
  { name: 'first.csv', text: table('r0,ann,1', 'r1,ann,2', 'r2,ann,3', 'r3,ben,9'), at: uploaded },
  { name: 'second.csv', text: table('r0,ann,5', 'r1,ann,2', 'r4,ben,4'), at: uploaded + 1 },
  { name: 'third.csv', text: table('r2,ann,4', 'r4,ben,1', 'never judged,cy,4'), at: uploaded + 2 },
] as const satisfies readonly File[];

describe('a rater who is left out', () => {
  const later = uploaded + 5_000;
  const leave = (reason = 'clicked through') => leaveOutHere({ leaveOut: 'ann', reason }, later);

  it('counts in nothing until they are brought back, and their ratings stay', async () => {
    for (const file of [first, second]) await upload(file);
    const before = await readEffects();
    const report = await leave();
    expect(report).toMatchObject({
      rater: 'ann',
      leftOut: true,
      why: 'clicked through',
      ratings: 3,
      already: false,
    });
    expect(report.calibrations[0]?.agreement).toMatchObject({ ratings: 1, raters: 1 });
    expect(report.calibrations[0]?.reason).toMatch(/; 1 rater is left out \(assay ratings leave-out\)$/);
    expect((await readEffects()).ratings).toEqual(before.ratings);
    expect(await world.store.readLeftOut()).toEqual([
      { raterId: 'ann', reason: 'clicked through', at: later },
    ]);
    // What they say from now on does not count either.
    const { calibrations } = await upload(third);
    expect(calibrations[0]?.agreement).toMatchObject({ ratings: 1, raters: 1 });
    const back = await leaveOutHere({ bringBack: 'ann' }, later + 1);
    expect(back).toMatchObject({ leftOut: false, ratings: 3, already: false });
    expect(await world.store.readLeftOut()).toEqual([]);
    const after = await readEffects();
    expect(after).toEqual(await effectsOf([first, second, third]));
  });

  it('can be told twice, with another reason, and leaves no calibration where nobody else rated', async () => {
    await upload(first);
    await leave();
    expect(await world.store.readCalibrations()).toEqual([]);
    expect(await leave('another question')).toMatchObject({ already: true, ratings: 3 });
    expect(await world.store.readLeftOut()).toMatchObject([{ reason: 'another question' }]);
    await leaveOutHere({ bringBack: 'ann' }, later + 1);
    expect(await readEffects()).toEqual(await effectsOf([first]));
  });

  it('is somebody who rated: of another nothing is stored', async () => {
    await upload(first);
    const report = await leaveOutHere({ leaveOut: 'nobody', reason: 'a typo' }, later);
    expect(report).toMatchObject({ ratings: 0, already: false, calibrations: [] });
    expect(await world.store.readLeftOut()).toEqual([]);
    expect(await leaveOutHere({ bringBack: 'nobody' }, later)).toMatchObject({ ratings: 0 });
  });

  it('needs a reason', async () => {
    await upload(first);
    await leave('');
    expect(await world.store.readLeftOut()).toEqual([]);
  });
});

describe('an upload', () => {
  it('is listed with what it changed, the newest first', async () => {
    const report = await upload(first);
    await upload(second);
    expect(report.upload).toBe(idOf(first));
    expect(await world.uploads.readUploads()).toMatchObject([
      {
        id: idOf(second),
        file: 'incoming/second.csv',
        uploadedAt: uploaded + 1,
        state: 'taken',
        groups: [group],
        counts: { new: 1, replaced: 1, older: 0, unchanged: 1, refused: 0 },
        raters: ['ann', 'ben'],
        calibrations: [{ number: 2, from: 'missing', to: 'missing' }],
      },
      { id: idOf(first), counts: { new: 3, refused: 1 }, raters: ['ann'] },
    ]);
  });

  it('of which no row was good is none', async () => {
    expect((await upload({ ...first, text: table('r0,ann,x') })).upload).toBeUndefined();
    await upload({ ...first, text: 'id,score\nr0,4\n' });
    expect(await world.uploads.readUploads()).toEqual([]);
  });

  it('can be taken back: what it replaced counts again, what replaced it stays', async () => {
    for (const file of [first, second, third]) await upload(file);
    const report = await retract(second);
    expect(report).toMatchObject({ upload: idOf(second), already: false, gone: 0, restored: 1, kept: 2 });
    expect(await readEffects()).toEqual(await effectsOf([first, third]));
    expect((await effectsOf([first, third])).calibrations[0]?.agreement.ratings).toBe(4);
  });

  it('says why it was taken back, where that was said', async () => {
    await upload(first);
    const report = await retractUploadHere(idOf(first), uploaded + 1_000, 'the wrong batch');
    expect(report).toMatchObject({ why: 'the wrong batch', gone: 3 });
    expect(await world.uploads.readUpload(idOf(first))).toMatchObject({
      state: 'retracted',
      retractedFor: 'the wrong batch',
    });
  });

  it('can be taken back twice, and by a delivery that comes twice', async () => {
    for (const file of [first, second]) await upload(file);
    await retract(first);
    const effects = await readEffects();
    expect(await retract(first)).toMatchObject({ already: true, gone: 0, restored: 0, kept: 0 });
    expect(await readEffects()).toEqual(effects);
    expect(await world.uploads.readUpload(idOf(first))).toMatchObject({
      state: 'retracted',
      retractedAt: uploaded + 1_000,
      counts: { new: 3 },
    });
  });

  it('that was taken back is not brought back by its file, but by a new one', async () => {
    await upload(first);
    await retract(first);
    expect(await upload(first)).toMatchObject({
      form: 'refused',
      accepted: 0,
      refusals: [{ reason: expect.stringContaining('was taken back') }],
    });
    expect((await readEffects()).ratings).toEqual([]);
    expect(await upload({ ...first, at: uploaded + 3 })).toMatchObject({ new: 3 });
  });

  it('leaves no calibration where it held the last ratings; the count of versions goes on', async () => {
    expect((await upload(first)).calibrations[0]?.number).toBe(1);
    expect((await retract(first)).calibrations).toEqual([]);
    expect(await readEffects()).toEqual({ ratings: [], calibrations: [] });
    expect((await upload(second)).calibrations[0]?.number).toBe(2);
  });

  it('that brought older ratings into use leaves them unused', async () => {
    const early = { name: 'early.csv', text: table('later,ann,4'), at: uploaded };
    const again = { ...early, name: 'again.csv', at: uploaded + 1 };
    await upload(early);
    await world.judge([{ responseId: 'later', at: start, surface: 'chat', score: 4 }]);
    const before = await readEffects();
    expect(await upload(again)).toMatchObject({ new: 1 });
    await retract(again);
    expect(await readEffects()).toEqual(before);
  });

  it('stays itself where some of its words were forgotten since', async () => {
    const noted = { ...first, text: 'response_id,rater_id,score,note\nr0,ann,1,words\nr1,ann,2,\n' };
    const rewritten = { ...noted, text: noted.text.replace('words', ''), isRewritten: true };
    await upload(noted);
    expect(await uploadRatingFile(rewritten, uploaded + hour)).toMatchObject({ upload: idOf(noted) });
    expect(await world.uploads.readUploads()).toMatchObject([{ id: idOf(noted), counts: { new: 2 } }]);
    expect((await readEffects()).ratings).toHaveLength(2);
    await retract(noted);
    expect((await readEffects()).ratings).toEqual([]);
    await uploadRatingFile(rewritten, uploaded + 2 * hour);
    expect((await readEffects()).ratings).toEqual([]);
  });

  it('is known by its id alone', async () => {
    await upload(first);
    const effects = await readEffects();
    expect(await retractUploadHere('20261120T120000Z-00000000', uploaded)).toMatchObject({
      file: null,
      gone: 0,
    });
    expect(await readEffects()).toEqual(effects);
  });

  it('is as if it had never come, whatever comes before and after it', async () => {
    const row = fc
      .tuple(
        fc.constantFrom('r0', 'r1', 'r2', 'unjudged'),
        fc.constantFrom('ann', 'ben'),
        fc.integer({ min: 1, max: 5 }),
        fc.constantFrom('', '2026-11-18T10:00:00Z', '2026-11-19T10:00:00Z'),
      )
      .map(([response, rater, score, at]) => `${response},${rater},${score},${at}`);
    const files = fc
      .array(fc.array(row, { minLength: 1, maxLength: 4 }), { minLength: 2, maxLength: 4 })
      .map((all) =>
        all.map((rows, place) => ({
          name: `f${place}.csv`,
          text: `response_id,rater_id,score,rated_at\n${rows.join('\n')}\n`,
          at: uploaded + place,
        })),
      );
    await fc.assert(
      fc.asyncProperty(files, fc.nat(), async (all, at) => {
        const gone = all[at % all.length];
        await effectsOf(all);
        if (gone !== undefined) await retract(gone);
        const effects = await readEffects();
        expect(effects).toEqual(await effectsOf(all.filter((file) => file !== gone)));
      }),
      { numRuns: 3 },
    );
  });
});

describe('a function that breaks off', () => {
  /** Lets so many writes through, and none after them. */
  function breakAfter(writes: number): void {
    let left = writes;
    const isWrite = ({ operation }: AwsCall) => /^(Put|BatchWrite)/.test(operation);
    dynamo.meddle((call) => {
      if (!isWrite(call)) return undefined;
      left -= 1;
      return left < 0 ? { kind: 'refused', status: 400, type: 'ValidationException' } : undefined;
    });
  }

  /** Breaks the work off at each of its writes, has it done again, and looks at what came of it. */
  async function breakEverywhere(
    prepare: () => Promise<unknown>,
    work: () => Promise<unknown>,
    look: () => Promise<void>,
  ) {
    for (let writes = 0; ; writes += 1) {
      await world.clear();
      await prepare();
      breakAfter(writes);
      const broke = await work().then(
        () => false,
        () => true,
      );
      dynamo.meddle(() => undefined);
      if (!broke) return writes;
      await work();
      await look();
    }
  }

  it('takes a file in as if it had not, and tells the same of it', async () => {
    const [wanted, told] = [await effectsOf([first, second]), await world.uploads.readUpload(idOf(second))];
    const writes = await breakEverywhere(
      () => upload(first),
      () => upload(second),
      async () => {
        expect(await readEffects()).toEqual(wanted);
        const { calibrations: _, ...upload } = (await world.uploads.readUpload(idOf(second))) ?? {};
        expect(told).toMatchObject(upload);
      },
    );
    expect(writes).toBeGreaterThan(4);
  });

  it('takes an upload back as if it had not', async () => {
    const wanted = await effectsOf([first, third]);
    const prepare = async () => {
      for (const file of [first, second, third]) await upload(file);
    };
    const writes = await breakEverywhere(
      prepare,
      () => retract(second),
      async () => {
        expect(await readEffects()).toEqual(wanted);
        expect((await world.uploads.readUpload(idOf(second)))?.state).toBe('retracted');
      },
    );
    expect(writes).toBeGreaterThan(4);
  });

  it('while it takes a file in leaves what can be taken back', async () => {
    const wanted = await effectsOf([first]);
    for (let writes = 1; writes < 4; writes += 1) {
      await world.clear();
      await upload(first);
      breakAfter(writes);
      await expect(upload(second)).rejects.toThrow();
      dynamo.meddle(() => undefined);
      expect((await world.uploads.readUpload(idOf(second)))?.state).toBe('importing');
      await retract(second);
      expect(await readEffects()).toEqual(wanted);
      // S3 tries the file again.
      expect(await upload(second)).toMatchObject({ form: 'refused' });
    }
  });
});

describe('a trial', () => {
  /** People who say what the judge says, and one who says the contrary. */
  const rows = (rater: string, score: (index: number) => number) =>
    Array.from({ length: 60 }, (_, index) => `r${index},${rater},${score(index)}`);
  const good = {
    name: 'good.csv',
    text: table(...rows('ann', (index) => (index % 5) + 1), ...rows('ben', (index) => (index % 5) + 1)),
    at: uploaded,
  };
  const bad = {
    name: 'bad.csv',
    text: table(...['cy', 'dee', 'eve'].flatMap((rater) => rows(rater, (index) => 5 - (index % 5)))),
    at: uploaded + 1,
  };

  it('says what would become of a file, of the agreement too, and stores nothing', async () => {
    await world.store.writeBatch(
      composeBatch(
        {
          id: 'a-batch',
          surface: 'chat',
          rubric,
          fingerprint: judgeFingerprint(rubric),
          returnedModel: undefined,
          from: start,
          to: start + 60 * hour,
          seed: 's',
          drawnAt: uploaded - hour,
          count: 60,
        },
        Array.from({ length: 60 }, (_, index) => ({
          responseId: `r${index}`,
          at: start + index * hour,
          score: (index % 5) + 1,
          probability: 1,
        })),
      ),
    );
    await upload(good);
    const before = await world.readItems();
    const {
      trial,
      upload: id,
      falls,
      calibrations,
      ...counts
    } = await uploadRatingFile({ ...bad, isTrial: true }, bad.at);
    expect(await world.readItems()).toEqual(before);
    expect({ trial, id }).toEqual({ trial: true, id: undefined });
    expect(falls.map(({ of }) => of)).toEqual(['raters', 'judge']);
    const told = await upload(bad);
    expect(told).toMatchObject({ falls, new: 180 });
    expect(counts).toMatchObject({ new: 180, rows: 180 });
    expect(told.calibrations[0]?.agreement).toEqual(calibrations[0]?.agreement);
  });

  it('of a file that changes nothing finds the calibration that stands', async () => {
    await upload(good);
    const again = await uploadRatingFile({ ...good, isTrial: true }, good.at + 1);
    expect(again).toMatchObject({ unchanged: 120, falls: [], calibrations: [{ number: 1 }] });
  });
});
