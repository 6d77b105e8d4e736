import { leastRatings, leastSlope } from '#core/calibration/calibration-state.ts';
import type { Surface } from '#core/catalogue/catalogue.ts';
import { mostZoom } from '#core/catalogue/zoom.ts';
import { costOfSlo } from '#core/cost/slo-cost.ts';
import { checkRows } from '#core/slo/definition/check-rows.ts';
import { expectedEventsPerDay } from '#core/slo/definition/sli-kinds.ts';
import type { Slo } from '#core/slo/definition/slo.ts';
import { assumeCalibration, assumedJudge, drawCalibrations } from '#core/slo/replay/assumed-calibration.ts';
import { type ExplainInput, explainSlo, type SupposedCalibration } from '#core/slo/replay/explain.ts';
import { type SloExplained, sloExplainedSchema } from '#core/slo/replay/explained.ts';
import { keepSimulation } from '#local/session/kept-simulations.ts';

/** Where the number of events a day comes from. */
export interface Traffic {
  readonly perDay: number;
  readonly source: 'file' | 'option' | 'assumed';
}

export interface Explanation {
  readonly slo: Slo;
  readonly surface: Surface;
  readonly traffic: Traffic;
  /** Absent for a kind of change, and for an SLO without alarms. */
  readonly now?: SloExplained;
  /** A judge's SLO once people have rated. */
  readonly calibrated?: { readonly ratings: number; readonly explained: SloExplained };
  readonly usdPerMonth: number;
  readonly metrics: number;
  readonly alarms: number;
  readonly warnings: readonly string[];
}

/** Share of responses that fail over, where nobody says. */
const assumedFailovers = 0.01;
/** Ratings a day, where nobody says. */
const assumedRatings = 50;

/** What is supposed where the files do not say. */
export interface Supposed {
  /** Events a day. */
  readonly perDay?: number;
  /** Size of the rating batch of a judge's SLO. */
  readonly ratings: number;
  /** Bad share, 0 to 1, whose chance to be seen within a day is told. */
  readonly bad?: number;
}

/** Calibrations by chance that the simulated series take in turn. */
const drawnCalibrations = 64;

/**
 * What an SLO's alarms amount to.
 *
 * @param folder where results of simulations are kept
 */
export async function explain(
  slo: Slo,
  surface: Surface,
  { perDay, ratings, bad: droppedBadShare }: Supposed,
  folder: string,
): Promise<Explanation> {
  const traffic = trafficOf(slo, surface, perDay);
  const { usd, metrics, alarms } = costOfSlo(slo);
  const base = { slo, surface, traffic, usdPerMonth: usd, metrics, alarms };
  const { objective } = slo;
  if (objective === null || slo.severities.length === 0) return { ...base, warnings: [] };
  const eventsPerDay = traffic.perDay;
  // As the check would say it of this traffic.
  const warnings = checkRows(slo, {
    expectedPerDay: slo.sli.kind === 'judge-pass' ? eventsPerDay / surface.sampleRate : eventsPerDay,
    sampleRate: surface.sampleRate,
  }).map(({ message }) => message);
  const explained = (input: ExplainInput) =>
    keepSimulation(folder, ['explain', input], sloExplainedSchema, () => explainSlo(input));
  const now = await explained({ slo, eventsPerDay, droppedBadShare });
  if (slo.calibration !== 'required') return { ...base, now, warnings };
  const judged = supposeRatings(ratings, 1 - (11 / 16) * (1 - objective));
  return {
    ...base,
    now,
    calibrated: {
      ratings,
      explained: await explained({ slo, eventsPerDay, judged, droppedBadShare, zoomMost: mostZoom(surface) }),
    },
    warnings: ratings < leastRatings ? [...warnings, tooFewRatings(ratings)] : warnings,
  };
}

function supposeRatings(ratings: number, passShare: number): SupposedCalibration {
  const batch = { judge: assumedJudge, ratings, passShare };
  const drawn = drawCalibrations(batch, drawnCalibrations, leastSlope);
  const usual = assumeCalibration(batch);
  return { judge: assumedJudge, usual, drawn: drawn.length > 0 ? drawn : [usual] };
}

function tooFewRatings(ratings: number): string {
  return `${ratings} ratings make no valid calibration by themselves, ${leastRatings} do: what is told with ratings is as if they did`;
}

function trafficOf(slo: Slo, surface: Surface, perDay: number | undefined): Traffic {
  if (perDay !== undefined) return { perDay, source: 'option' };
  const expected = expectedEventsPerDay(slo, surface);
  if (expected !== undefined) return { perDay: expected, source: 'file' };
  const assumed = slo.sli.kind === 'human-pass' ? assumedRatings : surface.expectedPerDay * assumedFailovers;
  return { perDay: assumed, source: 'assumed' };
}
