import type { Point } from '#adapters/cloudwatch/publish-metrics.ts';
import { type Catalogue, rubricsOf, type Surface } from '#core/catalogue/catalogue.ts';
import { dimension, metric } from '#core/names.ts';
import type { Incident } from '#core/report/incident.ts';
import type { SeriesSet } from '#core/series/series-set.ts';
import { bucketWidth, day, floorTo, foldBoundary, hour } from '#core/time.ts';
import { firstBucketOf, firstSeen, withoutFirst } from '#core/triage/timeline.ts';

/** CloudWatch takes points up to two weeks old; the day is for the time that it takes to get there. */
const markLifetime = 13 * day;

export interface MarkSources {
  readonly catalogue: Catalogue;
  readonly seriesSet: SeriesSet;
  readonly incidents: readonly Incident[];
  readonly now: number;
}

/**
 * The marks of the last days: releases and rubric versions when they were first seen, of their surface and of all
 * together, and, of 13 days, providers' incidents for as long as they lasted. A mark's point lies at its own time, so that one
 * published again changes nothing.
 */
export function findMarks({ catalogue, seriesSet, incidents, now }: MarkSources): Point[] {
  const seen = catalogue.surfaces.flatMap(({ surface }) => [
    ...atSurfaceAndAll(metric.releaseMark, surface, findReleases(seriesSet, surface)),
    ...atSurfaceAndAll(metric.rubricMark, surface, findRubricChanges(catalogue, seriesSet, surface)),
  ]);
  const marks = [
    // What is older is held by the hour, so that its mark would move to the hour's start: it was published in time.
    ...seen.filter(({ at }) => at >= foldBoundary(now)),
    ...incidents.flatMap((incident) => markIncident(incident, now)),
  ];
  const recent = marks.filter(({ at }) => at > now - markLifetime && at <= now);
  return [...new Map(recent.map((mark) => [nameOf(mark), mark])).values()];
}

/** Of all marks, those that an instance has not published: it remembers what it did. */
export class UnsentMarks {
  #sent: ReadonlySet<string> = new Set();

  filter(marks: readonly Point[]): Point[] {
    this.#sent = new Set(marks.map(nameOf).filter((name) => this.#sent.has(name)));
    return marks.filter((mark) => !this.#sent.has(nameOf(mark)));
  }

  /** To be called once they are published. */
  markSent(marks: readonly Point[]): void {
    this.#sent = new Set([...this.#sent, ...marks.map(nameOf)]);
  }
}

function nameOf({ name, dimensions, at }: Point): string {
  return `${name}|${dimensions[dimension.surface] ?? ''}|${at}`;
}

function atSurfaceAndAll(name: string, surface: string, instants: readonly number[]): Point[] {
  return instants.flatMap((at) =>
    [{ [dimension.surface]: surface }, {}].map((dimensions) => ({ name, dimensions, values: [1], at })),
  );
}

/** A release that was there from the beginning is no news. */
function findReleases(seriesSet: SeriesSet, surface: string): number[] {
  const releases = [...seriesSet.slices(surface)].flatMap(([slice, columns]) => {
    const at = slice.startsWith('r:') ? firstBucketOf(columns.get('n')) : undefined;
    return at === undefined ? [] : [{ name: slice, at }];
  });
  const beginning = firstBucketOf(seriesSet.column(surface, '*', 'n'));
  const seen = beginning === undefined ? releases : [{ name: '*', at: beginning }, ...releases];
  return withoutFirst(seen).map(({ at }) => at);
}

function findRubricChanges(
  catalogue: Catalogue,
  seriesSet: SeriesSet,
  surface: Surface['surface'],
): number[] {
  const ids = new Set(rubricsOf(catalogue, surface).map(({ id }) => id));
  const columns = seriesSet.slices(surface).get('*');
  return [...ids].flatMap((id) => firstSeen(columns, `v:${id}@`, '|judged').map(({ at }) => at));
}

/** A point each 5 minutes; each hour of one that lasts longer than a day. */
function markIncident({ from, to }: Incident, now: number): Point[] {
  const end = Math.min(to ?? now, now);
  const width = end - from > day ? hour : bucketWidth;
  const points: Point[] = [];
  for (let at = floorTo(Math.max(from, now - markLifetime), width); at <= end; at += width)
    points.push({ name: metric.incidentMark, dimensions: {}, values: [1], at });
  return points;
}
