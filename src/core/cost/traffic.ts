import { type Catalogue, rubricsOf } from '../catalogue/catalogue.ts';
import { repeatsOf } from '../rubric/repeats.ts';

/** A month of the bill: 365.25 / 12 days. */
export const daysPerMonth = 30.4375;

/** The traffic of a surface. */
export interface SurfaceTraffic {
  readonly surface: string;
  readonly responsesPerDay: number;
  readonly sampleRate: number;
  /** Rubrics that judge it. */
  readonly rubrics: number;
  /** Judge calls about a sampled response, as often as each rubric asks; one a rubric where absent. */
  readonly calls?: number | undefined;
}

/** Traffic as the surfaces' files expect it; scaled to a total where one is given. */
export function expectedTraffic(catalogue: Catalogue, responsesPerDay?: number): SurfaceTraffic[] {
  const expected = catalogue.surfaces.reduce((sum, { expectedPerDay }) => sum + expectedPerDay, 0);
  const scale = responsesPerDay === undefined ? 1 : responsesPerDay / expected;
  return catalogue.surfaces.map(({ surface, expectedPerDay, sampleRate }) => ({
    surface,
    responsesPerDay: expectedPerDay * scale,
    sampleRate,
    rubrics: rubricsOf(catalogue, surface).length,
    calls: callsOf(catalogue, surface),
  }));
}

/** Judge calls about a sampled response of a surface. */
export function callsOf(catalogue: Catalogue, surface: string): number {
  return sumOf(rubricsOf(catalogue, surface), repeatsOf);
}

/** Judge calls of a surface's day. */
export function callsPerDay({
  responsesPerDay,
  sampleRate,
  rubrics,
  calls = rubrics,
}: Omit<SurfaceTraffic, 'surface'>): number {
  return responsesPerDay * sampleRate * calls;
}

export function responsesPerMonth(traffic: readonly SurfaceTraffic[]): number {
  return daysPerMonth * sumOf(traffic, ({ responsesPerDay }) => responsesPerDay);
}

/** Judgements of a surface's day, one for each rubric of a sampled response. */
export function verdictsPerDay({
  responsesPerDay,
  sampleRate,
  rubrics,
}: Omit<SurfaceTraffic, 'surface'>): number {
  return responsesPerDay * sampleRate * rubrics;
}

export function verdictsPerMonth(traffic: readonly SurfaceTraffic[]): number {
  return daysPerMonth * sumOf(traffic, verdictsPerDay);
}

export function sumOf<T>(values: readonly T[], of: (value: T) => number): number {
  return values.reduce((sum, value) => sum + of(value), 0);
}
