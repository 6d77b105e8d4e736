import type { Judge } from '../judges/judge.ts';
import type { Redaction } from '../redaction/redact.ts';
import type { Rubric } from '../rubric/rubric.ts';
import type { Slo } from '../slo/definition/slo.ts';
import type { Policy } from './surface-file.ts';

/**
 * Everything the functions know of the user's files, resolved: surfaces with their SLOs, and every rubric version.
 * Made at synth and at the start of a local run, and read by each function as one JSON file.
 */
export interface Catalogue {
  readonly surfaces: readonly Surface[];
  /** Every version, retired ones included: a message in a queue may pin an older one. */
  readonly rubrics: readonly Rubric[];
  /** Absent in catalogues that have prices in their rubrics: ask `judgeOf`. */
  readonly judges?: readonly Judge[];
  readonly spendingCapUsdPerDay: number;
  /** Share of the cap that zooming may use; absent in catalogues that know of no zoom. */
  readonly zoomShare?: number | undefined;
  /** Milliseconds. */
  readonly retention: { readonly texts: number; readonly scores: number };
  readonly maxCohorts: number;
  /** The policy's alert rows, from which those of the SLOs were made. */
  readonly rows: Policy['rows'];
}

export interface Surface {
  readonly surface: string;
  readonly title: string;
  readonly owner: string;
  readonly tier: 1 | 2 | 3;
  /** Share of responses that is judged, where nothing is zoomed. */
  readonly sampleRate: number;
  /** See `mostZoom`; absent in catalogues that know of no zoom. */
  readonly zoom?: { readonly most: number } | undefined;
  readonly expectedPerDay: number;
  readonly feedback: boolean;
  /** What is taken out of its texts before the judge queue. */
  readonly redaction: Redaction;
  readonly slos: readonly Slo[];
}

/** The surface that takes records of surfaces nobody listed. */
export const defaultSurface = 'default';

/**
 * The surface under whose name a record is counted and judged: its own where that is listed, else `default`. Unlisted
 * names never become keys or metric dimensions, so a sender's mistake cannot grow the bill.
 */
export function surfaceOf(catalogue: Catalogue, name: string): Surface {
  const found =
    catalogue.surfaces.find(({ surface }) => surface === name) ??
    catalogue.surfaces.find(({ surface }) => surface === defaultSurface);
  if (found === undefined)
    throw new Error(`The catalogue lacks the surface "${defaultSurface}"; add slos/default.yaml.`);
  return found;
}

/** Rubrics that judge a surface now: those that name it, else those that take any. Shadow rubrics are judged too. */
export function rubricsOf(catalogue: Catalogue, surface: string): readonly Rubric[] {
  const live = catalogue.rubrics.filter(({ state }) => state !== 'retired');
  const named = live.filter(({ surfaces }) => surfaces !== 'any' && surfaces.includes(surface));
  return named.some(({ state }) => state === 'active')
    ? named
    : [...named, ...live.filter(({ surfaces }) => surfaces === 'any')];
}

/** The rubric whose verdicts an SLO counts: the named one, else the surface's first active one. */
export function sloRubric(catalogue: Catalogue, slo: Slo): Rubric | undefined {
  const active = rubricsOf(catalogue, slo.surface).filter(({ state }) => state === 'active');
  const wanted = 'rubric' in slo.sli ? slo.sli.rubric : undefined;
  return wanted === undefined ? active[0] : active.find(({ id }) => id === wanted);
}

/** Rubrics on whose verdicts alarms rest that want a calibration. */
export function calibratedRubrics(catalogue: Catalogue): readonly Rubric[] {
  const slos = catalogue.surfaces.flatMap((surface) => surface.slos);
  const wanted = slos.filter(({ calibration }) => calibration === 'required');
  return [...new Set(wanted.flatMap((slo) => sloRubric(catalogue, slo) ?? []))];
}

/** A pinned rubric version. */
export function findRubric(
  catalogue: Catalogue,
  pinned: { readonly id: string; readonly version: number },
): Rubric | undefined {
  return catalogue.rubrics.find(({ id, version }) => id === pinned.id && version === pinned.version);
}
