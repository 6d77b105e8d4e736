import { day, floorTo, hour } from '../../time.ts';
import type { Slo } from '../definition/slo.ts';
import { formatNumber, formatPercent } from '../words/format.ts';
import type { SloEvaluation } from './evaluation.ts';
import { type UsualInput, unusualFrom, watchUsual } from './watch-usual.ts';
import type { UsualWatch, ZoomState } from './zoom-state.ts';

/**
 * From this pressure of a page on a judge's word more samples are wanted; of a warning where there is no page. A warning
 * lies nearer to health: by its pressure too a healthy month of 500 judged a day would have 33% more of them, up to five
 * times as many by an unlucky calibration, and not 4%, for a page that comes an hour or two sooner (simulated).
 */
export const pressureFrom = 0.4;

/** So long after the last thing that asked for it. */
const lastsAfter = hour;

/** A judge SLO, for the question whether its surface is to be sampled more. */
export interface ZoomedSlo extends Omit<UsualInput, 'now'> {
  readonly id: string;
  /** See {@link pressureOf}. */
  readonly pressure: number | undefined;
}

export interface ZoomInput {
  /** The greatest factor; 1 where the surface is never zoomed. */
  readonly most: number;
  readonly slos: readonly ZoomedSlo[];
  /** Money that zooming has used and may use today, all surfaces together, US dollars; `usedUsd` is undefined where it is not known. */
  readonly budget: { readonly usedUsd: number | undefined; readonly mayUseUsd: number };
  readonly previous: ZoomState | undefined;
  /** The tick, epoch milliseconds. */
  readonly now: number;
}

/** What of an SLO's evaluation asks for more samples; undefined where its pressures are not of people's rate. */
export function pressureOf(
  { severities }: Pick<Slo, 'severities'>,
  { pressure, calibration }: Asking,
): number | undefined {
  const severity = (['page', 'ticket'] as const).find((each) => severities.includes(each));
  return calibration.state === 'valid' && severity !== undefined ? pressure[severity] : undefined;
}

/** What of an evaluation, or of what is stored of it, tells how near it is to an alarm. */
type Asking = Pick<SloEvaluation, 'pressure' | 'calibration'>;

/**
 * By how much a surface's sampling rate is multiplied until the next tick. It is `most` while a calibrated judge SLO's page
 * is near (a pressure over .4) or a judge's rate is unusual for the surface, and for an hour after; else 1. Money that is not
 * known, or used up for the day, makes it 1.
 *
 * It is decided before the responses that it applies to and does not look at them, so that evidence on counted events
 * stays what it is, whatever the factor. Pure.
 */
export function decideZoom(input: ZoomInput): ZoomState {
  const { most, slos, budget, previous, now } = input;
  const usual: Record<string, UsualWatch> = {};
  if (!(most > 1)) return { factor: 1, usual };
  for (const slo of slos) usual[slo.id] = watchUsual(previous?.usual[slo.id], { ...slo, now });
  const asks = slos.flatMap(({ id, pressure = 0 }) => [
    ...(pressure > pressureFrom ? [`the pressure of ${id} is ${formatNumber(pressure)}`] : []),
    ...unusual(id, usual[id]),
  ]);
  const askedAt = asks.length > 0 ? now : previous?.askedAt;
  if (askedAt === undefined || now - askedAt >= lastsAfter) return { factor: 1, usual };
  const reason = asks.length > 0 ? asks.join('; ') : (previous?.reason ?? '');
  const today = floorTo(now, day);
  const { usedUsd, mayUseUsd } = budget;
  if (previous?.spentOn === today || (usedUsd !== undefined && usedUsd >= mayUseUsd))
    return { factor: 1, usual, askedAt, reason, spentOn: today };
  if (usedUsd === undefined) return { factor: 1, usual, askedAt, reason };
  const since = (previous?.factor ?? 1) > 1 ? (previous?.since ?? now) : now;
  return { factor: most, usual, askedAt, reason, since };
}

function unusual(id: string, watch: UsualWatch | undefined): string[] {
  if (watch?.rate === undefined || watch.pressure <= unusualFrom) return [];
  return [
    `the judge passes less in ${id} than its usual ${formatPercent(watch.rate)} (${formatNumber(watch.pressure)} of an alarm)`,
  ];
}
