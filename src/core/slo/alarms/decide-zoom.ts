import { day, floorTo, hour } from '../../time.ts';
import type { Slo } from '../definition/slo.ts';
import { type DesignEffect, effectAtFactor } from '../rules/design-effect.ts';
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

/**
 * Where events are dispersed, evidence grows by f / (1 + c f) with the factor f, and never over 1/c. No more is sampled than
 * gives 6/7 of that: conversations of 5 and of 10 have 15% and 13% more judged in healthy months so and not 29% and 57%
 * (simulated).
 */
const mostGrowth = 6;

/** A zoom is at least this: its own hours shall show what they are dispersed by. */
const leastFactor = 2;

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
 * By how much a surface's sampling rate is multiplied until the next tick. It is `most`, or as much of it as dispersion lets be of use, while a calibrated judge SLO's page
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
  const reasonsOf = ({ id, pressure = 0 }: ZoomedSlo) => [
    ...(pressure > pressureFrom ? [`the pressure of ${id} is ${formatNumber(pressure)}`] : []),
    ...unusual(id, usual[id]),
  ];
  const asking = slos.filter((slo) => reasonsOf(slo).length > 0);
  const asks = asking.flatMap(reasonsOf);
  const askedAt = asks.length > 0 ? now : previous?.askedAt;
  if (askedAt === undefined || now - askedAt >= lastsAfter) return { factor: 1, usual };
  const reason = asks.length > 0 ? asks.join('; ') : (previous?.reason ?? '');
  const today = floorTo(now, day);
  const { usedUsd, mayUseUsd } = budget;
  if (previous?.spentOn === today || (usedUsd !== undefined && usedUsd >= mayUseUsd))
    return { factor: 1, usual, askedAt, reason, spentOn: today };
  if (usedUsd === undefined) return { factor: 1, usual, askedAt, reason };
  const before = previous?.factor ?? 1;
  const since = before > 1 ? (previous?.since ?? now) : now;
  const worth = (asking.length > 0 ? asking : slos).map(({ designEffect }) => worthwhile(designEffect, most));
  const factor = Math.min(most, Math.max(before, leastFactor, ...worth));
  return { factor, usual, askedAt, reason, since };
}

/** The factor beyond which more samples say hardly more; a whole number, or `most`. */
function worthwhile(effect: DesignEffect, most: number): number {
  const growth = (effectAtFactor(effect, most) - 1) / most;
  return growth * most <= mostGrowth ? most : Math.ceil(mostGrowth / growth);
}

function unusual(id: string, watch: UsualWatch | undefined): string[] {
  if (watch?.rate === undefined || watch.pressure <= unusualFrom) return [];
  return [
    `the judge passes less in ${id} than its usual ${formatPercent(watch.rate)} (${formatNumber(watch.pressure)} of an alarm)`,
  ];
}
