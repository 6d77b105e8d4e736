import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createAnchorStore } from '#adapters/dynamodb/anchor-store.ts';
import { createJudgementStore } from '#adapters/dynamodb/judgement-store.ts';
import { BatchSizeError, createRatingStore } from '#adapters/dynamodb/rating-store.ts';
import { createSeriesStore } from '#adapters/dynamodb/series-store.ts';
import { startAnchorProgress } from '#core/anchors/anchor-progress.ts';
import { openRound } from '#core/anchors/anchor-round.ts';
import {
  type AnchorCandidate,
  anchorSetSize,
  chooseAnchors,
  leastAnchors,
} from '#core/anchors/anchor-set.ts';
import { calibrate } from '#core/calibration/calibrate.ts';
import { composeBatch, type RatingBatch } from '#core/rating/batch.ts';
import type { Candidate } from '#core/rating/draw.ts';
import { addRating, type RatingHistory } from '#core/rating/rating.ts';
import { checkRow, isRefusal } from '#core/rating/rating-row.ts';
import { label } from '#core/record/response-record.ts';
import { createRandom, type RandomSource } from '#core/statistics/random.ts';
import { day, hour } from '#core/time.ts';
import { boundOutbox } from '#lambdas/slo-evaluator/outbox.ts';
import { testRubric } from '#test/support/catalogue.ts';
import { itemBytes, maxItemBytes } from '#test/support/item-size.ts';
import { endJudgement, judgedVerdict, judgeTask } from '#test/support/judgements.ts';
import { rated } from '#test/support/rated-responses.ts';
import { type ProxiedTables, startTables } from '#test/support/tables.ts';

/** The largest item of each kind, as it is really written: under 400 KB whatever a sender, a rater or a provider writes. */

const now = Date.parse('2026-11-10T12:00:00Z');
const surface = 's'.padEnd(40, 'x');
const criteria = Array.from({ length: 12 }, (_, index) => ({
  id: `criterion-${index}-`.padEnd(40, 'x'),
  question: 'Does it?',
  scale: { 1: 'not at all', 2: 'a little', 3: 'in part', 4: 'mostly', 5: 'fully' },
}));
const rubric = testRubric({ id: 'r'.padEnd(40, 'x'), criteria });

let tables: ProxiedTables;
beforeAll(async () => {
  tables = await startTables(['Series', 'Ratings', 'Judgements']);
});
afterAll(() => tables?.close());

/** The size of the largest item that is written meanwhile, bytes. The table itself refuses one that is too large. */
async function largestOf(write: () => Promise<unknown>): Promise<number> {
  const { answered } = tables.proxy;
  const before = answered.length;
  await write();
  return Math.max(
    0,
    ...answered.slice(before).flatMap(({ body }) => itemsOf(body).map((item) => itemBytes(item))),
  );
}

type Item = Readonly<Record<string, AttributeValue>>;

/** What a call puts; an update's values are most of its item. Binary values stand in the body in base64. */
function itemsOf({
  Item,
  RequestItems,
  ExpressionAttributeValues,
}: Readonly<Record<string, unknown>>): Item[] {
  const batch = Object.values((RequestItems ?? {}) as Record<string, { PutRequest?: { Item: Item } }[]>);
  const puts = batch.flat().flatMap(({ PutRequest }) => (PutRequest === undefined ? [] : [PutRequest.Item]));
  return [Item, ExpressionAttributeValues, ...puts].flatMap((item) =>
    item === undefined ? [] : [decode(item as Item)],
  );
}

function decode(item: Item): Item {
  return Object.fromEntries(
    Object.entries(item).map(([name, value]) => {
      const { B } = value as unknown as { B?: string };
      return [name, B === undefined ? value : { B: Buffer.from(B, 'base64') }];
    }),
  );
}

/** Text that packs badly: of so many characters, of three bytes each. */
function noise(random: RandomSource, length: number): string {
  return Array.from({ length }, () => String.fromCodePoint(0x4e00 + random.integer(20_900))).join('');
}

/** Seeds of what is written; a run of each is enough, for the sizes hardly differ. */
const seeds = fc.string({ minLength: 1 });
const few = { numRuns: 2 };

describe('the largest item', () => {
  it('of a rating holds what a rater said before, notes and all', async () => {
    const store = createRatingStore(tables.dynamo, 'Ratings');
    await fc.assert(
      fc.asyncProperty(seeds, async (seed) => {
        const random = createRandom(seed);
        let history: RatingHistory | undefined;
        let last = '';
        // Sixty changes of mind, and the last of them said three hundred times more.
        for (let upload = 0; upload < 360; upload += 1) {
          last = upload < 60 ? noise(random, 2_000) : last;
          history = addRating(history, {
            score: 1 + (Math.min(upload, 59) % 5),
            criteria: Object.fromEntries(criteria.map(({ id }) => [id, 4])),
            note: last,
            uploadedAt: now + upload,
            line: 1_000_000 + upload,
            upload: `20261120T120000Z-0000${String(upload).padStart(4, '0')}`,
          }).history;
        }
        if (history === undefined) throw new Error('there is no rating');
        const responseId = noise(random, 166);
        const raterId = noise(random, 166);
        const group = { surface, rubric };
        const judges = Object.fromEntries(
          Array.from({ length: 20 }, (_, index) => [
            `${index}`.padStart(12, '0'),
            {
              state: 'judged' as const,
              score: 4,
              probability: 0.123456789,
              returnedModel: noise(random, 200),
            },
          ]),
        );
        const rating = { group, responseId, raterId, history, at: now, judges };
        expect(await largestOf(() => store.writeRatings([rating]))).toBeLessThan(maxItemBytes);
        expect(history.past).toHaveLength(50);
        expect(history.current.again).toHaveLength(200);
      }),
      few,
    );
  });

  it('of a judgement cuts the name of a model, and of its texts what has no room', async () => {
    const store = createJudgementStore(tables.dynamo, 'Judgements', { texts: day, scores: day });
    await fc.assert(
      fc.asyncProperty(seeds, async (seed) => {
        const random = createRandom(seed);
        const name = () => noise(random, 200);
        const task = judgeTask(name(), now, {
          surface,
          rubric,
          cohort: name(),
          release: name(),
          model: name(),
          traceId: name(),
          texts: {
            request: { messages: [{ role: 'user', content: noise(random, 150_000) }] },
            response: { content: noise(random, 150_000) },
            context: noise(random, 50_000),
          },
        });
        const verdict = judgedVerdict(4, {
          rubric,
          reason: noise(random, 4_000),
          returnedModel: noise(random, 200_000),
        });
        const largest = await largestOf(() => endJudgement(store, task, verdict));
        expect(largest).toBeGreaterThan(maxItemBytes / 4);
        expect(largest).toBeLessThan(maxItemBytes);
        expect((await store.readTexts(task))?.reasons[criteria[0]?.id ?? '']).toHaveLength(4_000);
      }),
      few,
    );
  });

  it('of anchors holds fewer where ids are long, and never too few', async () => {
    const store = createAnchorStore(tables.dynamo, { ratings: 'Ratings', judgements: 'Judgements' });
    await fc.assert(
      fc.asyncProperty(seeds, async (seed) => {
        const random = createRandom(seed);
        const candidates = Array.from(
          { length: anchorSetSize },
          (_, index): AnchorCandidate & { surface: string } => ({
            responseId: noise(random, 200),
            surface,
            at: now - index * 1_234,
            probability: random.uniform(),
            state: 'judged',
            pass: random.chance(0.5),
            costUsd: 0.001,
            returnedModel: undefined,
          }),
        );
        const set = chooseAnchors(candidates, now, seed);
        if (set === undefined) throw new Error('there is no set');
        let stored = set;
        const largest = await largestOf(async () => {
          stored = await store.writeSet('judge', set);
        });
        expect(largest).toBeLessThan(maxItemBytes);
        expect(stored.anchors.length).toBeGreaterThanOrEqual(leastAnchors);
        expect(await store.readSet('judge')).toEqual(stored);
      }),
      few,
    );
  });

  it('of a tick holds the anchors of a hundred judges under way', async () => {
    const store = createSeriesStore(tables.dynamo, 'Series');
    const random = createRandom('a tick');
    const anchors = Array.from({ length: anchorSetSize }, (_, index) => ({
      responseId: `r-${index}`,
      surface,
      at: now,
      probability: 1,
      pass: true,
    }));
    const judges = Array.from({ length: 100 }, (_, index) => {
      const progress = startAnchorProgress({ madeFor: now, callUsd: 0.001, anchors });
      const latest = Array.from({ length: anchorSetSize }, () => 'pfx-'[random.integer(4)]).join('');
      const positions = anchors.flatMap((_, position) => (random.chance(0.7) ? [position] : []));
      const round = { repeat: 987_654, sentAt: now, positions, whole: true };
      const scorings = anchors.map(() => 200 + random.integer(40));
      const record = {
        scorings,
        passes: scorings.map((all) => random.integer(all + 1)),
        evidence: Array.from({ length: 8 }, () => 10 * random.uniform()),
        day: '2026-11-03',
      };
      return [`${rubric.id}${index}@1#0123456789ab`, openRound({ ...progress, latest, record }, round, now)];
    });
    const write = () => store.writeTick(now, 'a writer', { anchors: Object.fromEntries(judges), late: 0 });
    expect(await largestOf(write)).toBeLessThan(maxItemBytes);
  });

  it('of a surface is one of its parts, and its outbox is bounded', async () => {
    const store = createSeriesStore(tables.dynamo, 'Series');
    const random = createRandom('a surface');
    const entries = Array.from({ length: 3_000 }, (_, index) => ({
      id: `${surface}/slo-${index % 40}#page#${index % 2 === 0 ? 'ALARM' : 'OK'}#${index}`,
      of: 'transition' as const,
      content: { surface, slo: `slo-${index % 40}`, severity: 'page', to: index, reason: noise(random, 400) },
    }));
    const { kept, givenUp } = boundOutbox(entries);
    expect([kept.length, givenUp]).toEqual([500, 2_500]);
    expect(kept.at(-1)).toBe(entries.at(-1));
    const content = { slos: { 'judge-pass': { cohorts: noise(random, 300_000) } }, outbox: kept };
    const largest = await largestOf(() => store.writeSurface('large', now, content));
    expect(largest).toBeGreaterThan(maxItemBytes / 2);
    expect(largest).toBeLessThan(maxItemBytes);
  });
});

const uuid = (random: RandomSource) =>
  Array.from({ length: 4 }, () =>
    random
      .integer(2 ** 32)
      .toString(16)
      .padStart(8, '0'),
  ).join('-');

/** Judged responses of every hour of a window. */
function candidatesOf(count: number, from: number, to: number, random: RandomSource, id = uuid): Candidate[] {
  return Array.from({ length: count }, (_, index) => ({
    responseId: id(random),
    at: from + Math.floor(((index + 0.5) * (to - from)) / count),
    score: 1 + random.integer(5),
    probability: 0.01 + 0.9 * random.uniform(),
  }));
}

function drawBatch(
  id: string,
  candidates: readonly Candidate[],
  window: { from: number; to: number },
  count: number,
): RatingBatch {
  return composeBatch(
    {
      id,
      surface,
      rubric,
      fingerprint: '0123456789ab',
      returnedModel: 'x'.repeat(200),
      ...window,
      seed: id,
      drawnAt: now,
      count,
    },
    candidates,
  );
}

describe('the largest batch of ratings', () => {
  const window = { from: now - 92 * day, to: now };

  it('is of 5,000 usual ids from three months', async () => {
    const store = createRatingStore(tables.dynamo, 'Ratings');
    const batch = drawBatch(
      'most',
      candidatesOf(12_000, window.from, window.to, createRandom('most')),
      window,
      5_000,
    );
    const largest = await largestOf(() => store.writeBatch(batch));
    expect(largest).toBeGreaterThan(maxItemBytes / 3);
    expect(largest).toBeLessThan(maxItemBytes);
    const [read] = await store.readBatches({ surface, rubric });
    expect(read).toEqual(batch);
  });

  it('is refused in words where ids are too long', async () => {
    const store = createRatingStore(tables.dynamo, 'Ratings');
    const long = (random: RandomSource) => noise(random, 200);
    const week = { from: now - 7 * day, to: now };
    const batch = drawBatch(
      'long',
      candidatesOf(2_000, week.from, week.to, createRandom('long'), long),
      week,
      2_000,
    );
    await expect(store.writeBatch(batch)).rejects.toThrow(BatchSizeError);
    await expect(store.writeBatch(batch)).rejects.toThrow('draw fewer responses');
    // A batch that the evaluator draws by itself always has room.
    const drawn = drawBatch(
      'own',
      candidatesOf(2_000, week.from, week.to, createRandom('own'), long),
      week,
      100,
    );
    expect(await largestOf(() => store.writeBatch(drawn))).toBeLessThan(maxItemBytes / 2);
  });
});

describe('the largest calibration', () => {
  it('holds every day of its batches and years of warnings', async () => {
    const random = createRandom('a calibration');
    const days = 150;
    const known = candidatesOf(2 * days, now - days * day, now, random).map((candidate) => ({
      ...candidate,
      people: [1 + random.integer(5)],
    }));
    const window = { from: now - days * day, to: now };
    const batches: RatingBatch[] = [{ ...drawBatch('all', known, window, 2 * days), from: window.from }];
    for (let back = 0; back < 5 * 365; back += 1)
      batches.push({
        ...drawBatch(
          `${surface}-${'slo'.padEnd(40, 'x')}-${back}-warning`,
          [],
          { from: now - back * day, to: now - back * day + hour },
          100,
        ),
        responseIds: known.slice(0, 10).map(({ responseId }) => responseId),
        confirms: { slo: 'judge-pass', since: now - back * day, freezes: back % 2 === 0 },
      });
    const draft = calibrate({
      surface,
      rubric,
      passMark: 4,
      fingerprint: '0123456789ab',
      batches,
      responses: rated(known, surface),
    });
    expect(Object.keys(draft.confirming ?? {})).toHaveLength(5 * 365);
    const store = createRatingStore(tables.dynamo, 'Ratings');
    const largest = await largestOf(() => store.writeCalibration(draft, now));
    expect(largest).toBeLessThan(maxItemBytes / 2);
  });
});

describe('the key of a rating', () => {
  const id = fc
    .string({ unit: 'binary', minLength: 1, maxLength: 200 })
    .filter((each) => label.safeParse(each).success);

  it('is under the 1,024 bytes that a table takes, or its row is refused', () => {
    const row = (responseId: string, raterId: string) =>
      checkRow(
        {
          line: 2,
          scoreColumn: 'score',
          responseId,
          raterId,
          score: '4',
          criteria: new Map(),
          rubric: '',
          note: '',
          ratedAt: '',
        },
        now,
      );
    fc.assert(
      fc.property(id, id, (responseId, raterId) => {
        const read = row(responseId, raterId);
        const bytes = Buffer.byteLength(`${responseId}#${raterId}`);
        expect(isRefusal(read)).toBe(bytes > 1_001);
      }),
    );
    const refusal = row('語'.repeat(200), '語'.repeat(200));
    expect(isRefusal(refusal) && refusal.reason).toContain('1000 bytes');
    expect(isRefusal(row('x'.repeat(200), 'y'.repeat(200)))).toBe(false);
  });
});
