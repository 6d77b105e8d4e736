import { type Catalogue, type Surface, surfaceOf } from '#core/catalogue/catalogue.ts';
import { findSlo } from '#core/catalogue/compile.ts';
import { costOfSlo } from '#core/cost/slo-cost.ts';
import { checkRows } from '#core/slo/definition/check-rows.ts';
import { expectedEventsPerDay } from '#core/slo/definition/expected-events.ts';
import { type Slo, sloName } from '#core/slo/definition/slo.ts';
import { assumeCalibration } from '#core/slo/replay/assumed-calibration.ts';
import { explainSlo, type SloExplained } from '#core/slo/replay/explain.ts';
import { requireCatalogue } from '../target/catalogue.ts';
import { CliError, oneLine } from '../terminal/output.ts';
import type { ExplainOptions } from './explain.ts';
import { explanationJson, printExplanation } from './explain-text.ts';

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

/** Explains one SLO of the files. @throws CliError where there is none of that name */
export async function explainOne(name: string, options: ExplainOptions, root = process.cwd()): Promise<void> {
  const catalogue = await requireCatalogue(root);
  const slo = requireSlo(catalogue, name);
  const explanation = explain(slo, surfaceOf(catalogue, slo.surface), options);
  if (options.json === true) console.log(JSON.stringify(explanationJson(explanation), null, 2));
  else printExplanation(explanation);
}

/** The SLO of a name as people type it. @throws CliError that lists the known ones */
export function requireSlo(catalogue: Catalogue, name: string): Slo {
  const slo = findSlo(catalogue, name);
  if (slo !== undefined) return slo;
  const all = catalogue.surfaces.flatMap(({ slos }) => slos);
  const same = all.filter(({ id }) => id === name).map(sloName);
  throw new CliError(
    same.length > 1
      ? `"${oneLine(name)}" is an SLO of ${same.length} surfaces. Name one: ${same.join(', ')}.`
      : `There is no SLO "${oneLine(name)}". Known ones:\n${all.map((each) => `  ${sloName(each)}`).join('\n')}`,
  );
}

function explain(slo: Slo, surface: Surface, { perDay, ratings }: ExplainOptions): Explanation {
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
  const usual = 1 - (11 / 16) * (1 - objective);
  return {
    ...base,
    now: explainSlo({ slo, eventsPerDay }),
    ...(slo.calibration === 'required' && {
      calibrated: {
        ratings,
        explained: explainSlo({ slo, eventsPerDay, calibration: assumeCalibration(ratings, usual) }),
      },
    }),
    warnings,
  };
}

function trafficOf(slo: Slo, surface: Surface, perDay: number | undefined): Traffic {
  if (perDay !== undefined) return { perDay, source: 'option' };
  const expected = expectedEventsPerDay(slo, surface);
  if (expected !== undefined) return { perDay: expected, source: 'file' };
  const assumed = slo.sli.kind === 'human-pass' ? assumedRatings : surface.expectedPerDay * assumedFailovers;
  return { perDay: assumed, source: 'assumed' };
}
