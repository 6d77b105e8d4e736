import { type Calibration, calibrationName, describeWant } from '#core/calibration/calibration.ts';
import { stateNow } from '#core/calibration/use-calibration.ts';
import { type Catalogue, rubricsOf, sloRubric } from '#core/catalogue/catalogue.ts';
import { judgeFingerprint, judgeName } from '#core/judging/judgement.ts';
import { rubricName } from '#core/rubric/rubric.ts';
import type { Slo } from '#core/slo/definition/slo.ts';
import type { SloCalibration } from '#core/slo/rules/slo-calibration.ts';
import { judgeThresholds } from '#core/statistics/judge-thresholds.ts';
import { dayKey } from '#core/time.ts';
import { openRatingPlace, type PlaceOptions, type RatingPlace } from '../target/rating-place.ts';
import { percent, table } from '../terminal/output.ts';

export interface CalibrationOptions extends PlaceOptions {
  readonly surface?: string;
  readonly history: number;
  readonly json?: boolean;
}

/** Prints every calibration, and the surfaces that lack one. */
export async function showCalibration(options: CalibrationOptions): Promise<void> {
  const place = await openRatingPlace(options);
  try {
    const wanted = (surface: string) => options.surface === undefined || surface === options.surface;
    const calibrations = (await place.ratings.readCalibrations()).filter(({ surface }) => wanted(surface));
    const lacking = uncalibrated(place.catalogue, calibrations).filter(({ surface }) => wanted(surface));
    const shown = await Promise.all(
      calibrations.map(async (calibration) => ({
        ...calibration,
        ...(await stateHere(place, calibration)),
        history: await place.ratings.readHistory(calibration, options.history),
      })),
    );
    if (options.json === true) {
      console.log(
        JSON.stringify(
          { calibrations: shown, missing: lacking.map(({ surface, id }) => ({ surface, slo: id })) },
          null,
          2,
        ),
      );
      return;
    }
    for (const calibration of shown) print(place, calibration, calibration.history);
    for (const { surface, id } of lacking)
      console.log(
        `\n${surface}/${id}: MISSING. Nobody has rated this judge yet; its alarms hold at ticket.\n  Wanted: npx assay ratings draw --surface ${surface} --count 200${place.option}`,
      );
  } finally {
    await place.close();
  }
}

/** A calibration with its state as an evaluation would see it now. */
type Shown = Omit<Calibration, 'state'> & Pick<SloCalibration, 'state'>;

/** What time and the judge's changes have made of a calibration that was valid when it was made. */
async function stateHere(
  { catalogue, now, countsFrom }: RatingPlace,
  calibration: Calibration,
): Promise<Pick<Shown, 'state' | 'reason'>> {
  const active = rubricsOf(catalogue, calibration.surface).find(({ id }) => id === calibration.rubric.id);
  const { state, reason } = calibration;
  if (active === undefined || state !== 'valid') return { state, reason };
  const fingerprint = judgeFingerprint(active);
  const since = await countsFrom(judgeName(active, fingerprint));
  return stateNow(calibration, { rubric: active, fingerprint, countsFrom: since }, now);
}

/** `Anchors: 400 of 1,000 scored again by today's judge, the last whole round 2026-11-03 09:00Z; it has not moved.` */
function describeAnchors({ anchors }: RatingPlace, { rubric, fingerprint }: Shown): string | undefined {
  const progress = anchors[judgeName(rubric, fingerprint)];
  if (progress === undefined) return undefined;
  const count = (...states: string[]) =>
    [...progress.latest].filter((state) => states.includes(state)).length;
  const gone = count('x');
  return [
    `Anchors: ${count('p', 'f')} of ${progress.latest.length - gone} were judged again by today's judge`,
    gone > 0 ? `, ${gone} are gone with their texts` : '',
    progress.open === undefined ? '' : `, ${progress.open.positions.length} are under way`,
    progress.movedAt === undefined
      ? '; it has not moved.'
      : `; it has MOVED (seen ${new Date(progress.movedAt).toISOString().slice(0, 16)}Z).`,
  ].join('');
}

/** Judge SLOs that want a calibration and have none of any kind. */
function uncalibrated(catalogue: Catalogue, calibrations: readonly Calibration[]): Slo[] {
  return catalogue.surfaces
    .flatMap(({ slos }) => slos)
    .filter((slo) => slo.calibration === 'required')
    .filter((slo) => {
      const rubric = sloRubric(catalogue, slo);
      return !calibrations.some((each) => each.surface === slo.surface && each.rubric.id === rubric?.id);
    });
}

function print(place: RatingPlace, calibration: Shown, history: readonly Calibration[]): void {
  const { population, rate, window, slope } = calibration;
  console.log(
    `\n${calibrationName(calibration)}: ${calibration.state.toUpperCase()}, version ${calibration.number} of ${dayKey(calibration.madeAt)}`,
  );
  console.log(`  ${calibration.reason.charAt(0).toUpperCase()}${calibration.reason.slice(1)}.`);
  if (calibration.wants.length > 0)
    console.log(`  Wanted: ${calibration.wants.map(describeWant).join('; ')}.`);
  if (population !== undefined) {
    console.log(
      `\n${table([
        ['  judge\u2019s verdict', 'stands for', 'rated', 'people pass'],
        ...population.strata.map(({ judgePass, judged, responses, rated, passed }) => [
          `  ${judgePass ? 'pass' : 'fail'}`,
          judged.toFixed(0),
          String(responses),
          rated === 0 ? '-' : percent(passed / rated),
        ]),
      ])}`,
    );
  }
  if (rate !== undefined && window !== undefined)
    console.log(
      `  People would pass ${percent(rate.value)} (${percent(rate.lower)} to ${percent(rate.upper)}) of ${dayKey(window.from)} to ${dayKey(window.to - 1)}.`,
    );
  if (slope !== undefined) console.log(`  Sensitivity + specificity - 1: ${slope.toFixed(2)}.`);
  const anchors = describeAnchors(place, calibration);
  if (anchors !== undefined) console.log(`  ${anchors}`);
  printThresholds(place, calibration);
  if (history.length > 1) {
    console.log('  History:');
    for (const each of history)
      console.log(
        `    ${each.number}  ${new Date(each.madeAt).toISOString().slice(0, 16)}Z  ${each.state.padEnd(7)}  ${each.ratings} ratings`,
      );
  }
}

/** What the objectives of the surface become on the judge's scale. */
function printThresholds({ catalogue }: RatingPlace, { surface, rubric, population, state }: Shown): void {
  if (state !== 'valid' || population === undefined) return;
  for (const slo of catalogue.surfaces.flatMap(({ slos }) => slos)) {
    if (slo.surface !== surface || slo.calibration !== 'required' || slo.objective === null) continue;
    if (sloRubric(catalogue, slo)?.id !== rubric.id) continue;
    const thresholds = judgeThresholds(population, slo.objective);
    if (thresholds.ok)
      console.log(
        `  ${surface}/${slo.id} >= ${percent(slo.objective)}: on the scale of ${rubricName(rubric)}'s judge a page starts under ${percent(thresholds.page)}, a warning under ${percent(thresholds.warn)}.`,
      );
  }
}
