import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { passShare, type RatedResponse } from '#core/agreement/rated-response.ts';
import { calibrate } from '#core/calibration/calibrate.ts';
import { frameOf, type RatingBatch } from '#core/rating/batch.ts';
import { type Candidate, drawBatch } from '#core/rating/draw.ts';
import { reportRate } from '#core/slo/rules/reported-rate.ts';

/**
 * Real people and a real judge: each system of the HANNA stories in turn as if it had just been released, calibrated by 200
 * drawn ratings of all the others, through the product's own draw, calibration and reported rate.
 */

const passMark = 3;
const ratingsDrawn = 200;
const judge = {
  surface: 'story-writing',
  rubric: { id: 'helpfulness', version: 1 },
  fingerprint: 'recorded',
};

/** A judged story with its raters, and which system wrote it. */
export interface Story extends RatedResponse {
  readonly system: string;
}

/** @param folder with `responses.jsonl`, `recorded-verdicts.jsonl` and `ratings.csv` @throws where one is missing */
export function readStories(folder: string): Story[] {
  const read = (file: string) => readFileSync(join(folder, file), 'utf8').trim().split(/\r?\n/);
  const parsed = (file: string) => read(file).map((line) => JSON.parse(line) as Record<string, unknown>);
  const scores = new Map(
    parsed('recorded-verdicts.jsonl').map(({ responseId, score }) => [String(responseId), Number(score)]),
  );
  const ratings = new Map<string, { raterId: string; score: number }[]>();
  for (const line of read('ratings.csv').slice(1)) {
    const [responseId = '', raterId = '', score = ''] = line.split(',');
    ratings.set(responseId, [...(ratings.get(responseId) ?? []), { raterId, score: Number(score) }]);
  }
  return parsed('responses.jsonl').flatMap(({ id, at, model }) => {
    const score = scores.get(String(id));
    const own = ratings.get(String(id));
    if (score === undefined || own === undefined) return [];
    return [
      {
        responseId: String(id),
        surface: judge.surface,
        system: String(model),
        at: Date.parse(String(at)),
        ratings: own,
        judge: { state: 'judged' as const, score, probability: 1, returnedModel: undefined },
      },
    ];
  });
}

export interface SystemCoverage {
  readonly system: string;
  readonly stories: number;
  /** What its raters pass. */
  readonly rate: number;
  /** What the judge passes. */
  readonly judged: number;
  /** Of the draws, the share whose interval holds the rate. */
  readonly covered: number;
  /** Median width of the interval. */
  readonly medianWidth: number;
  /** Mean of the reported values. */
  readonly value: number;
}

/** Each system calibrated by draws from all the others. */
export function measureSystems(stories: readonly Story[], draws: number): SystemCoverage[] {
  const systems = [...new Set(stories.map(({ system }) => system))].sort();
  return systems.map((system) => {
    const own = stories.filter((story) => story.system === system);
    const others = stories.filter((story) => story.system !== system);
    const rate = meanOf(own.map((story) => passShare(story, passMark)));
    const good = own.filter((story) => (story.judge?.score ?? 0) >= passMark).length;
    const widths: number[] = [];
    const values: number[] = [];
    let covered = 0;
    for (let index = 0; index < draws; index += 1) {
      const reported = reportSystem(others, { good, total: own.length }, `hanna/${system}/${index}`);
      widths.push(reported.upper - reported.lower);
      values.push(reported.value);
      if (reported.lower <= rate && rate <= reported.upper) covered += 1;
    }
    return {
      system,
      stories: own.length,
      rate,
      judged: good / own.length,
      covered: covered / draws,
      medianWidth: widths.sort((a, b) => a - b)[Math.floor(draws / 2)] ?? Number.NaN,
      value: meanOf(values),
    };
  });
}

function reportSystem(
  others: readonly Story[],
  window: { readonly good: number; readonly total: number },
  seed: string,
) {
  const { population, ratings } = calibrate({
    ...judge,
    passMark,
    batches: [drawFrom(others, seed)],
    responses: others,
  });
  // The judge's agreement is under the floor of a valid calibration; its interval is to hold all the same.
  const reported = reportRate(
    { state: 'valid', reason: '', ratings, population },
    { ...window, from: 0, to: 1 },
  );
  if (reported === null) throw new Error(`no rate could be reported of ${seed}`);
  return reported;
}

function drawFrom(stories: readonly Story[], seed: string): RatingBatch {
  const candidates: Candidate[] = stories.map(({ responseId, at, judge: word }) => ({
    responseId,
    at,
    score: word?.score ?? 0,
    probability: 1,
  }));
  const times = candidates.map(({ at }) => at);
  return {
    ...judge,
    id: seed,
    returnedModel: undefined,
    from: Math.min(...times),
    to: Math.max(...times) + 1,
    seed,
    drawnAt: 0,
    frame: frameOf(candidates),
    ...drawBatch(candidates, { count: ratingsDrawn, passMark, seed }),
  };
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
