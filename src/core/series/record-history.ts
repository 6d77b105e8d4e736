import { type Catalogue, type Surface, sloRubric, surfaceOf } from '../catalogue/catalogue.ts';
import { type RunOverrides, runCatalogue } from '../catalogue/run-catalogue.ts';
import type { FeedbackRecord, ResponseRecord } from '../record/response-record.ts';
import { isPassFail, type Rubric } from '../rubric/rubric.ts';
import { overallScore } from '../rubric/verdict.ts';
import { countsOf, expectedEventsPerDay, isSliced } from '../slo/definition/sli-kinds.ts';
import type { Slo } from '../slo/definition/slo.ts';
import type { CountSeries } from '../slo/rules/count-series.ts';
import type { SloContext } from '../slo/rules/slo-context.ts';
import { conversationDesignEffect } from '../statistics/design-effect.ts';
import { bucketWidth, floorTo } from '../time.ts';
import { add, countResponse, type Increments } from './count-record.ts';
import { SloMeasurer } from './measure-slo.ts';
import { SeriesSet } from './series-set.ts';
import { summariseVerdicts } from './summarise-hour.ts';

/** What a judge once said of a response: an overall score, or one a criterion. Scores are whole, 1 to 5. */
export interface RecordedScore {
  readonly score?: number | undefined;
  readonly criteria?: Readonly<Record<string, number>> | undefined;
}

/** An SLO with the whole of its history. */
export interface SloHistory {
  readonly slo: Slo;
  readonly series: CountSeries;
  readonly context: SloContext;
}

interface Judgement {
  readonly at: number;
  readonly state: 'judged';
  readonly score: number;
  readonly pass: boolean;
  readonly cohort: undefined;
  readonly release: undefined;
  readonly traceId: string | undefined;
}

/**
 * Makes the series of the SLOs that records can tell, as sampler, judge and evaluator would: each response counts in
 * the SLIs that need no judge, and in the judge's where a verdict of it is known (so at a sampling rate of 1).
 */
export class RecordHistory {
  /** Verdicts that could not be used, by response id: why. */
  readonly unusable = new Map<string, string>();
  responses = 0;
  judged = 0;
  readonly #catalogue: Catalogue;
  readonly #overrides: RunOverrides;
  readonly #scores: ReadonlyMap<string, RecordedScore>;
  readonly #surfaces = new Map<string, Surface>();
  readonly #counters = new Map<string, Map<number, Increments>>();
  readonly #judgements = new Map<string, Judgement[]>();
  readonly #releases = new Map<string, { id: string; at: number }>();
  readonly #seen = new Set<string>();
  readonly #negative = new Set<string>();

  constructor(catalogue: Catalogue, scores: ReadonlyMap<string, RecordedScore>, overrides: RunOverrides) {
    this.#overrides = { ...overrides, sampleRate: 1 };
    this.#catalogue = runCatalogue(
      catalogue,
      new Set(catalogue.surfaces.map(({ surface }) => surface)),
      this.#overrides,
    ).catalogue;
    this.#scores = scores;
  }

  addResponse(record: ResponseRecord, at: number): void {
    const surface = this.#surface(record.surface);
    this.responses += 1;
    countResponse(this.#bucket(surface.surface, at), surface, record);
    this.#noteRelease(surface.surface, record.release, at);
    const known = this.#scores.get(record.id);
    if (known === undefined || this.#seen.has(record.id)) return;
    this.#seen.add(record.id);
    this.judged += 1;
    for (const rubric of this.#rubrics(surface)) this.#judge(surface, rubric, record, known, at);
  }

  /** Counts against the bucket of the response, once a response. */
  addFeedback(record: FeedbackRecord, responseAt: number): void {
    const { surface } = this.#surface(record.surface);
    const id = `${surface}#${record.id}`;
    if (record.accepted || this.#negative.has(id)) return;
    this.#negative.add(id);
    add(this.#bucket(surface, responseAt), 'negative', 1);
  }

  /** Verdicts whose response never came. */
  get withoutResponse(): number {
    return this.#scores.size - this.#seen.size;
  }

  /** SLOs of the surfaces that records named, and those of them that only a whole run can tell. */
  histories(): { histories: SloHistory[]; skipped: Slo[] } {
    const histories: SloHistory[] = [];
    const skipped: Slo[] = [];
    for (const surface of this.#surfaces.values()) {
      const seriesSet = this.#seriesOf(surface);
      const measurer = new SloMeasurer(seriesSet);
      for (const slo of surface.slos) {
        // Only what is counted of every record stands in the records themselves.
        if (!isSliced(slo.sli)) {
          skipped.push(slo);
          continue;
        }
        const rubric = sloRubric(this.#catalogue, slo);
        const measurement = measurer.measure(slo, rubric, 0, { from: 0, to: 0 });
        if (measurement.kind !== 'counts' || measurement.series.start === undefined) continue;
        histories.push({ slo, series: measurement.series, context: this.#context(surface, slo, rubric) });
      }
    }
    return { histories, skipped };
  }

  #context(surface: Surface, slo: Slo, rubric: Rubric | undefined): SloContext {
    const release = this.#releases.get(surface.surface);
    return {
      expectedPerDay: expectedEventsPerDay(slo, surface),
      ...(release !== undefined && { release }),
      ...(countsOf(slo.sli) === 'verdicts' &&
        rubric !== undefined && { designEffect: this.#designEffect(surface.surface, rubric) }),
    };
  }

  #designEffect(surface: string, rubric: Rubric): number {
    const sizes = new Map<string, number>();
    const judgements = this.#judgements.get(judgedKey(surface, rubric)) ?? [];
    for (const { traceId } of judgements)
      if (traceId !== undefined) sizes.set(traceId, (sizes.get(traceId) ?? 0) + 1);
    const squares = judgements.reduce(
      (sum, { traceId }) => sum + (traceId === undefined ? 1 : (sizes.get(traceId) ?? 1)),
      0,
    );
    return conversationDesignEffect({ judged: judgements.length, squares });
  }

  #seriesOf({ surface, slos }: Surface): SeriesSet {
    const seriesSet = new SeriesSet();
    for (const [bucket, increments] of this.#counters.get(surface) ?? [])
      for (const [column, value] of increments) seriesSet.setValue(surface, '*', column, bucket, value);
    const rubrics = new Set(slos.flatMap((slo) => sloRubric(this.#catalogue, slo) ?? []));
    for (const rubric of rubrics) {
      const judgements = this.#judgements.get(judgedKey(surface, rubric)) ?? [];
      for (const [column, values] of summariseVerdicts(rubric, judgements).get('*') ?? [])
        for (const [bucket, value] of values) seriesSet.setValue(surface, '*', column, bucket, value);
    }
    return seriesSet;
  }

  /** A surface without a file gets the settings of `default` under its own name, as in a run. */
  #surface(name: string): Surface {
    let surface = this.#surfaces.get(name);
    if (surface === undefined) {
      const { catalogue } = runCatalogue(this.#catalogue, new Set([name]), this.#overrides);
      surface = surfaceOf(catalogue, name);
      this.#surfaces.set(name, surface);
    }
    return surface;
  }

  #rubrics(surface: Surface): Set<Rubric> {
    return new Set(
      surface.slos.flatMap((slo) =>
        countsOf(slo.sli) === 'verdicts' ? (sloRubric(this.#catalogue, slo) ?? []) : [],
      ),
    );
  }

  #judge(
    { surface }: Surface,
    rubric: Rubric,
    { id, traceId }: ResponseRecord,
    known: RecordedScore,
    at: number,
  ): void {
    const score = overallOf(rubric, known);
    if (score === undefined) {
      this.unusable.set(id, `has neither an overall score nor one of each criterion of ${rubric.id}`);
      return;
    }
    const key = judgedKey(surface, rubric);
    const judgements = this.#judgements.get(key) ?? [];
    const pass = score >= rubric.passMark;
    judgements.push({ at, state: 'judged', score, pass, cohort: undefined, release: undefined, traceId });
    this.#judgements.set(key, judgements);
  }

  #bucket(surface: string, at: number): Increments {
    const buckets = this.#counters.get(surface) ?? new Map<number, Increments>();
    this.#counters.set(surface, buckets);
    const start = floorTo(at, bucketWidth);
    const increments = buckets.get(start) ?? new Map<string, number>();
    buckets.set(start, increments);
    return increments;
  }

  /** The newest release is the one that was first seen last. */
  readonly #firstSeen = new Map<string, number>();
  #noteRelease(surface: string, release: string | undefined, at: number): void {
    if (release === undefined) return;
    const key = `${surface}#${release}`;
    const first = Math.min(at, this.#firstSeen.get(key) ?? at);
    this.#firstSeen.set(key, first);
    const newest = this.#releases.get(surface);
    if (newest === undefined || newest.id === release || first > newest.at)
      this.#releases.set(surface, { id: release, at: first });
  }
}

function judgedKey(surface: string, rubric: Rubric): string {
  return `${surface}#${rubric.id}@${rubric.version}`;
}

/**
 * The rubric's overall score of what was recorded; a criterion that was not scored takes the recorded overall score.
 * Pass and fail criteria pass from 3 on. Undefined where a criterion has neither: nothing that was not said becomes a score.
 */
function overallOf(rubric: Rubric, { score, criteria = {} }: RecordedScore): number | undefined {
  const scores = new Map(Object.entries(criteria));
  const all = rubric.criteria.map((criterion) => {
    const said = scores.get(criterion.id) ?? score;
    const passes = said !== undefined && said >= 3;
    return [criterion.id, said !== undefined && isPassFail(criterion) ? (passes ? 5 : 1) : said] as const;
  });
  const known = all.flatMap(([id, each]) => (each === undefined ? [] : [[id, { score: each }] as const]));
  return known.length === all.length ? overallScore(rubric, Object.fromEntries(known)) : undefined;
}
