import { createRatingStore } from '#adapters/dynamodb/rating-store.ts';
import { presentCalibration } from '#core/calibration/use-calibration.ts';
import { judgeFingerprint } from '#core/judging/judgement.ts';
import type { Rubric } from '#core/rubric/rubric.ts';
import { type Slo, sloName } from '#core/slo/definition/slo.ts';
import type { CountSeries } from '#core/slo/rules/count-series.ts';
import { reportRate } from '#core/slo/rules/reported-rate.ts';
import type { SloCalibration } from '#core/slo/rules/slo-calibration.ts';
import { day, minute } from '#core/time.ts';
import { searchWidth } from '#core/triage/triage.ts';
import { type RateLine, viewWhy, type WhyView } from '#core/triage/why-view.ts';
import type { Target } from '../target/target.ts';
import { CliError } from '../terminal/cli-error.ts';
import { triageSlo } from './triage-slo.ts';

/** How far back the line goes, and how far apart its points are. */
const lineLength = day;
const lineStep = 30 * minute;

/** What `assay why` finds of an SLO at the last evaluation, for the page; null where nothing can be looked into. */
export async function explainForPage(target: Target, slo: Slo): Promise<WhyView | null> {
  const to = target.evaluatedAt;
  if (to === undefined) return null;
  try {
    const work = await triageSlo(target, slo, {
      period: { from: to - searchWidth(slo.window), to },
      widen: true,
      worst: 0,
    });
    const view = viewWhy(work.triage);
    if (work.triage.proxy !== null) return view;
    const reading = target.standings.find(({ slo: other }) => sloName(other) === sloName(slo))?.reading;
    const window = reading?.alarmWindow?.width ?? slo.window;
    const calibration =
      work.rubric === undefined || slo.calibration !== 'required'
        ? undefined
        : await calibrationOf(target, slo, work.rubric, to);
    return { ...view, line: drawLine(work.series.whole, calibration, window, to) };
  } catch (error) {
    // What people rate has no time to be looked into.
    if (error instanceof CliError) return null;
    throw error;
  }
}

async function calibrationOf(
  { dynamo, tables }: Target,
  slo: Slo,
  rubric: Rubric,
  at: number,
): Promise<SloCalibration> {
  const all = await createRatingStore(dynamo, tables.ratings).readCalibrations();
  const own = all.filter((each) => each.surface === slo.surface && each.rubric.id === rubric.id);
  return presentCalibration(own, { rubric, fingerprint: judgeFingerprint(rubric) }, at);
}

/** The rate over a window that ends at each point, as it is shown: corrected where today's ratings correct it. */
function drawLine(
  series: CountSeries,
  calibration: SloCalibration | undefined,
  window: number,
  to: number,
): RateLine {
  const from = Math.max(to - lineLength, (series.start ?? to) + Math.min(window, 60 * minute));
  const count = Math.max(1, Math.floor((to - from) / lineStep) + 1);
  const times = Array.from({ length: count }, (_, index) => to - (count - 1 - index) * lineStep);
  const values = times.map((at) => {
    const { good, total } = series.window(at, window);
    if (!(total > 0)) return null;
    return reportRate(calibration, { good, total, from: at - window, to: at })?.value ?? good / total;
  });
  return { window, times, values };
}
