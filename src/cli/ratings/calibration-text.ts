import { readAnchors } from '#core/anchors/anchor-progress.ts';
import { describeAnswer } from '#core/anchors/describe-anchors.ts';
import { calibrationName, describeShortfall } from '#core/calibration/calibration.ts';
import { sloRubric } from '#core/catalogue/catalogue.ts';
import { countOf } from '#core/count-of.ts';
import { capitalised } from '#core/first-letter.ts';
import { judgeName } from '#core/judging/judgement.ts';
import { rubricName } from '#core/rubric/rubric.ts';
import type { Slo } from '#core/slo/definition/slo.ts';
import { judgeThresholds } from '#core/statistics/judge-thresholds.ts';
import { dayKey } from '#core/time.ts';
import type { RatingTarget } from '../target/rating-target.ts';
import { isoMinute } from '../terminal/instant.ts';
import { formatShare } from '../terminal/percent.ts';
import { formatTable } from '../terminal/table.ts';
import type { CalibrationStanding } from './calibration-read.ts';

export function formatCalibration(target: RatingTarget, calibration: CalibrationStanding): string {
  const { population, rate, window, slope, history } = calibration;
  return [
    '',
    `${calibrationName(calibration)}: ${calibration.state.toUpperCase()}, version ${calibration.number} of ${dayKey(calibration.madeAt)}`,
    `  ${capitalised(calibration.reason)}.`,
    ...(calibration.wants.length > 0
      ? [`  Wanted: ${calibration.wants.map(describeShortfall).join('; ')}.`]
      : []),
    ...(population === undefined ? [] : ['', formatStrata(population)]),
    ...(rate === undefined || window === undefined
      ? []
      : [
          `  People would pass ${formatShare(rate.value)} (${formatShare(rate.lower)} to ${formatShare(rate.upper)}) of ${dayKey(window.from)} to ${dayKey(window.to - 1)}.`,
        ]),
    ...(slope === undefined ? [] : [`  Sensitivity + specificity - 1: ${slope.toFixed(2)}.`]),
    ...describeAnchors(target, calibration).map((line) => `  ${line}`),
    ...describeThresholds(target, calibration).map((line) => `  ${line}`),
    ...(history.length > 1 ? ['  History:', ...history.map(historyLine)] : []),
  ].join('\n');
}

export function formatMissing({ surface, id }: Slo, flags: string): string {
  return `\n${surface}/${id}: MISSING. Nobody has rated this judge yet; its alarms hold at ticket.\n  Wanted, once it has judged some: npx assay ratings draw --surface ${surface} --count 200${flags}`;
}

function formatStrata({ strata }: NonNullable<CalibrationStanding['population']>): string {
  return formatTable([
    ['  judge\u2019s verdict', 'stands for', 'rated', 'people pass'],
    ...strata.map(({ judgePass, judged, responses, rated, passed }) => [
      `  ${judgePass ? 'pass' : 'fail'}`,
      judged.toFixed(0),
      String(responses),
      rated === 0 ? '-' : formatShare(passed / rated),
    ]),
  ]);
}

/** `Anchors: 400 of 1000 were judged again by today's judge; cannot tell yet: no shift would have been noticed by now.` */
function describeAnchors({ anchors }: RatingTarget, { rubric, fingerprint }: CalibrationStanding): string[] {
  const progress = anchors[judgeName(rubric, fingerprint)];
  if (progress === undefined) return [];
  const count = (...states: string[]) =>
    [...progress.latest].filter((state) => states.includes(state)).length;
  const gone = count('x');
  const line = [
    `Anchors: ${count('p', 'f')} of ${progress.latest.length - gone} were judged again by today's judge`,
    gone > 0 ? `, ${gone} are gone with their texts` : '',
    progress.open === undefined ? '' : `, ${progress.open.positions.length} are under way`,
    progress.movedAt === undefined
      ? `; ${describeAnswer(readAnchors(progress))}.`
      : `; it has MOVED (seen ${isoMinute(progress.movedAt)}).`,
  ].join('');
  return [line];
}

/** What the objectives of the surface become on the judge's scale. */
function describeThresholds(
  { catalogue }: RatingTarget,
  { surface, rubric, population, state }: CalibrationStanding,
): string[] {
  if (state !== 'valid' || population === undefined) return [];
  return catalogue.surfaces
    .flatMap(({ slos }) => slos)
    .flatMap((slo) => {
      if (slo.surface !== surface || slo.calibration !== 'required' || slo.objective === null) return [];
      if (sloRubric(catalogue, slo)?.id !== rubric.id) return [];
      const thresholds = judgeThresholds(population, slo.objective);
      return thresholds.ok
        ? [
            `${surface}/${slo.id} >= ${formatShare(slo.objective)}: on the scale of ${rubricName(rubric)}'s judge a page starts under ${formatShare(thresholds.page)}, a warning under ${formatShare(thresholds.warn)}.`,
          ]
        : [];
    });
}

function historyLine({ number, madeAt, state, ratings }: CalibrationStanding['history'][number]): string {
  return `    ${number}  ${isoMinute(madeAt)}  ${state.padEnd(7)}  ${countOf(ratings, 'rating')}`;
}
