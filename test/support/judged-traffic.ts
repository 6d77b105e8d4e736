import { randomUUID } from 'node:crypto';
import { putAll } from '#adapters/dynamodb/batch-calls.ts';
import { createCounterStore } from '#adapters/dynamodb/counter-store.ts';
import { packTexts, textKey } from '#adapters/dynamodb/judgement-texts.ts';
import { judgeFingerprint, judgementKey } from '#core/judging/judgement.ts';
import { env } from '#core/names.ts';
import { composeBatch, type RatingBatch } from '#core/rating/batch.ts';
import type { Candidate } from '#core/rating/draw.ts';
import type { Rubric } from '#core/rubric/rubric.ts';
import { createRandom } from '#core/statistics/random.ts';
import { hour, hourKey } from '#core/time.ts';
import { judgeTask } from './judgements.ts';
import { rateBatch, uploadRatings } from './rate-people.ts';
import { answerText } from './records.ts';
import type { SloStack } from './slo-stack.ts';

/** How often a judge passes good responses, and fails bad ones. */
export interface JudgeSkill {
  readonly sensitivity: number;
  readonly specificity: number;
}

export const usualSkill: JudgeSkill = { sensitivity: 0.93, specificity: 0.75 };

export interface JudgedHours {
  readonly surface: string;
  readonly rubric: Rubric;
  /** Whole hours. */
  readonly from: number;
  readonly to: number;
  readonly perHour: number;
  /** Share of responses that people would pass. */
  readonly quality: number;
  readonly skill?: JudgeSkill;
  /** Scores of what the judge passes. */
  readonly passScores?: readonly number[];
  /** Whether the responses' texts are stored, so that they can be judged again. */
  readonly texts?: boolean;
  /** The model id that the provider answers with. */
  readonly returnedModel?: string;
}

/** The part of a stack that it stands in. */
export type JudgedWorld = Pick<SloStack, 'dynamo' | 'stack' | 'catalogue'>;

interface Judged {
  readonly responseId: string;
  readonly at: number;
  readonly good: boolean;
  readonly score: number;
}

/**
 * Judged responses of which the truth is known: stored as the judge function leaves them, for more of them than could be
 * sent one by one.
 */
export class JudgedTraffic {
  readonly #flow: JudgedWorld;
  readonly #judged = new Map<string, Judged>();

  constructor(flow: JudgedWorld) {
    this.#flow = flow;
  }

  /** Whether people find a response good. */
  isGood(responseId: string): boolean {
    return this.#judged.get(responseId)?.good === true;
  }

  /** What the judge said of a response the first time. */
  scoreOf(responseId: string): number {
    return this.#judged.get(responseId)?.score ?? 1;
  }

  /** Of everything that was stored. */
  ids(): readonly string[] {
    return [...this.#judged.keys()];
  }

  /** What a batch may be drawn from: the judged responses of a window. */
  candidates(
    surface: string,
    rubric: Rubric,
    { from, to }: { readonly from: number; readonly to: number },
  ): Candidate[] {
    return [...this.#judged.values()]
      .filter(
        ({ responseId, at }) =>
          responseId.startsWith(`${surface}.${rubric.version}.`) && at >= from && at < to,
      )
      .map((each) => ({ ...each, probability: 1 }));
  }

  async store(hours: JudgedHours): Promise<void> {
    const judged = draw(hours);
    for (const each of judged) this.#judged.set(each.responseId, each);
    await this.#write(judged, hours);
  }

  /** Another version judges what a surface's judge judged in a window: as a shadow, or for a comparison (by its repeat). */
  async judgeAgain(
    of: Pick<JudgedHours, 'surface' | 'rubric' | 'from' | 'to' | 'returnedModel'> & {
      readonly skill: JudgeSkill;
      readonly repeat?: number;
    },
  ): Promise<void> {
    const random = createRandom(`${of.surface}/${of.rubric.version}/${of.from}`);
    const judged = [...this.#judged.values()].filter(
      ({ responseId, at }) => responseId.startsWith(`${of.surface}.`) && at >= of.from && at < of.to,
    );
    const again = judged.map((each) => {
      const passes = random.chance(each.good ? of.skill.sensitivity : 1 - of.skill.specificity);
      return { ...each, score: passes ? 4 + random.integer(2) : 1 + random.integer(3) };
    });
    await this.#write(again, of);
  }

  async #write(
    judged: readonly Judged[],
    of: Pick<JudgedHours, 'surface' | 'rubric' | 'texts' | 'returnedModel'> & { readonly repeat?: number },
  ): Promise<void> {
    const { rubric, surface, repeat = 0, returnedModel = 'a-judge' } = of;
    const { environment } = this.#flow.stack;
    const pinned = { id: rubric.id, version: rubric.version };
    const texts = packTexts({ texts: answerText, reasons: {} });
    const items = judged.flatMap(({ responseId, at, score }) => {
      const task = judgeTask(responseId, at, { rubric, surface, repeat });
      const verdict = {
        ...judgementKey(task),
        state: 'judged',
        responseId,
        surface,
        at,
        score,
        pass: score >= rubric.passMark,
        criteria: Object.fromEntries(rubric.criteria.map(({ id }) => [id, score])),
        probability: 1,
        redrive: 0,
        tries: 1,
        costUsd: 0.001,
        returnedModel,
      };
      return of.texts === true ? [verdict, { ...textKey(task), texts }] : [verdict];
    });
    await putAll(this.#flow.dynamo, environment[env.judgementTable] ?? '', items, { concurrency: 8 });
    if (repeat > 0) return;
    await createCounterStore(this.#flow.dynamo, environment[env.seriesTable] ?? '').markDirty(
      [...new Set(judged.map(({ at }) => hourKey(at)))].map((key) => ({
        of: 'verdicts' as const,
        surface,
        hour: key,
        rubric: pinned,
      })),
      randomUUID(),
    );
  }

  /** Draws a batch from a window, has people rate it truly, and the ratings function take it in. */
  async calibrate(
    window: { readonly surface: string; readonly rubric: Rubric; readonly from: number; readonly to: number },
    uploadedAt: number,
    count = 200,
  ): Promise<void> {
    const { surface, rubric, from, to } = window;
    const id = `${surface}-${hourKey(to)}-${rubric.version}`;
    const batch = composeBatch(
      {
        id,
        surface,
        rubric,
        fingerprint: judgeFingerprint(rubric),
        returnedModel: 'a-judge',
        from,
        to,
        seed: id,
        drawnAt: uploadedAt - hour,
        count,
      },
      this.candidates(surface, rubric, { from, to }),
    );
    await rateBatch(this.#flow, batch, this.#score, uploadedAt);
  }

  /** People rate a batch truly. */
  async rate(batch: Pick<RatingBatch, 'id' | 'responseIds'>, uploadedAt: number): Promise<void> {
    await uploadRatings(batch, this.#score, uploadedAt);
  }

  readonly #score = (responseId: string) => (this.isGood(responseId) ? 5 : 2);
}

function draw({
  surface,
  rubric,
  from,
  to,
  perHour,
  quality,
  skill = usualSkill,
  passScores = [4, 5],
}: JudgedHours): Judged[] {
  const random = createRandom(`${surface}/${rubric.version}/${from}`);
  const count = Math.round((perHour * (to - from)) / hour);
  return Array.from({ length: count }, (_, index) => {
    const good = random.chance(quality);
    const passes = random.chance(good ? skill.sensitivity : 1 - skill.specificity);
    const scores = passes ? passScores : [1, 2, 3];
    return {
      responseId: `${surface}.${rubric.version}.${from / hour}.${index}`,
      at: from + Math.floor(((index + 0.5) * (to - from)) / count),
      good,
      score: scores[random.integer(scores.length)] ?? 1,
    };
  });
}
