import { describe, expect, it } from 'vitest';
import type { Surface } from '#core/catalogue/catalogue.ts';
import { metric } from '#core/names.ts';
import { healthLevels } from '#core/slo/alarms/health.ts';
import { categoryPoints } from '#lambdas/slo-evaluator/category-health.ts';
import type { SloReading, StoredSurface } from '#lambdas/slo-evaluator/slo-reading.ts';
import { testCatalogue } from '#test/support/catalogue.ts';

/** A reading in which nothing is amiss. */
const sampleReading: Pick<SloReading, 'measured' | 'raw' | 'calibration' | 'budgetLeft' | 'firing'> = {
  measured: true,
  raw: { value: 0.99, good: 990, total: 1_000 },
  calibration: { state: 'none', reason: '', ratings: 0 },
  budgetLeft: 0.8,
  firing: { rollback: false, page: false, ticket: false, digest: false },
};

const now = Date.parse('2026-11-20T12:00:00Z');
const slos = { 'first-token': 'on', 'judge-pass': 'on' };
const { surfaces } = testCatalogue({
  surfaces: [
    { surface: 'chat', slos },
    { surface: 'search', slos },
    { surface: 'default', slos: {} },
  ],
});

type Readings = Readonly<Record<string, Partial<SloReading>>>;

/** The gauges of latency, by surface and of all, when these readings of `first-token` were found. */
function latency(readings: Readings): Record<string, number | undefined> {
  const evaluated = surfaces.map((surface: Surface) => {
    const reading = readings[surface.surface];
    const stored =
      reading === undefined
        ? {}
        : { 'first-token': { state: {}, reading: { ...sampleReading, ...reading } } };
    return { surface, stored: stored as unknown as StoredSurface };
  });
  return Object.fromEntries(
    categoryPoints(evaluated, [], now)
      .filter(({ name, dimensions }) => name === metric.health && dimensions.Category === 'latency')
      .map(({ dimensions, values }) => [dimensions.Surface ?? 'all', values[0]]),
  );
}

const { breaking, watch, healthy, unmeasured } = healthLevels;
const firing = (severity: keyof SloReading['firing']) => ({
  firing: { ...sampleReading.firing, [severity]: true },
});

describe('the health of a category', () => {
  it.each<[string, Readings, Record<string, number>]>([
    ['is healthy', { chat: {}, search: {} }, { all: healthy, chat: healthy, search: healthy }],
    [
      'is that of the worst surface',
      { chat: firing('page'), search: firing('ticket') },
      { all: breaking, chat: breaking, search: watch },
    ],
    [
      'is to be watched where the budget is spent',
      { chat: { budgetLeft: -0.2, raw: { value: 0.9, good: 900, total: 1_000 } }, search: {} },
      { all: watch, chat: watch, search: healthy },
    ],
    [
      'is healthy where one surface has no data, and unmeasured where none has',
      { chat: {}, search: { measured: false } },
      { all: healthy, chat: healthy, search: unmeasured },
    ],
    [
      'has no data before the first evaluation',
      {},
      { all: unmeasured, chat: unmeasured, search: unmeasured },
    ],
  ])('%s', (_, readings, expected) => {
    expect(latency(readings)).toEqual(expected);
  });

  it('is not told of categories and surfaces without SLOs', () => {
    const points = categoryPoints(
      surfaces.map((surface) => ({ surface, stored: {} })),
      [],
      now,
    );
    expect(new Set(points.map(({ dimensions }) => dimensions.Category))).toEqual(
      new Set(['latency', 'quality']),
    );
    expect(points.some(({ dimensions }) => dimensions.Surface === 'default')).toBe(false);
  });
});
