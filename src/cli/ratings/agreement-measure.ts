import { gatherRated } from '#adapters/dynamodb/rating-store.ts';
import { type Agreement, measureAgreement, mostDisputed, worstMisses } from '#core/agreement/agreement.ts';
import type { RatedResponse } from '#core/agreement/rated-response.ts';
import type { Calibration } from '#core/calibration/calibration.ts';
import { findDrawn } from '#core/calibration/rated-population.ts';
import { rubricName } from '#core/rubric/rubric.ts';
import type { Computed, Interval } from '#core/statistics/outcome.ts';
import { openRatingPlace, type PlaceOptions, type RatingPlace } from '../target/rating-place.ts';
import { oneLine, table } from '../terminal/output.ts';

export interface AgreementOptions extends PlaceOptions {
  readonly surface?: string;
  readonly misses: number;
  readonly json?: boolean;
}

interface Measured {
  readonly calibration: Calibration;
  readonly agreement: Agreement;
  readonly responses: readonly RatedResponse[];
}

/** Prints the agreement of every judge that people rated. */
export async function showAgreement(options: AgreementOptions): Promise<void> {
  const place = await openRatingPlace(options);
  try {
    const calibrations = (await place.ratings.readCalibrations()).filter(
      ({ surface }) => options.surface === undefined || surface === options.surface,
    );
    const measured: Measured[] = [];
    for (const calibration of calibrations) measured.push(await measure(place, calibration));
    if (options.json === true)
      console.log(
        JSON.stringify(
          measured.map((each) => asJson(each, options.misses)),
          null,
          2,
        ),
      );
    else if (measured.length === 0)
      console.log(
        `No ratings yet. Draw responses to rate with "npx assay ratings draw --surface NAME${place.option}".`,
      );
    else for (const each of measured) await print(place, each, options.misses);
  } finally {
    await place.close();
  }
}

async function measure({ ratings }: RatingPlace, calibration: Calibration): Promise<Measured> {
  const [rated, batches] = await Promise.all([
    gatherRated(ratings.readGroup(calibration)),
    ratings.readBatches(calibration),
  ]);
  const responses = rated.get(calibration.fingerprint) ?? [];
  const own = batches.filter(({ fingerprint }) => fingerprint === calibration.fingerprint);
  const drawn = findDrawn(own, responses, calibration.passMark);
  const weights = new Map(drawn.map(({ response, weight }) => [response.responseId, weight]));
  return {
    calibration,
    responses,
    agreement: measureAgreement({ passMark: calibration.passMark, responses, weights }),
  };
}

function asJson({ calibration, agreement, responses }: Measured, misses: number): unknown {
  const { surface, rubric, fingerprint, passMark } = calibration;
  return {
    surface,
    rubric: rubric.id,
    version: rubric.version,
    judge: fingerprint,
    passMark,
    ...agreement,
    worstMisses: worstMisses(responses, misses).map(({ response, judge, people }) => ({
      responseId: response.responseId,
      judge,
      people: people.median,
      ratings: response.ratings,
    })),
    mostDisputed: mostDisputed(responses, misses).map(({ responseId, ratings }) => ({ responseId, ratings })),
  };
}

async function print(
  place: RatingPlace,
  { calibration, agreement, responses }: Measured,
  misses: number,
): Promise<void> {
  const { surface, rubric, fingerprint, passMark } = calibration;
  const model = place.catalogue.rubrics.find(
    ({ id, version }) => id === rubric.id && version === rubric.version,
  )?.judge.model;
  const drawn = agreement.accuracyOf === 'drawn' ? ', weighted by the draw' : '';
  console.log(`\n${surface}, ${rubricName(rubric)}, judge ${model ?? ''} (${fingerprint})`);
  console.log(
    `${agreement.rated} judged responses rated by ${agreement.raters} ${agreement.raters === 1 ? 'person' : 'people'}${agreement.withoutVerdict > 0 ? `; ${agreement.withoutVerdict} more have no verdict of this judge` : ''}.\n`,
  );
  console.log(
    table([
      ['  Judge against people', '', '95% interval'],
      figure('  kappa, five scores', agreement.kappa),
      figure('  kappa, quadratic weights', agreement.weightedKappa),
      ['  Spearman, against the mean', ...correlation(agreement.spearman)],
      [
        '  mean distance',
        agreement.meanAbsoluteError.ok ? agreement.meanAbsoluteError.estimate.toFixed(2) : '-',
        '',
      ],
      figure(`  passes what people pass (mark ${passMark}${drawn})`, agreement.sensitivity),
      figure(`  fails what people fail (mark ${passMark}${drawn})`, agreement.specificity),
      ['  People among themselves', '', ''],
      ['  ordinal alpha', ...correlation(agreement.alpha)],
    ]),
  );
  console.log(
    `  ${agreement.ratedTwice} responses have two raters or more, who differ on ${agreement.disputed}.`,
  );
  if (calibration.state === 'invalid') console.log(`\n  Not usable as a calibration: ${calibration.reason}.`);
  await printMisses(place, calibration, responses, misses);
  printDisputed(responses, misses);
}

function figure(name: string, statistic: Computed<Interval & { estimate: number }>): string[] {
  return statistic.ok
    ? [name, statistic.estimate.toFixed(2), span(statistic)]
    : [name, '-', oneLine(statistic.reason)];
}

function correlation(
  statistic: Computed<{ estimate: number; interval: Computed<Interval> }>,
): [string, string] {
  if (!statistic.ok) return ['-', statistic.reason];
  return [statistic.estimate.toFixed(2), statistic.interval.ok ? span(statistic.interval) : ''];
}

function span({ lower, upper }: Interval): string {
  return `${lower.toFixed(2)} to ${upper.toFixed(2)}`;
}

async function printMisses(
  { judgements }: RatingPlace,
  calibration: Calibration,
  responses: readonly RatedResponse[],
  count: number,
): Promise<void> {
  const misses = worstMisses(responses, count);
  if (misses.length === 0) return;
  console.log("\n  The judge's worst misses");
  for (const { response, judge, people } of misses) {
    const texts = await judgements.readTexts({ ...calibration, responseId: response.responseId, repeat: 0 });
    const scores = response.ratings.map(({ score }) => score).join(', ');
    console.log(`  ${oneLine(response.responseId, 60)}: judge ${judge}, people ${people.median} (${scores})`);
    if (texts === undefined) {
      console.log('      its text has expired');
      continue;
    }
    console.log(`      ${oneLine(texts.texts.response?.content ?? '', 110)}`);
    const [reason] = Object.values(texts.reasons);
    if (reason !== undefined) console.log(`      the judge: ${oneLine(reason, 100)}`);
  }
}

function printDisputed(responses: readonly RatedResponse[], count: number): void {
  const disputed = mostDisputed(responses, count);
  if (disputed.length === 0) return;
  console.log('\n  What people agree on least');
  for (const { responseId, ratings } of disputed)
    console.log(
      `  ${oneLine(responseId, 60)}: ${ratings.map(({ raterId, score }) => `${oneLine(raterId, 30)} ${score}`).join(', ')}`,
    );
}
